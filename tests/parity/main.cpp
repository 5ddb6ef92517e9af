// Reads every workspace of a corpus without cargo and compares with what cargo said of it: each
// field of the accepted ones, the reason of the rejected ones. One line for each difference, the
// totals last; exit 1 on any difference.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "corpus.hpp"
#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/report/metadata.hpp"
#include "reasons.hpp"

namespace larder::test {

namespace {

using nlohmann::json;

/// `cargo larder metadata` for a manifest of a tree.
json metadata_of(const SourceTree& tree, const std::string& manifest) {
  const auto directory = path::parent(manifest);
  const auto workspace = cargo::load_workspace(tree, manifest, "");
  const auto config = cargo::Config::load(tree, directory, "", "");
  const Environment environment;
  const auto target = path::join(workspace.root_directory, "target");
  return json::parse(report::metadata_json({tree, workspace, target, target, config, environment}));
}

class Totals {
 public:
  void difference(const std::string& where, std::string what) {
    std::replace(what.begin(), what.end(), '\n', ' ');
    fmt::print("{}: {}\n", where, what);
    ++differences_;
  }

  std::size_t repositories = 0;
  std::size_t workspaces = 0;
  std::size_t packages = 0;
  std::size_t targets = 0;
  std::size_t rejected = 0;
  std::size_t same_reason = 0;
  /// Something else is wrong behind what we accept.
  std::size_t rejected_further = 0;
  std::size_t accepted = 0;

  int finish() const {
    fmt::print(
        "{} repositories, {} workspaces, {} packages, {} targets; {} rejected by cargo: {} by us "
        "for "
        "the same reason, {} for a further one, {} accepted with a reason; {} differences\n",
        repositories, workspaces, packages, targets, rejected, same_reason, rejected_further,
        accepted, differences_);
    return differences_ == 0 ? 0 : 1;
  }

 private:
  std::size_t differences_ = 0;
};

/// Each place where two values differ.
void compare(const std::string& where, const json& cargo, const json& ours, Totals& totals) {
  if (cargo.is_object() && ours.is_object()) {
    for (const auto& [key, value] : cargo.items())
      compare(where + "." + key, value, ours.contains(key) ? ours.at(key) : json("absent"), totals);
    for (const auto& [key, value] : ours.items()) {
      if (!cargo.contains(key)) totals.difference(where + "." + key, "only ours: " + value.dump());
    }
  } else if (cargo.is_array() && ours.is_array() && cargo.size() == ours.size()) {
    for (std::size_t i = 0; i < cargo.size(); ++i)
      compare(fmt::format("{}[{}]", where, i), cargo[i], ours[i], totals);
  } else if (cargo != ours) {
    totals.difference(where, fmt::format("cargo {}, ours {}", cargo.dump(), ours.dump()));
  }
}

void compare_workspace(const Repository& repository, const json& expected, Totals& totals) {
  const auto root = path::join(root_directory, expected.at("root").get<std::string>());
  const auto where = repository.name + ":" + expected.at("root").get<std::string>();
  ++totals.workspaces;
  try {
    const auto ours = metadata_of(repository.tree, path::join(root, "Cargo.toml"));
    for (const auto& package : expected.at("packages")) {
      ++totals.packages;
      totals.targets += package.at("targets").size();
    }
    auto cargo = expected;
    cargo.erase("root");
    sort_packages(cargo);
    compare(where, cargo, in_corpus_form(ours), totals);
  } catch (const Error& error) {
    totals.difference(where, "rejected by us: " + error.render());
  }
}

void compare_rejection(const Repository& repository, const Rejected& rejected, Totals& totals) {
  const auto where = repository.name + ":" + rejected.manifest;
  ++totals.rejected;
  const auto* reason = reason_of(rejected.cargo_says);
  if (reason == nullptr) {
    totals.difference(where, "cargo's reason is not known here: " + rejected.cargo_says);
    return;
  }
  try {
    metadata_of(repository.tree, path::join(root_directory, rejected.manifest));
    if (reason->accepted_because.empty()) {
      totals.difference(where, "accepted by us; cargo: " + rejected.cargo_says);
    } else {
      fmt::print("accepted, no difference: {}: {}\n", where, reason->accepted_because);
      ++totals.accepted;
    }
  } catch (const Error& error) {
    const auto ours = error.render();
    if (!reason->accepted_because.empty()) {
      ++totals.rejected_further;
    } else if (reason->ours.empty() || ours.find(reason->ours) == std::string::npos) {
      totals.difference(where, fmt::format("rejected for another reason: {}\ncargo: {}", ours,
                                           rejected.cargo_says));
    } else {
      ++totals.same_reason;
    }
  }
}

int run(const std::string& directory) {
  Totals totals;
  for (const auto& repository : read_corpus(directory)) {
    ++totals.repositories;
    for (const auto& workspace : repository.workspaces)
      compare_workspace(repository, workspace, totals);
    for (const auto& rejected : repository.rejected)
      compare_rejection(repository, rejected, totals);
  }
  return totals.finish();
}

}  // namespace

}  // namespace larder::test

int main(int argc, char** argv) {
  const char* directory = argc == 2 ? argv[1] : std::getenv("LARDER_CORPUS_DIR");
  if (directory == nullptr) {
    constexpr int skipped = 77;
    fmt::print("skipped: name a directory of corpus files, or set LARDER_CORPUS_DIR\n");
    return skipped;
  }
  try {
    return larder::test::run(directory);
  } catch (const std::exception& error) {
    const auto* own = dynamic_cast<const larder::Error*>(&error);
    fmt::print(stderr, "error: {}\n", own == nullptr ? error.what() : own->render());
    return 1;
  }
}
