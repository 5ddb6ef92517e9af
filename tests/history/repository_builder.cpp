#include "repository_builder.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace larder::test {

namespace {

void check(int result, const std::string& what) {
  if (result >= 0) return;
  const auto* error = git_error_last();
  throw std::runtime_error(what + ": " + (error == nullptr ? "?" : error->message));
}

git_oid parse(const std::string& id) {
  git_oid out;
  check(git_oid_fromstr(&out, id.c_str()), "an object id");
  return out;
}

std::string text_of(const git_oid& id) {
  std::string out(GIT_OID_HEXSZ, '0');
  git_oid_fmt(out.data(), &id);
  return out;
}

/// As git orders the entries of a tree: a directory as if its name had a '/' at the end.
std::string sort_key(const RepositoryBuilder::TreeEntry& entry) {
  return entry.mode == "40000" ? entry.name + "/" : entry.name;
}

}  // namespace

RepositoryBuilder::RepositoryBuilder(const std::string& directory, bool bare) {
  git_libgit2_init();
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0);
  std::filesystem::create_directories(directory);
  git_repository* repository = nullptr;
  check(git_repository_init(&repository, directory.c_str(), bare ? 1U : 0U), "a repository");
  repository_.reset(repository);
}

std::string RepositoryBuilder::object(const std::string& contents, git_object_t type) {
  git_odb* objects = nullptr;
  check(git_repository_odb(&objects, get()), "objects");
  const std::unique_ptr<git_odb, void (*)(git_odb*)> owner(objects, git_odb_free);
  git_oid id;
  check(git_odb_write(&id, objects, contents.data(), contents.size(), type), "an object");
  return text_of(id);
}

std::string RepositoryBuilder::blob(const std::string& contents) {
  auto& id = blobs_[contents];
  if (id.empty()) id = object(contents, GIT_OBJECT_BLOB);
  return id;
}

std::string RepositoryBuilder::tree(const std::vector<TreeEntry>& entries) {
  std::string contents;
  for (const auto& entry : entries) {
    const auto id = parse(entry.id);
    contents += entry.mode + " " + entry.name + '\0';
    contents.append(std::begin(id.id), std::end(id.id));
  }
  return object(contents, GIT_OBJECT_TREE);
}

std::string RepositoryBuilder::write_directory(const std::map<std::string, TreeEntry>& files) {
  std::map<std::string, std::map<std::string, TreeEntry>> directories;
  std::vector<TreeEntry> entries;
  for (const auto& [path, entry] : files) {
    const auto slash = path.find('/');
    if (slash == std::string::npos) {
      entries.push_back({entry.mode, path, entry.id});
    } else {
      directories[path.substr(0, slash)].emplace(path.substr(slash + 1), entry);
    }
  }
  for (const auto& [name, below] : directories)
    entries.push_back({"40000", name, write_directory(below)});
  std::sort(entries.begin(), entries.end(),
            [](const TreeEntry& a, const TreeEntry& b) { return sort_key(a) < sort_key(b); });
  return tree(entries);
}

std::string RepositoryBuilder::commit(const MemoryTree& files, const std::string& message,
                                      const std::vector<std::string>& parents) {
  std::map<std::string, TreeEntry> all;
  for (const auto& [path, contents] : files.files()) {
    const bool executable =
        std::find(executables.begin(), executables.end(), path.substr(1)) != executables.end();
    all[path.substr(1)] = {executable ? "100755" : "100644", "", blob(contents)};
  }
  for (const auto& [path, target] : links) all[path] = {"120000", "", blob(target)};
  for (const auto& [path, id] : submodules) all[path] = {"160000", "", id};
  return commit_tree(write_directory(all), message, parents);
}

std::string RepositoryBuilder::commit_tree(const std::string& tree, const std::string& message,
                                           const std::vector<std::string>& parents) {
  std::string text = "tree " + tree + "\n";
  for (const auto& parent : parents) text += "parent " + parent + "\n";
  const auto signature = "A U Thor <author@example.com> " + std::to_string(time_) + " +0000\n";
  time_ += seconds_between;
  text += "author " + signature + "committer " + signature + "\n" + message;
  const auto id = object(text, GIT_OBJECT_COMMIT);
  const auto head = parse(id);
  git_reference* reference = nullptr;
  check(git_reference_create(&reference, get(), "refs/heads/main", &head, 1, nullptr), "main");
  git_reference_free(reference);
  check(git_repository_set_head(get(), "refs/heads/main"), "HEAD");
  return id;
}

std::string RepositoryBuilder::path_of(const std::string& id) const {
  return std::string(git_repository_path(get())) + "objects/" + id.substr(0, 2) + "/" +
         id.substr(2);
}

void RepositoryBuilder::check_out(const std::string& commit, const std::string& directory) const {
  std::filesystem::create_directories(directory);
  const auto id = parse(commit);
  git_object* found = nullptr;
  check(git_object_lookup(&found, get(), &id, GIT_OBJECT_COMMIT), "a commit");
  const std::unique_ptr<git_object, void (*)(git_object*)> owner(found, git_object_free);
  git_checkout_options options = GIT_CHECKOUT_OPTIONS_INIT;
  options.checkout_strategy = GIT_CHECKOUT_FORCE | GIT_CHECKOUT_DONT_UPDATE_INDEX;
  options.target_directory = directory.c_str();
  check(git_checkout_tree(get(), found, &options), "a checkout");
}

}  // namespace larder::test
