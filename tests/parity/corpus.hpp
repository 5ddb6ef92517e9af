#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "larder/base/source_tree.hpp"

namespace larder::test {

/// A manifest that cargo does not accept, and its words.
struct Rejected {
  std::string manifest;
  std::string cargo_says;
};

/// One file of a corpus: a repository's manifests, locks and configs, the names of its Rust files,
/// and what `cargo metadata --no-deps` says of every workspace in it.
struct Repository {
  std::string name;
  /// Everything below `root_directory`; Rust files are empty.
  MemoryTree tree;
  /// As in the file: `root`, `members`, `default_members`, `packages`.
  std::vector<nlohmann::json> workspaces;
  std::vector<Rejected> rejected;
};

/// Where a repository lies in its tree.
inline const std::string root_directory = "/repository";

/// What a corpus file says of a workspace, but for its `root`, from the output of `cargo metadata`:
/// paths as seen from the workspace root, packages and members sorted.
nlohmann::json in_corpus_form(const nlohmann::json& metadata);

/// Sorts the packages of a workspace in corpus form by manifest.
void sort_packages(nlohmann::json& workspace);

/// Reads every `*.json` of a directory, sorted by name. Throws `Error`.
std::vector<Repository> read_corpus(const std::string& directory);

/// Writes the files of a repository into a directory, which is emptied first.
void lay_out(const Repository& repository, const std::string& directory);

/// The main function of a program with the arguments `[CORPUS_DIR [EVERY]]`: without a directory,
/// or with `-`, that of LARDER_CORPUS_DIR; 77, which ctest takes for skipped, where there is none.
/// `run` gets both and returns the exit code.
int run_on_corpus(int argc, char** argv,
                  const std::function<int(const std::string&, std::size_t)>& run);

}  // namespace larder::test
