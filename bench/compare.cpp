// Times `cargo larder prepare` and `metadata`, `cargo chef prepare` and `cargo metadata --no-deps`
// in many workspaces.
//
//   larder_compare ROUNDS LARDER CHEF CARGO SCRATCH DIRECTORY...
//
// Prints one row for each large workspace, and then medians over all. A workspace in which a tool
// fails (for prepare, if there is no lock file) does not count for the tool's ratio.

#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "timing.hpp"

namespace larder::bench {

namespace {

constexpr int row_from = 30;

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

class Table {
 public:
  explicit Table(std::string root) : root_(std::move(root)) {
    fmt::print("{:<44} {:>11} {:>11} {:>11} {:>11} {:>9} {:>9} {:>9}\n", "workspace", "prepare",
               "chef", "metadata", "cargo's", "chef/", "cargo's/", "cargo's/");
    fmt::print("{:<44} {:>11} {:>11} {:>11} {:>11} {:>9} {:>9} {:>9}\n", "", "", "", "", "metadata",
               "prepare", "prepare", "metadata");
  }

  void add(const std::string& directory, const std::vector<Run>& runs) {
    const auto chef = ratio(runs[Chef], runs[Prepare], chef_);
    const auto cargo = ratio(runs[CargoMetadata], runs[Prepare], cargo_);
    const auto metadata = ratio(runs[CargoMetadata], runs[Metadata], metadata_);
    if (runs[Chef].milliseconds >= row_from && !chef.empty())
      row(directory.substr(root_.size()), runs, chef, cargo, metadata);
  }

  void finish() const {
    fmt::print(
        "\nmedian: prepare {:.1f}x faster than cargo chef prepare ({} workspaces), {:.1f}x than "
        "cargo "
        "metadata --no-deps ({}); metadata {:.1f}x ({})\n",
        median(chef_), chef_.size(), median(cargo_), cargo_.size(), median(metadata_),
        metadata_.size());
  }

 private:
  static std::string ratio(const Run& peer, const Run& own, std::vector<double>& all) {
    if (!peer.succeeded || !own.succeeded) return "";
    all.push_back(peer.milliseconds / own.milliseconds);
    return fmt::format("{:.1f}x", all.back());
  }

  static void row(const std::string& name, const std::vector<Run>& runs, const std::string& chef,
                  const std::string& cargo, const std::string& metadata) {
    fmt::print("{:<44} {:>8.1f} ms {:>8.1f} ms {:>8.1f} ms {:>8.1f} ms {:>9} {:>9} {:>9}\n", name,
               runs[Prepare].milliseconds, runs[Chef].milliseconds, runs[Metadata].milliseconds,
               runs[CargoMetadata].milliseconds, chef, cargo, metadata);
  }

  std::string root_;
  std::vector<double> chef_;
  std::vector<double> cargo_;
  std::vector<double> metadata_;
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
  Table table(tools.scratch + "/");
  for (std::size_t i = fixed - 1; i < words.size(); ++i)
    table.add(words[i], measure(commands(tools), words[i], std::atoi(words[0].c_str())));
  table.finish();
}
