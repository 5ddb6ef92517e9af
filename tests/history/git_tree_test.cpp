#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "../unit/support/expect.hpp"
#include "../unit/support/temporary_directory.hpp"
#include "../unit/support/values.hpp"
#include "larder/git/git_tree.hpp"
#include "repository_builder.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

git::GitTree tree_at(const RepositoryBuilder& builder, const std::string& commit,
                     git::Reading* reading = nullptr) {
  return {git::Repository::discover(git_repository_path(builder.get())), commit, reading};
}

std::string names(const SourceTree& tree, const std::string& path) {
  std::string out;
  for (const auto& entry : tree.list(path)) {
    out += (out.empty() ? "" : " ") + entry.name;
    if (entry.is_link) out += "@";
    if (entry.kind == FileKind::Directory) out += "/";
    if (entry.kind == FileKind::Absent) out += "?";
  }
  return out;
}

/// Every answer that a tree gives about these paths.
std::string answers(const SourceTree& tree, const std::string& top,
                    const std::vector<std::string>& paths) {
  std::string out;
  for (const auto& path : paths) {
    const auto at = path.empty() && top.empty() ? "/" : top + path;
    out += path + " " + std::to_string(static_cast<int>(tree.kind(at))) +
           (tree.is_executable(at) ? " executable" : "");
    if (tree.is_file(at)) out += " " + tree.read(at).value();
    out += (tree.is_directory(at) ? " [" + names(tree, at) + "]" : "") + "\n";
  }
  return out;
}

MemoryTree sample() {
  return MemoryTree({{"/a.txt", "a"},
                     {"/b/c.txt", "c"},
                     {"/b/d/e.txt", "e"},
                     {"/run", "#!"},
                     {"/b.txt", "after b/ for git"}});
}

/// Flips a byte in the middle of a file.
void damage(const std::string& path) {
  fs::permissions(path, fs::perms::owner_all);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(fs::file_size(path) / 2));
  file.put('\x5a');
  file.put('\x5a');
}

}  // namespace

TEST_CASE("a commit has the files, links and directories of its checkout") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  builder.executables = {"run"};
  builder.links = {{"to-file", "b/c.txt"},   {"to-directory", "b/d"},
                   {"b/up", "../a.txt"},     {"b/d/far", "../../b"},
                   {"nowhere", "not-there"}, {"self", "self"},
                   {"ping", "pong"},         {"pong", "ping"},
                   {"b/slash", "d/"},        {"through", "to-directory/e.txt"}};
  const auto commit = builder.commit(sample(), "A");
  builder.check_out(commit, directory / "checkout");
  const std::vector<std::string> paths{"",
                                       "/a.txt",
                                       "/run",
                                       "/b",
                                       "/b.txt",
                                       "/b/c.txt",
                                       "/b/c.txt/x",
                                       "/b/none",
                                       "/to-file",
                                       "/to-directory",
                                       "/to-directory/e.txt",
                                       "/b/up",
                                       "/b/d/far/d/far/c.txt",
                                       "/b/slash/e.txt",
                                       "/through",
                                       "/nowhere",
                                       "/self",
                                       "/ping",
                                       "/ping/x"};
  const auto tree = tree_at(builder, commit);
  CHECK(names(tree, "/") ==
        "a.txt b/ b.txt nowhere@? ping@? pong@? run self@? through@ to-directory@/ to-file@");
  CHECK(answers(tree, "", paths) == answers(DiskTree(), directory / "checkout", paths));
}

TEST_CASE("a link that leads out of the repository leads nowhere") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  builder.links = {
      {"absolute", "/etc/passwd"}, {"above", "../../../../../etc/passwd"}, {"out", ".."}};
  const auto tree = tree_at(builder, builder.commit(sample(), "A"));
  for (const auto* path : {"/absolute", "/above", "/out", "/out/repository"})
    CHECK(tree.kind(path) == FileKind::Absent);
}

TEST_CASE("a bare repository, a linked worktree and a directory below are read alike") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  const auto commit = builder.commit(sample(), "A");
  git_worktree* worktree = nullptr;
  REQUIRE(git_worktree_add(&worktree, builder.get(), "other", (directory / "worktree").c_str(),
                           nullptr) == 0);
  git_worktree_free(worktree);
  RepositoryBuilder bare(directory / "bare", true);
  CHECK(bare.commit(sample(), "A") == commit);
  fs::create_directories(directory / "repository/x/y");
  for (const auto* place :
       {"repository", "repository/x/y", "repository/.git", "worktree", "bare"}) {
    CAPTURE(place);
    const auto repository = git::Repository::discover(directory / place);
    CHECK(repository.resolve("HEAD") == commit);
    CHECK(git::GitTree(repository, commit).read("/b/c.txt") == "c");
  }
  CHECK(git::Repository::discover(directory / "bare").work_directory().empty());
  CHECK(git::Repository::discover(directory / "worktree").work_directory() ==
        directory / "worktree");
  CHECK(error_id_of([&] { git::Repository::discover(directory.path()); }) == "git-repository");
}

TEST_CASE("revisions and ranges along first parents") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  std::vector<std::string> line{builder.commit(sample(), "0")};
  for (int i = 1; i < 6; ++i)
    line.push_back(builder.commit(sample(), std::to_string(i), {line.back()}));
  const auto side = builder.commit(sample(), "side", {line[2]});
  const auto merge = builder.commit(sample(), "merge", {line.back(), side});
  const auto repository = git::Repository::discover(directory / "repository");
  const auto subjects = [&](const std::string& range, std::size_t most) {
    std::string out;
    for (const auto& commit : repository.first_parents(range, most).commits)
      out += commit.subject + " ";
    return out;
  };
  CHECK(subjects("", 100) == "merge 5 4 3 2 1 0 ");
  CHECK(subjects("main", 2) == "merge 5 ");
  CHECK(subjects("main~2", 2) == "4 3 ");
  CHECK(subjects(line[1] + "..", 100) == "merge 5 4 3 2 ");
  CHECK(subjects(line[1] + "..main", 2) == "merge 5 ");
  CHECK(subjects(".." + line[3], 100).empty());
  CHECK(subjects("main..main", 100).empty());
  // What the side line has in common with this one is not in the range.
  CHECK(subjects(side + "..main", 100) == "merge 5 4 3 ");
  CHECK(subjects("main.." + side, 100).empty());
  CHECK(repository.resolve("HEAD^2") == side);
  CHECK(repository.resolve(merge.substr(0, 10)) == merge);
  for (const auto* wrong : {"no-such-branch", "HEAD~100", "0000000", "HEAD:a.txt", "a...b", "@{"})
    CHECK(error_id_of([&] { repository.first_parents(wrong, 9); }) == "git-revision");
}

TEST_CASE("what was read is told from what was not") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  builder.links = {{"link", "b/c.txt"}};
  const auto first = builder.commit(sample(), "A");
  git::Reading reading;
  {
    const auto tree = tree_at(builder, first, &reading);
    tree.read("/link");
    tree.kind("/a.txt");
    tree.kind("/absent");
    tree.list("/b/d");
  }
  struct Row {
    std::string what;
    std::function<void(MemoryTree&, RepositoryBuilder&)> edit;
    bool holds;
  };
  const std::vector<Row> rows{
      {"nothing", [](auto&, auto&) {}, true},
      {"contents of a file that was only looked for",
       [](auto& tree, auto&) { tree.write("/a.txt", "other"); }, true},
      {"a file beside", [](auto& tree, auto&) { tree.write("/b/new.txt", ""); }, true},
      {"contents in a listed directory", [](auto& tree, auto&) { tree.write("/b/d/e.txt", "x"); },
       true},
      {"the file that was read", [](auto& tree, auto&) { tree.write("/b/c.txt", "x"); }, false},
      {"a file that was looked for", [](auto& tree, auto&) { tree.remove("/a.txt"); }, false},
      {"a file that was not there", [](auto& tree, auto&) { tree.write("/absent", ""); }, false},
      {"a new name in a listed directory", [](auto& tree, auto&) { tree.write("/b/d/f", ""); },
       false},
      {"a link", [](auto&, auto& repository) { repository.links["link"] = "a.txt"; }, false},
      {"another kind of entry",
       [](auto& tree, auto&) {
         tree.remove("/a.txt");
         tree.write("/a.txt/below", "");
       },
       false}};
  for (const auto& row : rows) {
    CAPTURE(row.what);
    auto files = sample();
    builder.links = {{"link", "b/c.txt"}};
    row.edit(files, builder);
    CHECK(reading.holds_in(tree_at(builder, builder.commit(files, row.what))) == row.holds);
    CHECK(reading.holds_in(tree_at(builder, first)));
  }
}

TEST_CASE("a submodule has its files where it was cloned, and is an empty directory elsewhere") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  RepositoryBuilder module(directory / "repository/.git/modules/the \"name\"", true);
  module.links = {{"out", "../../a.txt"}, {"in", "b/c.txt"}};
  const auto inner = module.commit(sample(), "inner");
  auto files = sample();
  files.write("/.gitmodules",
              "[core]\n\tpath = deep/sub\n[submodule \"the \\\"name\\\"\"]\n\turl = x\n\tpath = "
              "deep/sub\n[submodule \"other\"]\n\tpath = gone\n");
  builder.submodules = {{"deep/sub", inner}, {"gone", inner}, {"unnamed", inner}};
  const auto tree = tree_at(builder, builder.commit(files, "outer"));
  CHECK(tree.read("/deep/sub/b/c.txt") == "c");
  CHECK(tree.read("/deep/sub/in") == "c");
  CHECK(tree.read("/deep/sub/out") == "a");
  CHECK(tree.kind("/deep/sub/none") == FileKind::Absent);
  CHECK(names(tree, "/gone").empty());
  CHECK(tree.kind("/gone") == FileKind::Directory);
  CHECK(tree.kind("/unnamed") == FileKind::Directory);
  CHECK(names(tree, "/") == ".gitmodules a.txt b/ b.txt deep/ gone/ run unnamed/");
}

TEST_CASE("a submodule cannot be named so that it lies anywhere else") {
  const TemporaryDirectory directory;
  RepositoryBuilder other(directory / "other", true);
  const auto secret = other.commit(test::tree_of({{"/secret", "s"}}), "secret");
  RepositoryBuilder builder(directory / "repository");
  fs::create_directories(directory / "repository/.git/modules");
  for (const auto& name : std::vector<std::string>{
           "../../../other", "/proc/self/root" + directory.path() + "/other"}) {
    auto files = sample();
    files.write("/.gitmodules", "[submodule \"" + name + "\"]\n path = sub\n");
    builder.submodules = {{"sub", secret}};
    const auto tree = tree_at(builder, builder.commit(files, "A"));
    CHECK(tree.kind("/sub/secret") == FileKind::Absent);
  }
}

TEST_CASE("submodules that lead into each other come to an end") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  // Each commit has the one before as a submodule, and every repository of a submodule is this one.
  fs::create_directories(directory / "repository/.git/modules");
  fs::create_directory_symlink("..", directory / "repository/.git/modules/loop");
  auto files = sample();
  files.write("/.gitmodules", "[submodule \"loop\"]\n path = s\n");
  auto commit = builder.commit(files, "0");
  std::string path;
  for (int i = 0; i < 40; ++i) {
    builder.submodules = {{"s", commit}};
    commit = builder.commit(files, "deeper");
    path += "/s";
  }
  const auto tree = tree_at(builder, commit);
  CHECK(tree.read("/s/s/s/a.txt") == "a");
  const auto error = test::error_of([&] { tree.read(path + "/a.txt"); });
  CHECK(error.id() == "git-object");
  CHECK(error.location().file.starts_with(commit.substr(0, 8) + ":s/s/s"));
  // A submodule whose commit is not in its repository.
  builder.submodules = {{"s", std::string(40, '1')}};
  const auto missing = tree_at(builder, builder.commit(files, "missing"));
  CHECK(error_id_of([&] { missing.kind("/s/a.txt"); }) == "git-submodule");
}

TEST_CASE("damaged and missing objects are told with commit and path") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  const auto blob = builder.blob("manifest");
  const auto inner = builder.tree({{"100644", "Cargo.toml", blob}});
  const auto root = builder.tree({{"40000", "b", inner}});
  const auto commit = builder.commit_tree(root, "A", {});
  const auto error_in = [&] {
    return test::error_of([&] {
      const auto tree = tree_at(builder, commit);
      tree.read("/b/Cargo.toml");
    });
  };
  struct Row {
    std::string object;
    std::string place;
  };
  for (const auto& row : std::vector<Row>{{blob, "b/Cargo.toml"}, {inner, "b"}, {root, "/"}}) {
    const auto file = builder.path_of(row.object);
    const auto kept = file + ".kept";
    for (const bool is_missing : {false, true}) {
      CAPTURE(row.place);
      CAPTURE(is_missing);
      fs::copy_file(file, kept);
      if (is_missing) {
        fs::remove(file);
      } else {
        damage(file);
      }
      const auto error = error_in();
      CHECK(error.id() == "git-object");
      CHECK(error.location().file == commit.substr(0, 8) + ":" + row.place);
      fs::remove(file);
      fs::rename(kept, file);
    }
  }
  fs::remove(builder.path_of(commit));
  CHECK(error_id_of([&] { tree_at(builder, commit); }) == "git-object");
}

TEST_CASE("entries that no checkout could have are refused") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  const auto blob = builder.blob("x");
  const auto below = builder.tree({{"100644", "x", blob}});
  for (const std::string name : {"..", ".", ".git", "a/b", "../../evil", "/abs"}) {
    CAPTURE(name);
    const auto tree = tree_at(
        builder,
        builder.commit_tree(builder.tree({{"40000", "d", builder.tree({{"100644", name, blob}})}}),
                            "A", {}));
    const auto error = test::error_of([&] { tree.list("/d"); });
    CHECK(error.id() == "git-object");
    CHECK(error.location().file.find(":d/" + name) != std::string::npos);
    CHECK(error_id_of([&] { tree.kind("/d/x"); }) == "git-object");
  }
  // Odd, but possible on a disk.
  const auto odd = tree_at(builder, builder.commit_tree(builder.tree({{"100644", "\x01", blob},
                                                                      {"100644", "\xff\xfe", blob},
                                                                      {"40000", "\n", below}}),
                                                        "A", {}));
  CHECK(odd.read("/\xff\xfe") == "x");
  CHECK(odd.read("/\n/x") == "x");
  CHECK(odd.list("/").size() == 3);
}

TEST_CASE("objects of another kind, and bytes that are no tree, are errors") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  const auto blob = builder.blob("x");
  const auto tree = builder.tree({{"100644", "x", blob}});
  const auto of_entry = [&](const RepositoryBuilder::TreeEntry& entry) {
    return tree_at(builder, builder.commit_tree(builder.tree({entry}), "A", {}));
  };
  CHECK(error_id_of([&] {
          of_entry({"100644", "Cargo.toml", tree}).read("/Cargo.toml");
        }) == "git-object");
  CHECK(error_id_of([&] { of_entry({"40000", "d", blob}).list("/d"); }) == "git-object");
  CHECK(error_id_of([&] { of_entry({"120000", "l", tree}).kind("/l"); }) == "git-object");
  for (const auto& bytes :
       std::vector<std::string>{std::string("100644 x"), std::string("no tree at all"),
                                std::string("40000 \0", 7), std::string("999 a\0abc", 9)}) {
    const auto broken = builder.object(bytes, GIT_OBJECT_TREE);
    CHECK(error_id_of([&] { of_entry({"40000", "d", broken}).list("/d"); }) == "git-object");
  }
  const auto no_commit = builder.object("tree 123\n\nA", GIT_OBJECT_COMMIT);
  CHECK(error_id_of([&] { tree_at(builder, no_commit); }) == "git-object");
}

TEST_CASE("a file of 100 MB is not read") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  const auto commit = builder.commit(
      test::tree_of({{"/Cargo.toml", std::string(std::size_t{100} << 20U, 'x')}}), "A");
  const auto tree = tree_at(builder, commit);
  CHECK(tree.is_file("/Cargo.toml"));
  const auto error = test::error_of([&] { tree.read("/Cargo.toml"); });
  CHECK(error.id() == "file-too-large");
  CHECK(error.location().file == commit.substr(0, 8) + ":Cargo.toml");
}

TEST_CASE("a shallow clone ends where it was cut") {
  const TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository");
  const auto first = builder.commit(sample(), "0");
  const auto second = builder.commit(sample(), "1", {first});
  const auto third = builder.commit(sample(), "2", {second});
  fs::remove(builder.path_of(first));
  const auto open = [&] { return git::Repository::discover(directory / "repository"); };
  // Not a shallow clone: then it is damaged.
  CHECK(error_id_of([&] { open().first_parents("", 100); }) == "git-object");
  std::ofstream(directory / "repository/.git/shallow") << second << "\n";
  const auto line = open().first_parents("", 100);
  CHECK(line.commits.size() == 2);
  CHECK(line.cut_by_shallow_clone);
  CHECK_FALSE(open().first_parents("", 1).cut_by_shallow_clone);
  const auto error = test::error_of([&] { open().resolve("HEAD~2"); });
  CHECK(error.id() == "git-revision");
  CHECK(error.hint().find("unshallow") != std::string::npos);
}

}  // namespace larder::test
