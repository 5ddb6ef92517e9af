// Changes every workspace of a corpus that has a lock file in ways that no external unit can see,
// and looks whether the recipe of `build` changes: larder_minimality [CORPUS_DIR [EVERY]]
//
// Without a directory, or with `-`, that of LARDER_CORPUS_DIR. Of EVERY workspaces, one is taken.
// A line for each recipe that is not as expected, a table, the totals last; exit 1 when there was
// one.

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <optional>

#include "../parity/corpus.hpp"
#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/recipe/recipe.hpp"
#include "mutations.hpp"

namespace larder::test {

namespace {

struct Count {
  std::size_t workspaces = 0;
  std::size_t trees = 0;
  std::size_t wrong = 0;
};

struct Totals {
  std::map<std::string, Count> mutations;
  std::size_t workspaces = 0;
  /// Error id -> workspaces.
  std::map<std::string, std::vector<std::string>> refused;
};

std::string recipe_of(const SourceTree& tree, const std::string& directory) {
  return recipe::write(recipe::derive(tree, {directory, "", {{"", {"build"}}}}));
}

std::string first_difference(const std::string& before, const std::string& after) {
  std::size_t at = 0;
  while (at < before.size() && at < after.size() && before[at] == after[at]) ++at;
  const auto from = at < 60 ? 0 : at - 60;
  return "..." + before.substr(from, 160) + "\n  now ..." + after.substr(from, 160);
}

void check(const Subject& subject, const std::string& where, Totals& totals) {
  const auto& root = subject.workspace.root_directory;
  std::string before;
  try {
    before = recipe_of(subject.tree, root);
  } catch (const Error& error) {
    totals.refused[error.id()].push_back(where);
    return;
  }
  ++totals.workspaces;
  for (const auto& mutation : mutations()) {
    auto& count = totals.mutations[mutation.name];
    const auto trees = mutation.apply(subject);
    if (!trees.empty()) ++count.workspaces;
    for (const auto& tree : trees) {
      ++count.trees;
      std::string trouble;
      try {
        const auto after = recipe_of(tree, root);
        if ((after != before) != mutation.changes_recipe)
          trouble = mutation.changes_recipe ? "unchanged" : first_difference(before, after);
      } catch (const Error& error) {
        trouble = error.what();
      }
      if (trouble.empty()) continue;
      ++count.wrong;
      fmt::print("{}: {}: {}\n", where, mutation.name, trouble);
    }
  }
}

std::optional<Subject> load(const Repository& repository, const std::string& root) {
  const auto directory = path::join(root_directory, root);
  if (!repository.tree.is_file(path::join(directory, "Cargo.lock"))) return std::nullopt;
  Subject out;
  out.tree = repository.tree;
  out.workspace = cargo::load_workspace(out.tree, path::join(directory, "Cargo.toml"), "");
  cargo::load_path_dependencies(out.tree, out.workspace);
  out.lock = cargo::read_lockfile(out.tree, path::join(out.workspace.root_directory, "Cargo.lock"));
  return out;
}

int run(const std::string& corpus, std::size_t every) {
  Totals totals;
  std::size_t number = 0;
  for (const auto& repository : read_corpus(corpus)) {
    for (const auto& workspace : repository.workspaces) {
      const auto root = workspace.at("root").get<std::string>();
      const auto where = repository.name + " " + root;
      try {
        const auto subject = load(repository, root);
        if (subject && number++ % every == 0) check(*subject, where, totals);
      } catch (const Error& error) {
        totals.refused[error.id()].push_back(where);
      }
    }
  }
  std::size_t wrong = 0;
  std::size_t trees = 0;
  for (const auto& [name, count] : totals.mutations) {
    fmt::print("{:<28} {:>4} workspaces {:>5} changes {:>4} not as expected\n", name,
               count.workspaces, count.trees, count.wrong);
    wrong += count.wrong;
    trees += count.trees;
  }
  for (const auto& [id, where] : totals.refused)
    fmt::print("{} workspaces have no recipe: {}: {}\n", where.size(), id, fmt::join(where, ", "));
  fmt::print("{} workspaces, {} changes, {} not as expected\n", totals.workspaces, trees, wrong);
  return wrong == 0 && totals.workspaces > 0 ? 0 : 1;
}

}  // namespace

}  // namespace larder::test

int main(int argc, char** argv) {
  return larder::test::run_on_corpus(argc, argv, larder::test::run);
}
