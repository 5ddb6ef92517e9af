#include "content.hpp"

#include <fmt/format.h>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::git {

namespace {

/// Linux's own limit.
constexpr int most_links = 40;
constexpr std::size_t longest_link = 4096;
/// A commit cannot contain itself, but submodules can be made to nest deeply.
constexpr std::size_t deepest_submodule = 16;

EntryType type_of(git_filemode_t mode) {
  switch (mode) {
    case GIT_FILEMODE_TREE:
      return EntryType::Directory;
    case GIT_FILEMODE_LINK:
      return EntryType::Link;
    case GIT_FILEMODE_COMMIT:
      return EntryType::Submodule;
    case GIT_FILEMODE_BLOB_EXECUTABLE:
      return EntryType::Executable;
    default:
      return EntryType::File;
  }
}

/// Whether a checkout could create a file of this name.
bool is_possible(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name != ".git" &&
         name.find('/') == std::string::npos;
}

}  // namespace

GitTree::Content::Content(std::shared_ptr<const Repository::Handle> repository, std::string commit,
                          Reading* reading)
    : repository_(std::move(repository)), commit_(std::move(commit)), reading_(reading) {
  const auto id = parse_id(commit_);
  if (!id) throw damaged("the commit has no valid id", "");
  root_ = tree_of(*repository_, *id, "");
  if (reading_ != nullptr) reading_->root().id = root_;
}

std::string GitTree::Content::place(const std::string& path) const {
  return commit_.substr(0, 8) + ":" + (path.empty() ? "/" : path.substr(1));
}

Error GitTree::Content::damaged(const std::string& what, const std::string& path) const {
  return Error("git-object", what)
      .in_file(place(path))
      .hint(
          "run `git fsck` to see what the repository lacks. To complete a shallow or partial "
          "clone, run `git fetch --unshallow` or `git fetch --refetch`");
}

git_oid GitTree::Content::tree_of(const Repository::Handle& repository, const git_oid& commit,
                                  const std::string& path) const {
  git_commit* found = nullptr;
  if (git_commit_lookup(&found, repository.get(), &commit) != 0) {
    throw damaged(fmt::format("cannot read the commit {}: {}", id_text(commit), last_message()),
                  path);
  }
  const Owned<git_commit> owner(found);
  return *git_commit_tree_id(found);
}

Entries GitTree::Content::parse_tree(const Repository::Handle& repository, const git_oid& id,
                                     const std::string& path) const {
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  git_tree* found = nullptr;
  if (git_odb_read_header(&size, &type, repository.objects(), &id) != 0 ||
      type != GIT_OBJECT_TREE || size > largest_file ||
      git_tree_lookup(&found, repository.get(), &id) != 0) {
    const auto why = type != GIT_OBJECT_INVALID && type != GIT_OBJECT_TREE ? "it is not a tree"
                     : size > largest_file                                 ? "it is too large"
                                                                           : last_message();
    throw damaged(fmt::format("cannot read the directory, object {}: {}", id_text(id), why), path);
  }
  const Owned<git_tree> tree(found);
  Entries out;
  for (std::size_t i = 0; i < git_tree_entrycount(found); ++i) {
    const auto* entry = git_tree_entry_byindex(found, i);
    const std::string name(git_tree_entry_name(entry));
    if (!is_possible(name)) {
      throw damaged(
          fmt::format("the directory has an entry `{}`, which no checkout can have", name),
          path + "/" + name);
    }
    out[name] = {type_of(git_tree_entry_filemode(entry)), *git_tree_entry_id(entry)};
  }
  return out;
}

const Entries& GitTree::Content::entries(const Node& directory) const {
  static const Entries none;
  if (directory.entry.type != EntryType::Directory) return none;
  const auto& id = directory.entry.id;
  auto& known = trees_[id];
  if (known) return *known;
  auto& cache = directory.repository->directories();
  known = cache.find(id);
  if (!known) {
    known = std::make_shared<Entries>(parse_tree(*directory.repository, id, directory.path));
    cache.add(id, known);
  }
  return *known;
}

const Entries& GitTree::Content::list(const Node& directory) const {
  const auto& found = entries(directory);
  if (directory.notes != nullptr && !directory.notes->listing) {
    auto& listing = directory.notes->listing.emplace();
    for (const auto& [name, entry] : found) listing.emplace_back(name, entry.type);
  }
  return found;
}

Entry GitTree::Content::look_up(const Node& directory, const std::string& name) const {
  const auto& all = entries(directory);
  const auto found = all.find(name);
  const auto entry = found == all.end() ? Entry{} : found->second;
  if (directory.notes != nullptr) {
    auto& fact = directory.notes->facts.try_emplace(name, Reading::Directory::Fact{entry, false})
                     .first->second;
    // For a link or a submodule commit, the entry's id already stands for its contents.
    if (entry.type == EntryType::Link || entry.type == EntryType::Submodule) fact.contents = true;
  }
  return entry;
}

Node GitTree::Content::root() const {
  return {repository_,
          {EntryType::Directory, root_},
          "",
          "",
          reading_ == nullptr ? nullptr : &reading_->root(),
          0};
}

Node GitTree::Content::child(const Node& directory, const std::string& name,
                             const Entry& entry) const {
  Node out{directory.repository,
           entry,
           directory.path + "/" + name,
           directory.path_in_repository + "/" + name,
           directory.notes,
           directory.depth};
  if (entry.type == EntryType::Submodule) return submodule(out);
  if (entry.type == EntryType::Directory && directory.notes != nullptr) {
    auto& notes = directory.notes->directories[name];
    if (!notes) notes = std::make_unique<Reading::Directory>();
    notes->id = entry.id;
    out.notes = notes.get();
  }
  return out;
}

Node GitTree::Content::submodule(const Node& place) const {
  // In a clone without its submodules this is an empty directory.
  Node out{place.repository, {EntryType::Directory, {}}, place.path, "", nullptr, place.depth + 1};
  if (out.depth > deepest_submodule) throw damaged("submodules are nested too deeply", place.path);
  auto& repository = submodules_[place.path];
  if (!repository) {
    // `.gitmodules` of the commit that contains this submodule.
    auto top = place.path.substr(0, place.path.size() - place.path_in_repository.size());
    const auto modules = find(top + "/.gitmodules");
    const auto relative = place.path_in_repository.substr(1);
    if (modules && modules->entry.type != EntryType::Directory) {
      const auto name = submodule_name(read(*modules), relative);
      if (!name.empty()) repository = open_submodule(*place.repository, name, relative);
    }
  }
  if (!repository) {
    git_odb_hash(&out.entry.id, "", 0, GIT_OBJECT_TREE);
    trees_[out.entry.id] = std::make_shared<Entries>();
    return out;
  }
  if (git_odb_exists(repository->objects(), &place.entry.id) == 0) {
    const auto where = place.path.substr(1);
    throw Error("git-submodule",
                fmt::format("the submodule was cloned, but its repository lacks the commit {}",
                            id_text(place.entry.id)))
        .in_file(this->place(place.path))
        .hint(fmt::format("fetch it: `git -C {} fetch origin {}`", where, id_text(place.entry.id)));
  }
  out.repository = repository;
  out.entry.id = tree_of(*repository, place.entry.id, place.path);
  return out;
}

std::optional<Node> GitTree::Content::find(const std::string& path) const {
  std::vector<Node> way{root()};
  const auto parts = path::components(path);
  std::deque<std::string> rest(parts.begin(), parts.end());
  int links = 0;
  while (!rest.empty()) {
    const auto name = std::move(rest.front());
    rest.pop_front();
    if (name == ".") continue;
    if (name == "..") {
      // This leads out of the repository.
      if (way.size() == 1) return std::nullopt;
      way.pop_back();
      continue;
    }
    if (way.back().entry.type != EntryType::Directory) return std::nullopt;
    const auto entry = look_up(way.back(), name);
    if (entry.type == EntryType::Absent) return std::nullopt;
    if (entry.type == EntryType::Link) {
      const auto target = blob(child(way.back(), name, entry));
      if (++links > most_links || target.empty() || target.front() == '/' ||
          target.size() > longest_link || target.find('\0') != std::string::npos)
        return std::nullopt;
      const auto target_parts = path::components(target);
      rest.insert(rest.begin(), target_parts.begin(), target_parts.end());
      continue;
    }
    way.push_back(child(way.back(), name, entry));
  }
  return std::move(way.back());
}

std::string GitTree::Content::blob(const Node& file) const {
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  git_odb_object* found = nullptr;
  const auto& id = file.entry.id;
  auto* objects = file.repository->objects();
  if (git_odb_read_header(&size, &type, objects, &id) == 0) {
    if (type != GIT_OBJECT_BLOB) {
      throw damaged(fmt::format("cannot read the file: object {} is not a file", id_text(id)),
                    file.path);
    }
    if (size > largest_file) {
      throw Error("file-too-large",
                  fmt::format("the file has {} bytes, but the limit is {}", size, largest_file))
          .in_file(place(file.path));
    }
    if (git_odb_read(&found, objects, &id) == 0) {
      const Owned<git_odb_object> owner(found);
      return {static_cast<const char*>(git_odb_object_data(found)), git_odb_object_size(found)};
    }
  }
  throw damaged(fmt::format("cannot read the file, object {}: {}", id_text(id), last_message()),
                file.path);
}

std::string GitTree::Content::read(const Node& file) const {
  if (file.notes != nullptr) {
    const auto name = path::file_name(file.path);
    file.notes->facts.insert_or_assign(name, Reading::Directory::Fact{file.entry, true});
  }
  return blob(file);
}

}  // namespace larder::git
