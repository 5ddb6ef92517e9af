#include "vendored_workspace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "stubbed.hpp"

namespace larder::test {

namespace fs = std::filesystem;

namespace {

const std::map<std::string, std::string>& shelf_files() {
  static const std::map<std::string, std::string> files{
      {"Cargo.toml", package("shelf", "\n[dependencies]\ne = \"1\"\n")},
      {"src/main.rs", "fn main() {}\n"}};
  return files;
}

const std::map<std::string, std::string>& external_files() {
  static const auto files =
      package_files({{"e", "\n[dependencies]\nf = \"1\"\n", {"src/lib.rs", "build.rs"}}, {"f"}});
  return files;
}

/// Removes a file; a link stays.
void remove_file(const std::string& path) {
  if (fs::is_regular_file(fs::symlink_status(path))) fs::remove(path);
}

}  // namespace

VendoredWorkspace::VendoredWorkspace(const TestDirectory& directory)
    : directory_(directory.path()) {
  empty_directory(directory_, {});
  const StubbedWorkspace workspace(directory / "plan", shelf_files(), external_files());
  recipe_ = recipe::write(workspace.recipe_for("build --offline"));
  environment_ = workspace.environment();
  environment_.unset("RUSTC_WRAPPER");
  environment_.set("TMPDIR", directory / "tmp");
  fs::create_directories(directory / "tmp");
  copy_tree(directory / "plan/vendor", app() + "/vendor");
  write_file(victim() + "/Cargo.toml", package("victim", ""));
  write_file(victim() + "/build.rs", "fn main() {}\n");
  write_file(victim() + "/src/lib.rs", "");
}

void VendoredWorkspace::set_recipe(const std::string& text) const {
  if (!fs::is_symlink(app() + "/.cargo")) remove_file(app() + "/.cargo/config.toml");
  remove_file(app() + "/Cargo.lock");
  remove_file(app() + "/rust-toolchain");
  remove_file(app() + "/rust-toolchain.toml");
  write_file(app() + "/recipe.json", text);
}

void VendoredWorkspace::bring_sources() const {
  copy_tree(directory_ + "/plan", app());
}

std::map<std::string, FileState> VendoredWorkspace::outside() const {
  auto states = snapshot(directory_, "app/target");
  std::erase_if(states, [](const auto& state) { return state.first.starts_with("elsewhere"); });
  return states;
}

bool VendoredWorkspace::may_be_restored(const std::string& path) {
  static const std::vector<std::string> paths{"app",
                                              "app/Cargo.lock",
                                              "app/.cargo",
                                              "app/.cargo/config.toml",
                                              "app/rust-toolchain",
                                              "app/rust-toolchain.toml",
                                              "tmp"};
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

}  // namespace larder::test
