// Generates workspaces of growing size with one lock file of 5,000 packages and times `cargo larder
// prepare` and `cargo metadata --no-deps` in them.
//
//   larder_scale ROUNDS LARDER CARGO SCRATCH

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "timing.hpp"

namespace larder::bench {

namespace {

namespace fs = std::filesystem;

constexpr int externals = 5000;

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string external(int index) {
  return fmt::format("external-crate-{}", index % externals);
}

/// Each member depends on a dozen external packages and on its two predecessors, and has features
/// and targets.
std::string manifest(int index) {
  auto text = fmt::format(
      "[package]\nname = \"member-{}\"\nversion.workspace = true\nedition.workspace = true\n"
      "license.workspace = true\n\n[features]\ndefault = [\"fast\"]\nfast = [\"{}/std\"]\n\n"
      "[dependencies]\n",
      index, external(index * 7));
  for (int i = 0; i < 8; ++i)
    text += fmt::format("{} = {{ version = \"1.2\", features = [\"std\"] }}\n",
                        external(index * 7 + i));
  for (int i = 1; i <= 2 && i <= index; ++i)
    text += fmt::format("member-{0} = {{ path = \"../member-{0}\" }}\n", index - i);
  text += "\n[dev-dependencies]\n";
  for (int i = 8; i < 12; ++i) text += fmt::format("{} = \"1\"\n", external(index * 7 + i));
  return text;
}

std::string lock_entry(const std::string& name, bool is_external,
                       const std::vector<std::string>& dependencies) {
  auto text = fmt::format("\n[[package]]\nname = \"{}\"\nversion = \"1.2.3\"\n", name);
  if (is_external) {
    text += "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
    text += fmt::format("checksum = \"{:064x}\"\n", name.size());
  }
  text += "dependencies = [\n";
  for (const auto& dependency : dependencies) text += " \"" + dependency + "\",\n";
  return text + "]\n";
}

std::string lock_file(int members) {
  std::string text = "version = 4\n";
  for (int i = 0; i < externals; ++i) {
    std::vector<std::string> dependencies;
    for (int next = 2 * i + 1; next <= 2 * i + 2 && next < externals; ++next)
      dependencies.push_back(external(next));
    text += lock_entry(external(i), true, dependencies);
  }
  for (int i = 0; i < members; ++i) {
    std::vector<std::string> dependencies;
    for (int k = 0; k < 12; ++k) dependencies.push_back(external(i * 7 + k));
    for (int k = 1; k <= 2 && k <= i; ++k) dependencies.push_back(fmt::format("member-{}", i - k));
    text += lock_entry(fmt::format("member-{}", i), false, dependencies);
  }
  return text;
}

void generate(const fs::path& root, int members) {
  fs::remove_all(root);
  write(root / "Cargo.toml",
        "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n\n[workspace.package]\n"
        "version = \"1.2.3\"\nedition = \"2021\"\nlicense = \"MIT\"\n");
  write(root / "Cargo.lock", lock_file(members));
  for (int i = 0; i < members; ++i) {
    const auto directory = root / "crates" / fmt::format("member-{}", i);
    write(directory / "Cargo.toml", manifest(i));
    write(directory / "src/lib.rs", "");
    write(directory / "tests/works.rs", "");
    if (i % 10 == 0) write(directory / "src/main.rs", "");
  }
}

}  // namespace

}  // namespace larder::bench

int main(int argc, char** argv) {
  using namespace larder::bench;
  if (argc != 5) {
    fmt::print(stderr, "usage: larder_scale ROUNDS LARDER CARGO SCRATCH\n");
    return 2;
  }
  const std::string larder = argv[2];
  const std::string scratch = argv[4];
  fmt::print("{:>8} {:>12} {:>16} {:>10} {:>12} {:>10}\n", "members", "prepare", "per member more",
             "memory", "cargo's", "memory");
  double before = 0;
  int members_before = 0;
  for (const int members : {10, 30, 100, 300, 1000}) {
    const auto directory = scratch + "/scale";
    generate(directory, members);
    const auto runs = measure({{larder, "prepare", "--recipe-path", scratch + "/larder.json", "--",
                                "build", "--release", "--workspace"},
                               {argv[3], "metadata", "--no-deps", "--format-version", "1"}},
                              directory, std::atoi(argv[1]));
    if (!runs[0].succeeded || !runs[1].succeeded) {
      fmt::print(stderr, "a command failed in {}\n", directory);
      return 1;
    }
    const auto more = (runs[0].milliseconds - before) / (members - members_before);
    fmt::print("{:>8} {:>9.1f} ms {:>13.3f} ms {:>6.1f} MiB {:>9.1f} ms {:>6.1f} MiB\n", members,
               runs[0].milliseconds, more, runs[0].mebibytes, runs[1].milliseconds,
               runs[1].mebibytes);
    before = runs[0].milliseconds;
    members_before = members;
  }
}
