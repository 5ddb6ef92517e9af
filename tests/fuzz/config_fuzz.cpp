#include "fuzz.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/manifest/profile.hpp"

// Two config files, the nearer first, with a line between them; the first is a toolchain file too.

namespace larder::test {

namespace {

constexpr std::string_view border = "\n# next file\n";

void check_config(std::string_view text) {
  const auto at = text.find(border);
  MemoryTree tree;
  tree.write("/w/app/.cargo/config.toml", std::string(text.substr(0, at)));
  if (at != std::string_view::npos)
    tree.write("/w/.cargo/config", std::string(text.substr(at + border.size())));
  const auto config = cargo::Config::load(tree, "/w/app", "", "/w/home");

  const auto merged = cargo::toml_document(config.merged());
  const auto again = surely("reads what it wrote", [&] {
    return cargo::parse_toml("merged", merged, cargo::config_error_id);
  });
  require(cargo::toml_document(*again.root.table()) == merged, "what was merged reads back");

  if (const auto directory = config.find({"build", "target-dir"}))
    accepts([&] { (void)cargo::config_path(*directory); });
  for (const auto* word : {"b", "lint", "+nightly"})
    accepts([&] { (void)cargo::expand_alias({word, "--release"}, config, {}); });
  const auto profiles = config.find({"profile"});
  if (!profiles || !profiles->is_table()) return;
  const cargo::Profiles both(profiles->as_table(), profiles->as_table());
  for (const auto* name : {"dev", "release", "test", "bench", "custom"}) {
    (void)both.lto(name);
    (void)both.aborts_on_panic(name);
  }
}

std::optional<cargo::ToolchainFile> find_toolchain(const std::string& name,
                                                   const std::string& text) {
  MemoryTree tree;
  tree.write("/w/" + name, text);
  return cargo::find_toolchain_file(tree, "/w/app", "/w");
}

void check_toolchain(const std::string& name, const std::string& text) {
  const auto file = find_toolchain(name, text);
  require(file.has_value(), "the toolchain file is found");
  const auto again =
      surely("reads what it wrote", [&] { return find_toolchain(name, file->contents); });
  require(again && again->contents == file->contents && again->channel == file->channel,
          "a toolchain file reads back");
}

}  // namespace

void run(std::string_view text) {
  accepts([&] { check_config(text); });
  for (const auto* name : {"rust-toolchain", "rust-toolchain.toml"})
    accepts([&] { check_toolchain(name, std::string(text)); });
}

}  // namespace larder::test
