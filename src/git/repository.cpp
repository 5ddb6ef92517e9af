#include "larder/git/repository.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "handle.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::git {

namespace {

/// libgit2 keeps objects and mapped packs for as long as it may, so a long history would fill
/// memory.
void limit_memory() {
  constexpr std::size_t window = std::size_t{8} << 20U;
  constexpr std::size_t most_mapped = std::size_t{48} << 20U;
  constexpr ssize_t most_cached = ssize_t{16} << 20U;
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, window);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, most_mapped);
  git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, most_cached);
}

}  // namespace

std::string last_message() {
  const auto* error = git_error_last();
  return error == nullptr || error->message == nullptr ? "unknown error" : error->message;
}

std::optional<git_oid> parse_id(const std::string& text) {
  git_oid out;
  if (text.size() != GIT_OID_HEXSZ || git_oid_fromstr(&out, text.c_str()) != 0) return std::nullopt;
  return out;
}

std::string id_text(const git_oid& id) {
  std::string out(GIT_OID_HEXSZ, '0');
  git_oid_fmt(out.data(), &id);
  return out;
}

void start_library() {
  static const int started = [] {
    const int result = git_libgit2_init();
    if (result < 0) return result;
    // We neither write nor run anything from the repository, so its owner does not matter. In a
    // container it often belongs to another user.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    for (const int level : {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
                            GIT_CONFIG_LEVEL_PROGRAMDATA}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    // These extensions do not affect a reader.
    const char* extensions[] = {"worktreeconfig", "partialclone", "preciousobjects"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, std::size(extensions));
    limit_memory();
    return result;
  }();
  if (started < 0) throw Error("git-repository", "cannot initialize libgit2");
}

Repository::Handle::Handle(Owned<git_repository> repository) : repository_(std::move(repository)) {
  git_odb* objects = nullptr;
  if (git_repository_odb(&objects, get()) != 0) {
    throw Error("git-repository", "cannot open the objects of the repository: " + last_message())
        .in_file(git_repository_path(get()));
  }
  objects_.reset(objects);
  if (const auto* directory = git_repository_workdir(get()))
    work_directory_ = path::normalize(directory);
  shallow_ = read_file(path::join(common_directory(), "shallow")).value_or("");
}

std::string Repository::Handle::common_directory() const {
  return path::normalize(git_repository_commondir(get()));
}

bool Repository::Handle::is_cut_at(const std::string& id) const {
  return shallow_.find(id) != std::string::npos;
}

Repository Repository::discover(const std::string& directory) {
  start_library();
  git_repository* found = nullptr;
  if (git_repository_open_ext(&found, directory.c_str(), GIT_REPOSITORY_OPEN_CROSS_FS, nullptr) !=
      0) {
    throw Error("git-repository", "cannot open a git repository here: " + last_message())
        .in_file(directory)
        .hint("run it in a clone of the project, or compare recipe files");
  }
  return Repository(std::make_shared<Handle>(Owned<git_repository>(found)));
}

const std::string& Repository::work_directory() const {
  return handle_->work_directory();
}

std::string Repository::resolve(const std::string& revision) const {
  git_object* found = nullptr;
  git_object* commit = nullptr;
  const auto failed = [&](const std::string& why) {
    Error error("git-revision",
                fmt::format("`{}` does not name a commit in this repository: {}", revision, why));
    error.hint(
        handle_->is_shallow()
            ? "the clone is shallow; run `git fetch --unshallow` to fetch the rest of its history"
            : "give a branch, a tag, a commit id or an expression such as HEAD~3; for a "
              "recipe, give the path of its file");
    return error;
  };
  if (git_revparse_single(&found, handle_->get(), revision.c_str()) != 0)
    throw failed(last_message());
  const Owned<git_object> owner(found);
  if (git_object_peel(&commit, found, GIT_OBJECT_COMMIT) != 0) throw failed(last_message());
  const Owned<git_object> commit_owner(commit);
  return id_text(*git_object_id(commit));
}

Commit Repository::commit(const std::string& id) const {
  const auto parsed = parse_id(id);
  git_commit* found = nullptr;
  if (!parsed || git_commit_lookup(&found, handle_->get(), &*parsed) != 0) {
    throw Error("git-object", fmt::format("cannot read the commit {}: {}", id, last_message()))
        .in_file(git_repository_path(handle_->get()))
        .hint("run `git fsck` to see what the repository lacks");
  }
  const Owned<git_commit> commit(found);
  Commit out;
  out.id = id;
  const auto* text = git_commit_message(found);
  const std::string message(text == nullptr ? "" : text);
  out.subject = message.substr(0, message.find('\n'));
  const auto* author = git_commit_author(found);
  if (author != nullptr && author->name != nullptr) out.author = author->name;
  out.time = git_commit_time(found);
  out.offset = git_commit_time_offset(found);
  if (git_commit_parentcount(found) > 0 && !handle_->is_cut_at(id))
    out.first_parent = id_text(*git_commit_parent_id(found, 0));
  return out;
}

FirstParents Repository::first_parents(const std::string& range, std::size_t most) const {
  const auto dots = range.find("..");
  const auto or_head = [](const std::string& text) { return text.empty() ? "HEAD" : text; };
  if (range.find("...") != std::string::npos) {
    throw Error(
        "git-revision",
        fmt::format("`{}` is a symmetric difference, which is not a range along first parents",
                    range))
        .hint("write OLD..NEW, with two dots");
  }
  std::optional<std::string> before;
  if (dots != std::string::npos) before = resolve(or_head(range.substr(0, dots)));
  auto next =
      std::optional(resolve(or_head(dots == std::string::npos ? range : range.substr(dots + 2))));

  FirstParents out;
  while (next && next != before && (before || out.commits.size() < most)) {
    out.commits.push_back(commit(*next));
    next = out.commits.back().first_parent;
  }
  if (!next && !out.commits.empty())
    out.cut_by_shallow_clone = handle_->is_cut_at(out.commits.back().id);
  if (before && next != before) {
    // `before` is not on this line of first parents. The range excludes the commits that both have
    // in common, which are all those from some point on.
    const auto old_id = parse_id(*before);
    const auto in_common = [&](const Commit& candidate) {
      const auto id = parse_id(candidate.id);
      return git_graph_descendant_of(handle_->get(), &*old_id, &*id) == 1;
    };
    const auto end = std::partition_point(out.commits.begin(), out.commits.end(),
                                          [&](const Commit& commit) { return !in_common(commit); });
    if (end != out.commits.end()) out.cut_by_shallow_clone = false;
    out.commits.erase(end, out.commits.end());
  }
  if (out.commits.size() > most) {
    out.commits.resize(most);
    out.cut_by_shallow_clone = false;
  }
  return out;
}

}  // namespace larder::git
