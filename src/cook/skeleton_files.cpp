#include "larder/cook/skeleton_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/manifest/manifest_tables.hpp"

namespace larder::cook {

namespace {

std::string root_source(const reduce::SkeletonManifest& manifest,
                        const reduce::SkeletonTarget& target) {
  // A linked library without std would need a panic handler.
  const bool linked = manifest.contents.find("crate-type") != std::string::npos;
  switch (target.kind) {
    case cargo::TargetKind::Test:
    case cargo::TargetKind::Bench:
      return "";
    // A library without std also compiles for targets that have no std, and needs nothing to link.
    case cargo::TargetKind::Lib:
      return target.is_proc_macro || linked ? "" : "#![no_std]\n";
    // An example may be a library, where a private `main` would be dead code. That is a warning,
    // which may be denied.
    case cargo::TargetKind::Example:
      return "pub fn main() {}\n";
    default:
      return "fn main() {}\n";
  }
}

bool is_manifest(const std::string& file) {
  return path::file_name(file) == "Cargo.toml";
}

/// 1973-11-29, older than any cargo. A manifest is a second newer than the other files: for a build
/// script that prints no `rerun-if-changed`, cargo's fingerprint has the date and the name of the
/// package's newest file. Among files of one date, that would be the first in the order of the
/// directory, which is not the same on every file system.
std::int64_t old_date(const std::string& file) {
  return (is_manifest(file) ? 123456790 : 123456789) * std::int64_t{1'000'000'000};
}

/// The directory is new. So if the file exists, another file of this skeleton has the same name on
/// this file system.
void write_skeleton_file(const std::string& directory, const std::string& relative,
                         const std::string& contents) {
  if (write_new_file(path::join(directory, relative), contents)) return;
  throw Error("recipe-invalid", "two file names of the skeleton differ only in case")
      .in_file(path::join(directory, relative))
      .hint("use a target directory on a file system that distinguishes case");
}

}  // namespace

std::map<std::string, std::string> skeleton_files(const reduce::Skeleton& skeleton) {
  std::map<std::string, std::string> files{{"Cargo.lock", skeleton.lock_file}};
  const auto add = [&](const std::string& path, std::string contents) {
    if (files.emplace(path, std::move(contents)).second) return;
    throw Error("recipe-invalid", fmt::format("two files of the skeleton are named `{}`", path))
        .hint("make the recipe again with `cargo larder prepare`");
  };
  for (const auto& manifest : skeleton.manifests) {
    add(manifest.path, manifest.contents);
    for (const auto& target : manifest.targets) {
      const auto directory = path::parent(manifest.path);
      add(directory.empty() ? target.path : directory + "/" + target.path,
          root_source(manifest, target));
    }
  }
  return files;
}

void write_sources(const std::vector<recipe::SourceFile>& sources, const std::string& directory) {
  for (const auto& source : sources) {
    if (source.is_root_manifest()) continue;
    const auto file = path::join(directory, source.path);
    write_skeleton_file(directory, source.path, source.contents);
    set_as_written(file, source.executable);
  }
}

void set_as_written(const std::string& file, bool executable) {
  const mode_t mode = executable ? 0755 : 0644;
  if (set_modified(file, old_date(file)) && ::chmod(file.c_str(), mode) == 0) return;
  throw Error("file-write", std::string("cannot set its date: ") + std::strerror(errno))
      .in_file(file);
}

std::set<std::string> package_names(const std::vector<recipe::SourceFile>& sources) {
  std::set<std::string> names;
  for (const auto& source : sources) {
    if (!is_manifest(source.path)) continue;
    const auto manifest = cargo::parse_toml(source.path, source.contents, "recipe-invalid");
    if (const auto name = cargo::package_name(manifest)) names.insert(*name);
  }
  return names;
}

void date_sources(const std::vector<recipe::SourceFile>& sources, const std::string& root,
                  bool same_recipe, std::int64_t cooked_at) {
  for (const auto& source : sources) {
    const auto file = path::join(root, source.path);
    const auto text = read_file(file);
    if (!text) continue;
    if (is_manifest(file) ? same_recipe : *text == source.contents) {
      set_modified(file, old_date(file));  // on failure, cargo compiles it again
    } else if (modified(file).value_or(0) < cooked_at) {
      if (set_modified(file, std::nullopt)) continue;
      throw Error("file-write", std::string("cannot set its date: ") + std::strerror(errno))
          .in_file(file)
          .hint(
              "cargo would not notice that this file has changed, because its date is older than "
              "the cook");
    }
  }
}

void write_skeleton(const reduce::Skeleton& skeleton, const std::string& directory) {
  for (const auto& [relative, contents] : skeleton_files(skeleton))
    write_skeleton_file(directory, relative, contents);
}

}  // namespace larder::cook
