#include "larder/cook/files_above.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "larder/base/digest.hpp"
#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/recipe/recipe.hpp"
#include "larder/reduce/tables/config_keys.hpp"
#include "larder/reduce/tables/secrets.hpp"

namespace larder::cook {

namespace {

/// For a file that does not parse, which cargo will report.
std::string digest_of_text(const SourceTree& tree, const std::string& file) {
  return digest(tree.read(file).value_or(""));
}

/// A digest of the parts of the config in `level/.cargo` that can affect an external unit; empty
/// when there are none.
std::string config_digest(const SourceTree& tree, const std::string& level,
                          const std::string& file) {
  try {
    auto table = cargo::Config::load(tree, level, level, "").merged();
    reduce::keep_reaching_keys(table);
    reduce::drop_secrets(table);
    const auto values = cargo::config_arguments(table);
    return values.empty() ? "" : digest(fmt::format("{}", fmt::join(values, "\n")));
  } catch (const Error&) {
    return digest_of_text(tree, file);
  }
}

std::string toolchain_digest(const SourceTree& tree, const std::string& level,
                             const std::string& file) {
  try {
    const auto found = cargo::find_toolchain_file(tree, level, level);
    return digest(found ? found->contents : "");
  } catch (const Error&) {
    return digest_of_text(tree, file);
  }
}

}  // namespace

std::map<std::string, std::string> files_above(const SourceTree& tree, const std::string& directory,
                                               const std::string& workspace_root,
                                               const Environment& environment) {
  std::map<std::string, std::string> out;
  const auto carried = recipe::carried_level(directory, workspace_root);
  const auto home = cargo::cargo_home(directory, environment);
  bool is_above = false;
  bool has_toolchain = false;
  for (auto level = directory; !level.empty(); level = path::parent(level)) {
    if (const auto file = cargo::toolchain_file_in(tree, level); file && !has_toolchain) {
      has_toolchain = true;
      if (is_above) out.emplace(*file, toolchain_digest(tree, level, *file));
    }
    const auto config_directory = path::join(level, ".cargo");
    const auto config = is_above && config_directory != home
                            ? cargo::config_file_in(tree, config_directory)
                            : std::nullopt;
    if (config) {
      if (auto found = config_digest(tree, level, *config); !found.empty())
        out.emplace(*config, std::move(found));
    }
    is_above = is_above || level == carried;
  }
  return out;
}

}  // namespace larder::cook
