// Times `cargo larder prepare` and `metadata`, `cargo chef prepare` and `cargo metadata --no-deps`
// in many workspaces.
//
//   larder_compare ROUNDS LARDER CHEF CARGO SCRATCH DIRECTORY...
//
// Prints one row for each of the first two workspaces and for each large one, and then medians over
// all, over those with one manifest, and over those with more than 100. With valgrind, a row has
// the instructions of `cargo larder prepare`, which do not depend on what else the machine does. A
// workspace in which a tool fails (for prepare, if there is no lock file) does not count for the
// tool's ratio.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "timing.hpp"

namespace larder::bench {

namespace {

constexpr int row_from = 30;
constexpr std::size_t first_rows = 2;
constexpr std::ptrdiff_t many_manifests = 100;

struct Tools {
  std::string larder;
  std::string chef;
  std::string cargo;
  std::string scratch;
};

enum Tool { Prepare, Chef, Metadata, CargoMetadata };

std::vector<std::vector<std::string>> commands(const Tools& tools) {
  return {{tools.larder, "prepare", "--recipe-path", tools.scratch + "/larder.json", "--", "build",
           "--release", "--workspace"},
          {tools.chef, "chef", "prepare", "--recipe-path", tools.scratch + "/chef.json"},
          {tools.larder, "metadata"},
          {tools.cargo, "metadata", "--no-deps", "--format-version", "1"}};
}

/// The instructions of a command, of all its threads, in millions. Empty without valgrind.
std::string instructions(std::vector<std::string> command, const std::string& directory,
                         const std::string& scratch) {
  const auto log = scratch + "/valgrind.log";
  const std::vector<std::string> valgrind{"valgrind", "--tool=callgrind",
                                          "--callgrind-out-file=/dev/null", "--log-file=" + log};
  command.insert(command.begin(), valgrind.begin(), valgrind.end());
  if (!run_once(command, directory).succeeded) return "";
  std::ifstream file(log);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string before = "Collected : ";
  const auto at = text.find(before);
  if (at == std::string::npos) return "";
  return fmt::format("{:.1f} M", std::strtod(text.c_str() + at + before.size(), nullptr) / 1e6);
}

std::ptrdiff_t manifests_below(const std::string& directory) {
  namespace fs = std::filesystem;
  return std::count_if(fs::recursive_directory_iterator(directory), {},
                       [](const auto& entry) { return entry.path().filename() == "Cargo.toml"; });
}

class Table {
 public:
  explicit Table(const Tools& tools) : tools_(tools) {
    fmt::print("{:<44} {:>11} {:>12} {:>11} {:>11} {:>11} {:>9} {:>9} {:>9}\n", "workspace",
               "prepare", "prepare's", "chef", "metadata", "cargo's", "chef/", "cargo's/",
               "cargo's/");
    fmt::print("{:<44} {:>11} {:>12} {:>11} {:>11} {:>11} {:>9} {:>9} {:>9}\n", "", "",
               "instructions", "", "", "metadata", "prepare", "prepare", "metadata");
  }

  void add(const std::string& directory, const std::vector<Run>& runs) {
    const auto chef = ratio(runs[Chef], runs[Prepare], chef_);
    const auto cargo = ratio(runs[CargoMetadata], runs[Prepare], cargo_);
    const auto metadata = ratio(runs[CargoMetadata], runs[Metadata], metadata_);
    if (chef.empty()) return;
    const auto manifests = manifests_below(directory);
    if (manifests == 1) chef_of_one_.push_back(chef_.back());
    if (manifests > many_manifests) chef_of_many_.push_back(chef_.back());
    if (chef_.size() <= first_rows || runs[Chef].milliseconds >= row_from)
      row(directory, runs, chef, cargo, metadata);
  }

  void finish() const {
    fmt::print(
        "\nmedian: prepare {:.1f}x faster than cargo chef prepare ({} workspaces), {:.1f}x than "
        "cargo "
        "metadata --no-deps ({}); metadata {:.1f}x ({})\n",
        median(chef_), chef_.size(), median(cargo_), cargo_.size(), median(metadata_),
        metadata_.size());
    if (chef_of_one_.empty() || chef_of_many_.empty()) return;
    fmt::print(
        "median of {} workspaces with one manifest: {:.1f}x faster than cargo chef prepare; of {} "
        "with more than {}: {:.1f}x\n",
        chef_of_one_.size(), median(chef_of_one_), chef_of_many_.size(), many_manifests,
        median(chef_of_many_));
  }

 private:
  static std::string ratio(const Run& peer, const Run& own, std::vector<double>& all) {
    if (!peer.succeeded || !own.succeeded) return "";
    all.push_back(peer.milliseconds / own.milliseconds);
    return fmt::format("{:.1f}x", all.back());
  }

  void row(const std::string& directory, const std::vector<Run>& runs, const std::string& chef,
           const std::string& cargo, const std::string& metadata) const {
    fmt::print("{:<44} {:>8.1f} ms {:>12} {:>8.1f} ms {:>8.1f} ms {:>8.1f} ms {:>9} {:>9} {:>9}\n",
               directory.substr(tools_.scratch.size() + 1), runs[Prepare].milliseconds,
               instructions(commands(tools_)[Prepare], directory, tools_.scratch),
               runs[Chef].milliseconds, runs[Metadata].milliseconds,
               runs[CargoMetadata].milliseconds, chef, cargo, metadata);
  }

  const Tools& tools_;
  std::vector<double> chef_;
  std::vector<double> cargo_;
  std::vector<double> metadata_;
  std::vector<double> chef_of_one_;
  std::vector<double> chef_of_many_;
};

}  // namespace

}  // namespace larder::bench

int main(int argc, char** argv) {
  using namespace larder::bench;
  const std::vector<std::string> words(argv + 1, argv + argc);
  constexpr std::size_t fixed = 6;
  if (words.size() < fixed) {
    fmt::print(stderr, "usage: larder_compare ROUNDS LARDER CHEF CARGO SCRATCH DIRECTORY...\n");
    return 2;
  }
  const Tools tools{words[1], words[2], words[3], words[4]};
  Table table(tools);
  for (std::size_t i = fixed - 1; i < words.size(); ++i)
    table.add(words[i], measure(commands(tools), words[i], std::atoi(words[0].c_str())));
  table.finish();
}
