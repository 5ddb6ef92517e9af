// Shows that cook compiles exactly the external units that the real build wants, on real
// workspaces: see `usage`. Everything is stubbed, nothing is compiled.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "../parity/corpus.hpp"
#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "workspace_run.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* usage =
    R"(usage: larder_exactness [CORPUS_DIR] [OPTIONS]

Lays out every workspace of a corpus that has a lock file without git dependencies, runs cargo
commands on it and through prepare and cook, with every unit stubbed, and compares the external
units: the names of their fingerprints, which are cargo's own hashes, and what is in them.
Without a directory that of LARDER_CORPUS_DIR is used; skipped where there is none.
A line for each case, the totals last; exit 1 on any difference or refusal.

  --command 'COMMAND'    instead of the default ones; may be repeated. {first}, {middle}, {last} are
                         members, {bin} a binary, {host} and {foreign} platforms
  --only REPOSITORY      may be repeated; REPOSITORY:WORKSPACE for one of its workspaces
  --toolchain NAME       of rustup; a nightly is run with -Zbuild-dir-new-layout
  --cargo-chef PROGRAM   recipes are made by this cargo-chef, and cooked with the command: what its
                         recipes lose is a difference
  --directory DIR        where to lay things out, kept between runs
  -j N                   repositories at a time (2)
  --quiet                only cases that are not exact
  --json                 a JSON object for each case and for the totals
)";

struct Options {
  std::string corpus;
  std::vector<std::string> commands = default_commands();
  std::vector<std::string> only;
  std::string toolchain;
  std::string cargo_chef;
  std::string directory;
  std::size_t jobs = 2;
  bool quiet = false;
  bool json = false;
};

std::optional<Options> parse(const std::vector<std::string>& words) {
  Options out;
  out.directory = (fs::temp_directory_path() / "larder-exactness").string();
  bool stated = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    if (word == "--json" || word == "--quiet") {
      (word == "--json" ? out.json : out.quiet) = true;
    } else if (!word.starts_with("-")) {
      if (!out.corpus.empty()) return std::nullopt;
      out.corpus = word;
    } else if (i + 1 == words.size()) {
      return std::nullopt;
    } else if (word == "--command") {
      if (!stated) out.commands.clear();
      stated = true;
      out.commands.push_back(words[++i]);
    } else if (word == "--only") {
      out.only.push_back(words[++i]);
    } else if (word == "--toolchain") {
      out.toolchain = words[++i];
    } else if (word == "--cargo-chef") {
      out.cargo_chef = fs::absolute(words[++i]).string();
    } else if (word == "--directory") {
      out.directory = words[++i];
    } else if (word == "-j") {
      out.jobs = std::max<std::size_t>(1, static_cast<std::size_t>(std::atoi(words[++i].c_str())));
    } else {
      return std::nullopt;
    }
  }
  const char* corpus = std::getenv("LARDER_CORPUS_DIR");
  if (out.corpus.empty() && corpus != nullptr) out.corpus = corpus;
  return out;
}

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::Exact:
      return "exact";
    case Outcome::Differs:
      return "differs";
    case Outcome::Refused:
      return "refused";
    case Outcome::CookFailed:
      return "cook failed";
    case Outcome::NotRun:
      return "cargo fails";
  }
  return "";
}

json in_json(const CaseResult& result) {
  return {{"repository", result.repository},
          {"workspace", result.workspace},
          {"command", result.what.command},
          {"stub", result.what.stub == StubAs::Wrapper ? "wrapper" : "rustc"},
          {"outcome", name_of(result.outcome)},
          {"skeleton", result.outcome == Outcome::Refused ? "refused"
                       : result.unmerged.empty()          ? "merged"
                                                          : "unmerged"},
          {"reason", result.unmerged},
          {"real", result.real},
          {"cooked", result.cooked},
          {"missing", result.difference.missing},
          {"extra", result.difference.extra},
          {"differing", result.difference.differing},
          {"seconds", result.seconds},
          {"words", result.words}};
}

struct Totals {
  std::size_t workspaces = 0;
  std::size_t cases = 0;
  std::size_t default_mode = 0;
  std::size_t units = 0;
  std::size_t exact = 0;
  std::size_t missing = 0;
  std::size_t extra = 0;
  std::size_t differing = 0;
  std::size_t merged = 0;
  std::size_t unmerged = 0;
  std::size_t refused = 0;
  std::size_t cook_failed = 0;
  std::size_t cargo_fails = 0;
  std::size_t unusable = 0;

  void add(const CaseResult& result) {
    if (result.outcome == Outcome::NotRun) {
      ++cargo_fails;
      return;
    }
    ++cases;
    default_mode += result.what.stub == StubAs::Rustc ? 1 : 0;
    units += result.real;
    missing += result.difference.missing.size();
    extra += result.difference.extra.size();
    differing += result.difference.differing.size();
    refused += result.outcome == Outcome::Refused ? 1 : 0;
    cook_failed += result.outcome == Outcome::CookFailed ? 1 : 0;
    exact += result.outcome == Outcome::Exact ? 1 : 0;
    if (result.outcome != Outcome::Refused) ++(result.unmerged.empty() ? merged : unmerged);
  }
  bool good() const { return cases > 0 && exact == cases; }
};

/// Prints as things happen; called from several threads.
class Reporter {
 public:
  explicit Reporter(const Options& options) : options_(options) {}

  void add(const CaseResult& result) {
    const std::lock_guard lock(mutex_);
    totals_.add(result);
    if (options_.json) {
      fmt::print("{}\n", in_json(result).dump());
    } else if (!options_.quiet ||
               (result.outcome != Outcome::Exact && result.outcome != Outcome::NotRun)) {
      print(result);
    }
    std::fflush(stdout);
  }

  void workspace(const WorkspacePlace& place, const std::string& unusable) {
    const std::lock_guard lock(mutex_);
    ++(unusable.empty() ? totals_.workspaces : totals_.unusable);
    if (unusable.empty() || options_.quiet || options_.json) return;
    fmt::print("{} {}: left out: {}\n", place.repository, place.workspace,
               unusable.substr(0, unusable.find('\n', 160)));
    std::fflush(stdout);
  }

  int finish(const std::string& cargo) const {
    const auto& t = totals_;
    if (options_.json) {
      fmt::print("{}\n", json{{"cases", t.cases},
                              {"exact", t.exact},
                              {"missing", t.missing},
                              {"extra", t.extra},
                              {"differing", t.differing},
                              {"merged", t.merged},
                              {"unmerged", t.unmerged},
                              {"refused", t.refused},
                              {"cook_failed", t.cook_failed},
                              {"cargo_fails", t.cargo_fails},
                              {"default_mode", t.default_mode},
                              {"workspaces", t.workspaces},
                              {"units", t.units},
                              {"cargo", cargo}}
                             .dump());
    } else {
      fmt::print(
          "{} workspaces, {} cases ({} with cook's own wrapper), {} units, {}: {} exact; {} "
          "missing, {} extra, {} differing units; {} merged, {} unmerged, {} refused, {} cook "
          "failed; {} left out because cargo itself fails, {} workspaces not usable\n",
          t.workspaces, t.cases, t.default_mode, t.units, cargo, t.exact, t.missing, t.extra,
          t.differing, t.merged, t.unmerged, t.refused, t.cook_failed, t.cargo_fails, t.unusable);
    }
    return t.good() ? 0 : 1;
  }

 private:
  static void print(const CaseResult& result) {
    fmt::print(
        "{} {} `{}`{}: {}; real {}, cooked {}, missing {}, extra {}, differing {}; {:.1f} s; {}\n",
        result.repository, result.workspace, result.what.command,
        result.what.stub == StubAs::Rustc ? " (stub as rustc)" : "", name_of(result.outcome),
        result.real, result.cooked, result.difference.missing.size(),
        result.difference.extra.size(), result.difference.differing.size(), result.seconds,
        result.outcome == Outcome::Refused ? "refused"
        : result.unmerged.empty()          ? "merged"
                                           : "unmerged: " + result.unmerged);
    print_some("missing", result.difference.missing);
    print_some("extra", result.difference.extra);
    print_some("differing", result.difference.differing);
    if (!result.words.empty()) fmt::print("  {}\n", result.words);
  }

  static void print_some(const char* what, const std::vector<std::string>& units) {
    constexpr std::size_t most = 5;
    for (std::size_t i = 0; i < std::min(most, units.size()); ++i)
      fmt::print("  {}: {}\n", what, units[i]);
  }

  const Options& options_;
  std::mutex mutex_;
  Totals totals_;
};

/// Workspaces whose dependencies can be had from a registry alone.
std::vector<std::string> usable_workspaces(const Repository& repository) {
  std::vector<std::string> out;
  for (const auto& workspace : repository.workspaces) {
    const auto root = workspace.at("root").get<std::string>();
    const auto lock =
        repository.tree.read(path::join(path::join(root_directory, root), "Cargo.lock"));
    if (lock && lock->find("\"git+") == std::string::npos) out.push_back(root);
  }
  return out;
}

bool is_wanted(const Options& options, const std::string& repository,
               const std::string& workspace) {
  if (options.only.empty()) return true;
  return std::any_of(options.only.begin(), options.only.end(), [&](const std::string& only) {
    auto name = only.substr(0, only.find(':'));
    std::replace(name.begin(), name.end(), '/', '+');
    const bool one = only.find(':') != std::string::npos;
    return name == repository && (!one || only.substr(only.find(':') + 1) == workspace);
  });
}

void run_repository(const Repository& repository, const Options& options, const RunOptions& run,
                    Reporter& reporter) {
  const auto directory = path::join(run.directory, repository.name);
  bool laid_out = false;
  for (const auto& workspace : usable_workspaces(repository)) {
    if (!is_wanted(options, repository.name, workspace)) continue;
    const WorkspacePlace place{repository.name, workspace, directory + "/source",
                               directory + "/run", directory + "/target"};
    if (!laid_out) lay_out(repository, place.source);
    laid_out = true;
    const auto unusable = run_workspace(place, options.commands, run,
                                        [&](const CaseResult& result) { reporter.add(result); });
    reporter.workspace(place, unusable);
  }
  fs::remove_all(directory);
}

constexpr int skipped = 77;

bool is_in_ci() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && *ci != '\0';
}

int run(const Options& options) {
  if (options.corpus.empty()) {
    fmt::print("skipped: name a directory of corpus files, or set LARDER_CORPUS_DIR\n");
    return skipped;
  }
  const auto repositories = read_corpus(options.corpus);
  const auto toolchain = find_toolchain(options.toolchain);
  const RunOptions run{toolchain, options.directory,
                       toolchain.version.find("nightly") != std::string::npos, options.cargo_chef};
  fs::create_directories(path::join(options.directory, "cargo-home"));
  Reporter reporter(options);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto work = [&] {
    for (auto i = next++; i < repositories.size() && !failed; i = next++) {
      try {
        run_repository(repositories[i], options, run, reporter);
      } catch (const std::exception& error) {
        failed = true;
        fmt::print(stderr, "{}: {}\n", repositories[i].name, error.what());
      }
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < options.jobs; ++i) threads.emplace_back(work);
  threads.clear();
  const auto code = reporter.finish(toolchain.version + (run.new_layout ? ", new layout" : ""));
  return failed ? 1 : code;
}

}  // namespace

}  // namespace larder::test

int main(int argc, char** argv) {
  using namespace larder;
  const auto options = test::parse({argv + 1, argv + argc});
  if (!options) {
    fmt::print(stderr, "{}", test::usage);
    return 2;
  }
  try {
    return test::run(*options);
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return error.id() == "toolchain-missing" && !test::is_in_ci() ? test::skipped : 1;
  }
}
