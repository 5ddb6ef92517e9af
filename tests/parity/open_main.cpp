// For every workspace of a corpus that has a lock file, and some commands: an open recipe that is
// given the command must become the recipe that is made for it, and refuse what is refused; and
// cook must find nothing wrong with that recipe. One line for each difference, the totals last;
// exit 1 on any difference.
//
//   larder_open_recipes [CORPUS_DIR [EVERY]]
//
// Without a directory, or with `-`, that of LARDER_CORPUS_DIR. Of EVERY workspaces, one is taken.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "corpus.hpp"
#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/recipe_checks.hpp"
#include "larder/recipe/recipe.hpp"

namespace larder::test {

namespace {

struct Totals {
  std::size_t workspaces = 0;
  std::size_t cases = 0;
  std::size_t unmerged = 0;
  std::size_t refused = 0;
  /// Workspaces of which no open recipe can be made.
  std::size_t closed = 0;
  std::size_t differences = 0;
};

/// The recipe's bytes, or the id of the error.
template <typename Make>
std::string outcome(Make make) {
  try {
    return recipe::write(make());
  } catch (const Error& error) {
    return "error: " + error.id();
  }
}

std::optional<recipe::Recipe> open_recipe(const Repository& repository, const std::string& root,
                                          Totals& totals) {
  try {
    const auto made = recipe::derive(repository.tree, {root, "", {}});
    return recipe::read("recipe.json", recipe::write(made));
  } catch (const Error& error) {
    fmt::print("no open recipe, no difference: {}:{}: {}\n", repository.name, root,
               error.message());
    ++totals.closed;
    return std::nullopt;
  }
}

/// Why cook would not take a recipe of ours as it is, empty when it would.
std::string refusal(const std::string& text) {
  const auto made = recipe::read("recipe.json", text);
  try {
    cook::check(made, "/elsewhere");
    return recipe::write(made) == text ? "" : "other words than recorded";
  } catch (const Error& error) {
    return error.id() + ": " + error.message();
  }
}

std::vector<std::string> commands_for(const cargo::Workspace& workspace) {
  std::vector<std::string> out{"build",
                               "build --release --locked",
                               "check --workspace --all-targets",
                               "clippy --workspace --all-features",
                               "test --workspace",
                               "bench",
                               "build --workspace --no-default-features"};
  for (const auto index : {std::size_t{0}, workspace.member_count / 2, workspace.member_count - 1})
    out.push_back("test -p " + workspace.packages[cargo::LocalId(index)].name);
  return out;
}

void compare(const Repository& repository, const std::string& root, Totals& totals) {
  const auto manifest = path::join(root, "Cargo.toml");
  const auto workspace = cargo::load_workspace(repository.tree, manifest, "");
  if (workspace.member_count == 0) return;
  ++totals.workspaces;
  const auto open = open_recipe(repository, root, totals);
  if (!open) return;
  for (const auto& command : commands_for(workspace)) {
    ++totals.cases;
    const auto wanted = outcome([&] {
      return recipe::derive(repository.tree, {root, "", {{"", cargo::split_command(command)}}});
    });
    const auto got = outcome([&] {
      return recipe::derive_from(*open, {"/elsewhere", "", {{"", cargo::split_command(command)}}});
    });
    if (wanted.starts_with("error: ")) ++totals.refused;
    if (wanted.find("\"fallback\": ") != std::string::npos) ++totals.unmerged;
    const auto uncookable = wanted.starts_with("error: ") ? "" : refusal(wanted);
    if (wanted == got && uncookable.empty()) continue;
    ++totals.differences;
    const auto told = !uncookable.empty()          ? "cook refuses it, " + uncookable
                      : got.starts_with("error: ") ? got
                                                   : "another recipe";
    fmt::print("{}:{}: cargo {}: {}{}\n", repository.name, root, command, told,
               wanted.starts_with("error: ") ? " instead of " + wanted : "");
  }
}

}  // namespace

int run(const std::string& directory, std::size_t every) {
  Totals totals;
  std::size_t number = 0;
  for (const auto& repository : read_corpus(directory)) {
    for (const auto& expected : repository.workspaces) {
      const auto root = path::join(root_directory, expected.at("root").get<std::string>());
      if (repository.tree.is_file(path::join(root, "Cargo.lock")) && number++ % every == 0)
        compare(repository, root, totals);
    }
  }
  fmt::print("{} workspaces, {} not openable; {} cases, {} unmerged, {} refused, {} differences\n",
             totals.workspaces, totals.closed, totals.cases, totals.unmerged, totals.refused,
             totals.differences);
  return totals.differences == 0 ? 0 : 1;
}

}  // namespace larder::test

int main(int argc, char** argv) {
  return larder::test::run_on_corpus(argc, argv, larder::test::run);
}
