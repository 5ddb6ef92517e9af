#include "restored_files.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/stub_sources.hpp"

namespace larder::cook {

namespace fs = std::filesystem;

namespace {

/// Writes one file of the recipe where cargo or rustup will look for it. Keeps an existing file.
void restore_file(const std::string& base, const std::string& relative, const std::string& contents,
                  const Shell& shell) {
  const auto path = path::join(base, relative);
  std::error_code ignored;
  for (auto at = path::parent(path); at.size() > base.size(); at = path::parent(at)) {
    if (!fs::is_symlink(at, ignored) || fs::exists(path, ignored)) continue;
    throw Error("file-write",
                "the directory is a symbolic link, and cook does not write through links")
        .in_file(at)
        .hint("remove the link, or put the file where it points: " + path::file_name(path));
  }
  if (write_new_file(path, contents)) {
    shell.detail("Writing", path);
    return;
  }
  if (read_file(path) != contents) {
    shell.warning(
        fmt::format("{} differs from the file in the recipe and was kept, so cook may compile "
                    "something other than what the build needs",
                    path));
  }
}

/// A directory with a manifest that is not a stub is a checkout, whose own files apply.
bool is_checkout(const std::string& directory) {
  const auto manifest = path::join(directory, "Cargo.toml");
  return DiskTree().is_file(manifest) && !is_stub_manifest(manifest);
}

}  // namespace

void restore_files(const recipe::Recipe& recipe, const reduce::Skeleton& skeleton,
                   const CookRequest& request, const Shell& shell) {
  if (!request.restore_files || is_checkout(request.directory)) return;
  const auto restore = [&](const std::string& relative, const std::string& contents) {
    restore_file(request.directory, relative, contents, shell);
  };
  if (skeleton.config_file) restore(".cargo/config.toml", *skeleton.config_file);
  if (skeleton.toolchain) restore(skeleton.toolchain->name, skeleton.toolchain->contents);
  // Relative to the workspace root, which is the directory itself or lies below it.
  for (const auto& file : recipe.sources_of(recipe::SourceKind::TargetSpecification))
    restore(path::join(recipe.root, file.path), file.contents);
}

void check_source_directories(const cargo::Config& config) {
  for (const auto& [name, value] : cargo::source_directories(config)) {
    const auto directory = cargo::config_path(value);
    if (DiskTree().is_directory(directory)) continue;
    throw Error("source-missing",
                fmt::format("the directory `{}` of source `{}` does not exist", directory, name))
        .at(value.location())
        .hint(fmt::format("copy it before cook; in a Dockerfile: COPY {} {}", value.as_string(),
                          value.as_string()));
  }
}

}  // namespace larder::cook
