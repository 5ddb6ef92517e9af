#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "../unit/support/temporary_directory.hpp"
#include "commands/history_walk.hpp"
#include "larder/report/difference_output.hpp"
#include "repository_builder.hpp"
#include "sample_tree.hpp"
#include "scripted_commits.hpp"

// The sample workspace over some forty commits, each a known kind of change.

namespace larder::test {

namespace {

recipe::DeriveRequest release_build(const std::string& directory) {
  return {directory, "", {{"", {"build", "--release"}}}};
}

/// The scripted commits in a repository.
class Life {
 public:
  Life() : builder_(directory_ / "repository") {
    auto tree = load_directory(std::string(LARDER_FIXTURES) + "/shop", "/");
    for (const auto& scripted : scripted_commits()) {
      const auto parents =
          commits_.empty() ? std::vector<std::string>{} : std::vector{commits_.back()};
      scripted.edit(tree);
      auto id = builder_.commit(tree, scripted.subject + "\n\nAt length.", parents);
      if (scripted.is_merge) id = builder_.commit(tree, scripted.subject, {commits_.back(), id});
      commits_.push_back(id);
      trees_.push_back(tree);
    }
  }

  const std::vector<std::string>& commits() const { return commits_; }
  const std::vector<MemoryTree>& trees() const { return trees_; }
  std::string directory() const { return directory_ / "repository"; }
  git::Repository open() const { return git::Repository::discover(directory()); }

  /// The recipe of a checkout; the id of the error where there is none.
  std::string checked_out(std::size_t index,
                          std::optional<recipe::Recipe>* recipe = nullptr) const {
    const test::TemporaryDirectory place;
    builder_.check_out(commits_[index], place.path());
    return bytes(DiskTree(), place.path(), recipe);
  }
  static std::string bytes(const SourceTree& tree, const std::string& directory,
                           std::optional<recipe::Recipe>* recipe = nullptr) {
    try {
      auto made = recipe::derive(tree, release_build(directory));
      auto out = recipe::write(made);
      if (recipe != nullptr) *recipe = std::move(made);
      return out;
    } catch (const Error& error) {
      return error.id();
    }
  }

 private:
  test::TemporaryDirectory directory_;
  RepositoryBuilder builder_;
  std::vector<std::string> commits_;
  std::vector<MemoryTree> trees_;
};

const Life& life() {
  static const Life life;
  return life;
}

/// The number of the line of a file that begins so, blanks aside; of the lock file, that of the
/// package "name version".
std::uint32_t line_of(const MemoryTree& tree, const std::string& file, const std::string& start) {
  std::istringstream text(tree.read("/" + file).value());
  std::uint32_t number = 0;
  std::uint32_t package = 0;
  std::string name;
  for (std::string line; std::getline(text, line);) {
    ++number;
    if (line == "[[package]]") package = number;
    if (line.starts_with("name = ")) name = line.substr(8, line.size() - 9);
    if (file == "Cargo.lock" && line.starts_with("version = ") &&
        start.starts_with(name + " " + line.substr(11, line.size() - 12)))
      return package;
    if (line.find_first_not_of(' ') == line.find(start) && line.find(start) != std::string::npos)
      return number;
  }
  FAIL("no line of " << file << " begins with " << start);
  return 0;
}

std::string shown(const report::HistoryEntry& entry) {
  std::string out;
  for (const auto& change : entry.changes) {
    out += std::string(name_of(change.kind)) + " | " + change.subject + " | " + change.text;
    for (const auto& cause : change.causes) out += " | " + place_of(cause) + " " + cause.text;
    out += "\n";
  }
  return out;
}

void check_change(std::size_t index, const report::Change& found,
                  const Expected::Change& expected) {
  CHECK(std::string(name_of(found.kind)) == std::string(name_of(expected.kind)));
  CHECK(found.subject == expected.subject);
  REQUIRE_FALSE(found.causes.empty());
  const auto& cause = found.causes.front();
  CHECK(cause.file == expected.file);
  CHECK(cause.gone == expected.gone);
  CHECK(cause.text.starts_with(expected.line));
  const auto& tree = life().trees()[expected.gone ? index - 1 : index];
  CHECK(cause.line == line_of(tree, expected.file, expected.line));
}

}  // namespace

TEST_CASE("history gives the verdict and the cause of every commit") {
  const auto repository = life().open();
  const auto scripted = scripted_commits();
  REQUIRE(scripted.size() >= 40);
  const auto line = repository.first_parents("", 1000);
  REQUIRE(line.commits.size() == scripted.size());
  commands::HistoryWalk walk(repository, release_build("/"));
  for (std::size_t i = 0; i < scripted.size(); ++i) {
    const auto& commit = line.commits[scripted.size() - 1 - i];
    const auto& expected = scripted[i].expected;
    const auto entry = walk.next(commit);
    CAPTURE(scripted[i].subject);
    INFO(shown(entry));
    CHECK(commit.id == life().commits()[i]);
    CHECK(entry.subject == scripted[i].subject);
    CHECK(static_cast<int>(entry.verdict) == static_cast<int>(expected.verdict));
    CHECK(entry.touches_manifests == expected.touches_manifests);
    CHECK(entry.error_id == expected.error_id);
    REQUIRE(entry.changes.size() == expected.changes.size());
    for (std::size_t c = 0; c < expected.changes.size(); ++c)
      check_change(i, entry.changes[c], expected.changes[c]);
  }
}

TEST_CASE(
    "the recipe of a commit has the bytes of that of a checkout, and only changes are prepared") {
  const auto repository = life().open();
  for (std::size_t i = 0; i < life().commits().size(); ++i) {
    const git::GitTree tree(repository, life().commits()[i]);
    CAPTURE(scripted_commits()[i].subject);
    CHECK(Life::bytes(tree, "/") == life().checked_out(i));
  }
}

TEST_CASE("recipes of the fixtures have the same bytes from a commit and from a checkout") {
  const test::TemporaryDirectory directory;
  RepositoryBuilder builder(directory / "repository", true);
  const auto commit = builder.commit(load_directory(LARDER_FIXTURES, "/"), "Fixtures");
  builder.check_out(commit, directory / "checkout");
  const git::GitTree tree(git::Repository::discover(directory / "repository"), commit);
  for (const std::string sample : {"/shop", "/single", "/shop/crates/shop-worker"}) {
    for (const std::string command : {"build", "build --release --locked", "test",
                                      "check --all-targets", "clippy --workspace"}) {
      CAPTURE(sample);
      CAPTURE(command);
      CHECK(recipe_bytes(tree, sample, command) ==
            recipe_bytes(DiskTree(), directory / ("checkout" + sample), command));
    }
    CHECK(recipe::write(recipe::derive(tree, {sample, "", {}})) ==
          recipe::write(recipe::derive(DiskTree(), {directory / ("checkout" + sample), "", {}})));
  }
}

TEST_CASE("the difference of any two commits is that of the recipes of their checkouts") {
  const auto repository = life().open();
  const auto count = life().commits().size();
  std::vector<std::optional<recipe::Recipe>> from_git(count);
  std::vector<std::optional<recipe::Recipe>> from_disk(count);
  for (std::size_t i = 0; i < count; ++i) {
    Life::bytes(git::GitTree(repository, life().commits()[i]), "/", &from_git[i]);
    life().checked_out(i, &from_disk[i]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    // Each two once, half of them backwards.
    for (std::size_t j = i % 2; j < count; j += 2) {
      REQUIRE(from_git[i].has_value() == from_disk[i].has_value());
      if (!from_git[i] || !from_git[j]) continue;
      const auto found = report::compare(*from_git[i], *from_git[j]);
      CAPTURE(i);
      CAPTURE(j);
      CHECK(report::difference_json(found) ==
            report::difference_json(report::compare(*from_disk[i], *from_disk[j])));
      // Never silent about a difference, never loud about none.
      CHECK(found[0].changes.empty() == (*from_git[i] == *from_git[j]));
    }
  }
}

TEST_CASE("what was read from one commit tells which others need no look") {
  const auto repository = life().open();
  commands::HistoryWalk walk(repository, release_build("/"));
  std::size_t prepared = 0;
  std::string quiet;
  for (std::size_t i = 0; i < life().commits().size(); ++i) {
    walk.next(repository.commit(life().commits()[i]));
    if (walk.prepared() == prepared) quiet += scripted_commits()[i].subject + "; ";
    prepared = walk.prepared();
  }
  // A new file in src/bin may be a new target, so that commit is looked at.
  CHECK(quiet == "Edit a source file; Write the readme; Edit a source while it is broken; ");
}

TEST_CASE("crates that depend on a changed one are counted, out of all") {
  const auto repository = life().open();
  const auto commits = scripted_commits();
  const auto at = std::find_if(commits.begin(), commits.end(), [](const ScriptedCommit& commit) {
    return commit.subject == "Bump what only crates ask for";
  });
  const auto index = static_cast<std::size_t>(at - commits.begin());
  commands::HistoryWalk walk(repository, release_build("/"));
  walk.next(repository.commit(life().commits()[index - 1]));
  const auto entry = walk.next(repository.commit(life().commits()[index]));
  REQUIRE(entry.changes.size() == 1);
  // unicode-ident, and what stands on proc-macro2.
  const std::set<std::string> expected{"proc-macro2 1.0.69",   "quote 1.0.33",      "serde 1.0.152",
                                       "serde_derive 1.0.152", "serde_json 1.0.96", "syn 1.0.109",
                                       "unicode-ident 1.0.9",  "smallvec 1.10.0"};
  CHECK(entry.changes[0].recompiled == expected);
  CHECK(entry.recompiled == expected.size());
  CHECK(entry.external_packages > 30);
}

}  // namespace larder::test
