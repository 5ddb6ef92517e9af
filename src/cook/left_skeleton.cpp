#include "larder/cook/left_skeleton.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "larder/base/digest.hpp"
#include "larder/base/files.hpp"
#include "larder/base/overlay_tree.hpp"
#include "larder/base/path.hpp"
#include "larder/base/shortened.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/cook/skeleton_files.hpp"
#include "larder/cook/skeleton_place.hpp"
#include "larder/record/left.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

/// The type of what is at `path`, without following links.
fs::file_type type_at(const std::string& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type();
}

bool is_there(const std::string& path) {
  const auto type = type_at(path);
  return type != fs::file_type::not_found && type != fs::file_type::none;
}

/// The directories from the one that contains `file` up to and including `top`.
std::vector<std::string> directories_up(const std::string& file, const std::string& top) {
  std::vector<std::string> out;
  for (auto at = path::parent(file); path::is_within(at, top); at = path::parent(at)) {
    out.push_back(at);
    if (at == top) break;
  }
  return out;
}

/// Whether this user may create the file, with its missing directories.
bool may_write(const std::string& file) {
  auto directory = path::parent(file);
  while (!is_there(directory) && directory != "/") directory = path::parent(directory);
  return is_writable(directory);
}

Files files_of(const Leaving& leaving, const LeavingPlace& place) {
  // Whoever wrote the recipe, this must be a lock file.
  if (!leaving.skeleton) {
    (void)cargo::parse_lockfile("Cargo.lock", leaving.lock_file);
    return {{"Cargo.lock", leaving.lock_file}};
  }
  auto files = stub_files(*leaving.skeleton, leaving.sources, leaving.programs);
  for (const auto& [file, contents] : files) {
    if (!path::is_within(path::join(place.root, file), place.target_directory)) continue;
    throw Error("recipe-invalid", "a file of the skeleton is in the target directory")
        .in_file(file);
  }
  return files;
}

/// The skeleton that an earlier cook left, and the one to leave now.
class LeftSkeleton {
 public:
  LeftSkeleton(const Leaving& leaving, const LeavingPlace& place)
      : place_(place),
        wanted_(files_of(leaving, place)),
        record_file_(path::join(own_directory(place.target_directory),
                                "left-" + larder::digest(place.root) + ".json")) {
    for (const auto& source : leaving.sources) executable_[source.path] = source.executable;
    if (type_at(record_file_) == fs::file_type::regular)
      record_ = record::read_left(read_file(record_file_).value_or(""));
  }

  std::string absolute(const std::string& file) const { return path::join(place_.root, file); }

  /// Whether a file is as cook left it, or as it would leave it now.
  bool is_ours(const std::string& absolute) const {
    if (type_at(absolute) != fs::file_type::regular) return false;
    const auto name = path::relative(absolute, place_.root);
    const auto recorded = record_.find(name);
    const auto wanted = wanted_.find(name);
    if (recorded == record_.end() && wanted == wanted_.end()) return false;
    const auto text = read_file(absolute);
    if (!text) return false;
    return (recorded != record_.end() && larder::digest(*text) == recorded->second) ||
           (wanted != wanted_.end() && *text == wanted->second);
  }

  /// Whether the directory has a manifest of the user's, or a stub manifest without a record.
  bool has_foreign_manifest(const std::string& directory) const {
    const auto manifest = path::join(directory, "Cargo.toml");
    return is_there(manifest) && !is_ours(manifest);
  }

  bool has_users_manifest(const std::string& directory) const {
    return has_foreign_manifest(directory) &&
           !is_stub_manifest(path::join(directory, "Cargo.toml"));
  }

  /// Whether a link or a file is in place of one of the file's directories.
  bool is_obstructed(const std::string& file) const {
    const auto above = directories_up(absolute(file), place_.directory);
    return std::any_of(above.begin(), above.end(), [&](const std::string& at) {
      return at != place_.directory && is_there(at) && type_at(at) != fs::file_type::directory;
    });
  }

  /// Drops the files that must not be written: a `Cargo.toml` of the user's applies in its
  /// directory and below, and existing files are kept. Returns the kept files where no such
  /// manifest applies.
  std::vector<std::string> keep_what_is_there() {
    std::vector<std::string> kept;
    std::vector<std::string> unexpected;
    for (const auto& [file, contents] : wanted_) {
      const auto above = directories_up(absolute(file), place_.directory);
      const bool is_foreign = std::any_of(above.begin(), above.end(), [&](const std::string& at) {
        return has_foreign_manifest(at);
      });
      const bool is_taken = is_there(absolute(file)) && !is_ours(absolute(file));
      if (is_foreign || is_taken || is_obstructed(file) || !may_write(absolute(file)))
        kept.push_back(file);
      const bool is_users = std::any_of(above.begin(), above.end(), [&](const std::string& at) {
        return has_users_manifest(at);
      });
      if (is_taken && !is_users) unexpected.push_back(absolute(file));
    }
    for (const auto& file : kept) wanted_.erase(file);
    return unexpected;
  }

  void drop(const std::string& file) { wanted_.erase(file); }
  /// A marker alone is of no use: no stub would read it.
  void drop_lone_marker() {
    if (wanted_.size() == 1) wanted_.erase(stub_marker);
  }
  bool lacks_marker() const { return !wanted_.empty() && !wanted_.contains(stub_marker); }
  const Files& wanted() const { return wanted_; }

  /// Writes the record first, so that the next cook knows the files even if this one is killed.
  void write() const {
    record::LeftFiles record;
    for (const auto& [file, contents] : wanted_) record[file] = larder::digest(contents);
    remove_unwanted();
    write_file_atomically(record_file_, record::write_left(record));
    // First, because no stub may exist without it.
    if (wanted_.contains(stub_marker)) {
      write_one(absolute(stub_marker), wanted_.at(stub_marker));
      date_stub_marker(absolute(stub_marker));
    }
    for (const auto& [file, contents] : wanted_) {
      if (file == stub_marker) continue;
      write_one(absolute(file), contents);
      const auto source = executable_.find(file);
      if (source != executable_.end()) set_as_written(absolute(file), source->second);
    }
  }

 private:
  void write_one(const std::string& file, const std::string& contents) const {
    if (write_new_file(file, contents)) return;
    if (!is_ours(file)) {
      throw Error("would-replace", "another program created the file in the meantime")
          .in_file(file);
    }
    if (read_file(file) != contents) write_file_atomically(file, contents);
  }

  void remove_unwanted() const {
    for (const auto& [file, digest] : record_) {
      const auto path = absolute(file);
      if (wanted_.contains(file) || is_obstructed(file) || !is_ours(path)) continue;
      ::unlink(path.c_str());
      std::error_code not_empty;
      for (const auto& directory : directories_up(path, place_.root)) {
        if (directory == place_.root || !fs::remove(directory, not_empty)) break;
      }
    }
  }

  const LeavingPlace& place_;
  Files wanted_;
  /// For the files that are not stubs: whether they are executable.
  std::map<std::string, bool> executable_;
  std::string record_file_;
  record::LeftFiles record_;
};

bool is_home(const std::string& directory, const Environment& environment) {
  const auto home = environment.get("HOME");
  std::error_code unknown;
  return home && (path::normalize(*home) == directory || fs::equivalent(*home, directory, unknown));
}

/// A workspace may lie within another one whose skeleton an earlier cook left.
std::optional<std::string> manifest_above(const std::string& directory) {
  for (auto at = path::parent(directory); !at.empty(); at = path::parent(at)) {
    const auto manifest = path::join(at, "Cargo.toml");
    if (is_there(manifest) && !is_stub_manifest(manifest)) return manifest;
  }
  return std::nullopt;
}

/// Why nothing is left although the directory has no manifest; empty when nothing speaks against
/// it.
std::string reason_against(const LeavingPlace& place, const Environment& environment) {
  if (is_home(place.directory, environment)) return "this is the home directory";
  if (!may_write(path::join(place.root, "Cargo.toml"))) return "this user cannot write here";
  if (const auto above = manifest_above(place.directory))
    return "there is a manifest above, " + *above;
  return "";
}

void warn_of_linked(const Leaving& leaving, const Shell& shell) {
  if (!leaving.skeleton) return;
  std::string names;
  for (const auto& name : linked_stubs(*leaving.skeleton))
    names += fmt::format("{}`{}`", names.empty() ? "" : ", ", name);
  if (names.empty()) return;
  shell.warning(
      fmt::format("the stub of {} does not fail if other programs link it (cdylib, staticlib): "
                  "copy the sources before you build it",
                  names));
}

void try_to_leave(const Leaving& leaving, const LeavingPlace& place, const Environment& environment,
                  const Shell& shell) {
  LeftSkeleton left(leaving, place);
  // A checkout, or an earlier skeleton, which a lone lock file must not replace.
  const auto root_file = path::join(place.root, "Cargo.toml");
  if (left.has_users_manifest(place.directory) || left.has_users_manifest(place.root)) return;
  if (!leaving.skeleton && is_there(root_file)) return;
  const auto* what = leaving.skeleton ? "skeleton" : "lock file";
  if (const auto reason = reason_against(place, environment); !reason.empty()) {
    shell.note(fmt::format("cook leaves no {} here: {}", what, reason));
    return;
  }
  warn_of_kept(left.keep_what_is_there(), shell);
  left.drop_lone_marker();
  if (left.wanted().empty()) return;
  if (leaving.skeleton && left.lacks_marker()) {
    shell.note(fmt::format("cook leaves no skeleton here: {} exists, and cook did not write it",
                           stub_marker));
    return;
  }
  const SkeletonPlace lock(place.target_directory, false, environment, shell);
  left.write();
  if (leaving.skeleton) {
    shell.status(
        "Left",
        fmt::format(
            "the skeleton of the workspace ({} files): copy the sources over it before you build",
            left.wanted().size()));
    warn_of_linked(leaving, shell);
  } else {
    shell.status("Left", std::string("Cargo.lock, so that the build uses the same versions") +
                             (leaving.is_pruned ? "; it pins only what was cooked" : ""));
  }
}

/// With the files that are kept, cargo must find exactly the skeleton's members.
void check_workspace(const reduce::Skeleton& skeleton, const LeavingPlace& place,
                     const Files& written, const std::string& cargo_home) {
  std::map<std::string, std::optional<std::string>> files;
  for (const auto& [file, contents] : written)
    files.emplace(path::join(place.root, file), contents);
  const DiskTree disk;
  const OverlayTree tree(disk, files);
  const auto error = [&](const std::string& message) {
    return Error("would-replace", "the skeleton conflicts with the manifests here: " + message)
        .in_file(path::join(place.root, "Cargo.toml"))
        .hint("write the skeleton into an empty directory that contains only the recipe");
  };
  cargo::Workspace workspace;
  try {
    workspace = cargo::load_workspace(tree, path::join(place.root, "Cargo.toml"), cargo_home);
    cargo::load_path_dependencies(tree, workspace);
  } catch (const Error& caught) {
    throw error(caught.message());
  }
  for (const auto& manifest : skeleton.manifests) {
    const auto document = cargo::parse_toml(manifest.path, manifest.contents, "recipe-invalid");
    const auto directory = path::join(place.root, path::parent(manifest.path));
    if (document.root.find("package") != nullptr && !workspace.package_in(directory))
      throw error(fmt::format("`{}` is not a member", path::parent(manifest.path)));
  }
}

}  // namespace

void leave_beside(const Leaving& leaving, const LeavingPlace& place, const Environment& environment,
                  const Shell& shell) {
  try {
    try_to_leave(leaving, place, environment, shell);
  } catch (const Error& error) {
    if (error.id() == "file-write") throw;
    shell.warning(fmt::format("cook leaves no skeleton here: {}", error.render()));
  }
}

std::vector<std::string> leave_around(const Leaving& leaving, const LeavingPlace& place,
                                      const Environment& environment, const Shell& shell) {
  LeftSkeleton left(leaving, place);
  std::vector<std::string> kept;
  bool keeps_manifest = false;
  const auto wanted = left.wanted();
  for (const auto& [file, contents] : wanted) {
    const auto at = left.absolute(file);
    std::error_code ignored;
    if (left.is_obstructed(file) || (is_there(at) && !fs::is_regular_file(at, ignored))) {
      throw Error("would-replace", "cannot write a skeleton file: something else is there")
          .in_file(at)
          .hint("write the skeleton into an empty directory that contains only the recipe");
    }
    if (!is_there(at) || left.is_ours(at)) continue;
    keeps_manifest = keeps_manifest || path::file_name(file) == "Cargo.toml";
    kept.push_back(at);
    left.drop(file);
  }
  left.drop_lone_marker();
  if (left.lacks_marker()) {
    throw Error("would-replace", "cannot write the file that all stubs read: another file is there")
        .in_file(left.absolute(stub_marker))
        .hint("remove it, or write the skeleton into an empty directory");
  }
  if (keeps_manifest) {
    check_workspace(leaving.skeleton.value(), place, left.wanted(),
                    cargo::cargo_home(place.directory, environment));
  }
  const SkeletonPlace lock(place.target_directory, false, environment, shell);
  left.write();
  warn_of_linked(leaving, shell);
  return kept;
}

void warn_of_kept(const std::vector<std::string>& files, const Shell& shell) {
  if (files.empty()) return;
  std::string text;
  for (const auto& line : shortened(files, 5)) text += "\n  " + line;
  shell.warning(
      fmt::format("{} already here with other contents and {} kept:{}",
                  files.size() == 1 ? "a file is" : fmt::format("{} files are", files.size()),
                  files.size() == 1 ? "was" : "were", text));
  if (std::any_of(files.begin(), files.end(), is_stub_manifest)) {
    shell.note(
        "cook has no record of the skeleton that is already here, for example after `cargo clean`. "
        "To replace it, remove its files and run cook again");
  }
}

namespace {

/// The entry of a package in `all`, where it is added if it is new.
cargo::LockId index_in(cargo::Lockfile& all, const cargo::LockedPackage& package) {
  auto& same_name = all.by_name[package.name];
  for (const auto index : same_name) {
    const auto& other = all.packages[index];
    if (other.version == package.version && other.source == package.source) return index;
  }
  const auto added = all.packages.push_back(package);
  same_name.push_back(added);
  all.packages[added].dependencies.clear();
  all.packages[added].replacement.reset();
  return added;
}

}  // namespace

std::string joined_lock_files(const std::vector<std::string>& lock_files) {
  cargo::Lockfile all;
  for (const auto& text : lock_files) {
    const auto lock = cargo::parse_lockfile("Cargo.lock", text);
    all.version = all.packages.empty() ? lock.version : std::max(all.version, lock.version);
    for (const auto& package : lock.packages) {
      if (package.is_local()) continue;
      const auto index = index_in(all, package);
      std::set<cargo::LockId> dependencies(all.packages[index].dependencies.begin(),
                                           all.packages[index].dependencies.end());
      for (const auto one : package.dependencies) {
        if (!lock.packages[one].is_local()) dependencies.insert(index_in(all, lock.packages[one]));
      }
      all.packages[index].dependencies.assign(dependencies.begin(), dependencies.end());
      if (package.replacement)
        all.packages[index].replacement = index_in(all, lock.packages[*package.replacement]);
    }
  }
  const auto ids = all.packages.ids();
  const std::set<cargo::LockId> kept(ids.begin(), ids.end());
  return cargo::render_lockfile(all, kept);
}

}  // namespace larder::cook
