#include "larder/git/git_tree.hpp"

#include "content.hpp"
#include "larder/base/path.hpp"

namespace larder::git {

namespace {

FileKind kind_of(EntryType type) {
  if (type == EntryType::Absent) return FileKind::Absent;
  return type == EntryType::Directory ? FileKind::Directory : FileKind::File;
}

bool is_same(const Reading::Directory::Fact& fact, const Entry& now) {
  return fact.entry.type == now.type && (!fact.contents || same(fact.entry.id, now.id));
}

bool is_same(const Reading::Directory& directory, const Entries& now) {
  if (directory.listing) {
    if (directory.listing->size() != now.size()) return false;
    auto entry = now.begin();
    for (const auto& [name, type] : *directory.listing) {
      if (entry->first != name || entry->second.type != type) return false;
      ++entry;
    }
  }
  for (const auto& [name, fact] : directory.facts) {
    const auto found = now.find(name);
    if (!is_same(fact, found == now.end() ? Entry{} : found->second)) return false;
  }
  return true;
}

Node node_of(const Node& parent, const std::string& name, const Entry& entry) {
  return {parent.repository,
          entry,
          parent.path + "/" + name,
          parent.path_in_repository + "/" + name,
          nullptr,
          parent.depth};
}

/// Updates the ids of the directories that were checked, so that the next commit with equal ids
/// needs no check.
bool holds(Reading::Directory& directory, const GitTree::Content& content, const Node& now) {
  if (same(directory.id, now.entry.id) || directory.is_empty()) return true;
  const auto& entries = content.entries(now);
  if (!is_same(directory, entries)) return false;
  for (auto& [name, below] : directory.directories) {
    const auto found = entries.find(name);
    if (found == entries.end() || found->second.type != EntryType::Directory ||
        !holds(*below, content, node_of(now, name, found->second)))
      return false;
  }
  directory.id = now.entry.id;
  return true;
}

bool is_file(EntryType type) {
  return type == EntryType::File || type == EntryType::Executable || type == EntryType::Link;
}

/// Compares two places, either of which may be missing.
class FileComparison {
 public:
  FileComparison(const GitTree::Content& before, const GitTree::Content& after,
                 const std::function<bool(const std::string&)>& is_meant)
      : before_(before), after_(after), is_meant_(is_meant) {}

  bool differ(const std::optional<Node>& before, const std::optional<Node>& after) const {
    if (before && after && same(before->entry.id, after->entry.id)) return false;
    static const Entries none;
    const auto& old_entries = before ? before_.entries(*before) : none;
    const auto& new_entries = after ? after_.entries(*after) : none;
    for (const auto& [name, entry] : new_entries) {
      const auto old = old_entries.find(name);
      if (differ(name, before, old == old_entries.end() ? Entry{} : old->second, after, entry))
        return true;
    }
    for (const auto& [name, entry] : old_entries) {
      if (!new_entries.contains(name) && differ(name, before, entry, after, Entry{})) return true;
    }
    return false;
  }

 private:
  bool differ(const std::string& name, const std::optional<Node>& before, const Entry& old_entry,
              const std::optional<Node>& after, const Entry& new_entry) const {
    if (old_entry.type == new_entry.type && same(old_entry.id, new_entry.id)) return false;
    if (is_meant_(name) && (is_file(old_entry.type) || is_file(new_entry.type))) return true;
    const auto below = [&](const std::optional<Node>& parent, const Entry& entry) {
      return entry.type == EntryType::Directory ? std::optional(node_of(*parent, name, entry))
                                                : std::nullopt;
    };
    const auto old_node = below(before, old_entry);
    const auto new_node = below(after, new_entry);
    return (old_node || new_node) && differ(old_node, new_node);
  }

  const GitTree::Content& before_;
  const GitTree::Content& after_;
  const std::function<bool(const std::string&)>& is_meant_;
};

}  // namespace

GitTree::GitTree(const Repository& repository, const std::string& commit, Reading* reading)
    : content_(std::make_unique<Content>(repository.handle(), commit, reading)) {}
GitTree::~GitTree() = default;
GitTree::GitTree(GitTree&&) noexcept = default;

FileKind GitTree::kind(const std::string& path) const {
  const auto found = content_->find(path);
  return found ? kind_of(found->entry.type) : FileKind::Absent;
}

std::optional<std::string> GitTree::read(const std::string& path) const {
  const auto found = content_->find(path);
  if (!found) return std::nullopt;
  if (found->entry.type == EntryType::Directory)
    throw Error("file-read", "cannot read the file: it is a directory")
        .in_file(content_->place(path));
  return content_->read(*found);
}

std::vector<DirectoryEntry> GitTree::list(const std::string& path) const {
  std::vector<DirectoryEntry> out;
  const auto found = content_->find(path);
  if (!found) return out;
  for (const auto& [name, entry] : content_->list(*found)) {
    const bool is_link = entry.type == EntryType::Link;
    const auto below = path == "/" ? "/" + name : path + "/" + name;
    const auto kind = is_link                              ? this->kind(below)
                      : entry.type == EntryType::Submodule ? FileKind::Directory
                                                           : kind_of(entry.type);
    out.push_back({name, kind, is_link});
  }
  return out;
}

bool GitTree::is_executable(const std::string& path) const {
  const auto found = content_->find(path);
  return found && found->entry.type == EntryType::Executable;
}

Reading::Reading() : root_(std::make_unique<Directory>()) {}
Reading::~Reading() = default;
Reading::Reading(Reading&&) noexcept = default;
Reading& Reading::operator=(Reading&&) noexcept = default;

bool Reading::holds_in(const GitTree& tree) {
  return holds(*root_, tree.content(), tree.content().root());
}

bool differ_in_files(const GitTree& before, const GitTree& after,
                     const std::function<bool(const std::string&)>& is_meant) {
  return FileComparison(before.content(), after.content(), is_meant)
      .differ(before.content().root(), after.content().root());
}

}  // namespace larder::git
