#include "workspace_run.hpp"

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/cargo/workspace/patched.hpp"

namespace larder::test {

namespace fs = std::filesystem;

namespace {

std::string first_error(const std::string& text) {
  for (const auto* mark : {"error", "Error"}) {
    const auto at = text.find(mark);
    if (at != std::string::npos) return text.substr(at, 600);
  }
  return text.substr(0, 600);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Captured run(const std::vector<std::string>& words, const std::string& directory,
             const Environment& environment) {
  auto out = capture_process({words, directory, environment});
  if (std::holds_alternative<Signalled>(out.status))
    throw Error("interrupted", "`" + words[0] + "` was ended by a signal");
  return out;
}

class WorkspaceRun {
 public:
  WorkspaceRun(const WorkspacePlace& place, const RunOptions& options)
      : place_(place), options_(options), environment_(environment_for(options.toolchain)) {
    environment_.set("CARGO_HOME", path::join(options.directory, "cargo-home"));
    environment_.set("CARGO_TARGET_DIR", place.target);
    if (options.new_layout) environment_.set("CARGO_UNSTABLE_BUILD_DIR_NEW_LAYOUT", "true");
  }

  std::string fetch() {
    const Lending lending(place_.source, place_.run);
    const auto locked = cargo({"fetch", "--locked"});
    if (succeeded(locked.status)) return "";
    const auto other = cargo({"fetch"});
    return succeeded(other.status) ? "" : first_error(other.errors);
  }

  std::vector<Case> read(const std::vector<std::string>& commands) {
    const Lending lending(place_.source, place_.run);
    auto workspace = cargo::load_workspace(DiskTree(), path::join(directory(), "Cargo.toml"), "");
    cargo::load_path_dependencies(DiskTree(), workspace);
    cargo::load_patched(
        DiskTree(), workspace,
        cargo::read_lockfile(DiskTree(), path::join(workspace.root_directory, "Cargo.lock")),
        cargo::Config::load(DiskTree(), directory(), place_.run, ""));
    for (const auto& package : workspace.packages) {
      locals_.insert(package.directory);
      complete(package);
    }
    return cases_of(workspace, commands, options_.toolchain.host);
  }

  CaseResult run_case(const Case& what) {
    CaseResult out;
    out.repository = place_.repository;
    out.workspace = place_.workspace;
    out.what = what;
    auto words = cargo::split_command(what.command);
    words.insert(words.end(), {"--offline", "--ignore-rust-version"});
    std::string recipe;
    Units real;
    {
      const Lending lending(place_.source, place_.run);
      if (!run_real(words, out, real)) return out;
      const bool by_chef = !options_.cargo_chef.empty();
      if (!(by_chef ? prepare_by_chef(out, recipe) : prepare(words, out, recipe))) return out;
    }
    if (!cook(recipe, words, out)) return out;
    const auto cooked = read_fingerprints(place_.target);
    out.cooked = cooked.size();
    out.difference = compare_units(real, cooked);
    out.outcome = out.difference.empty() ? Outcome::Exact : Outcome::Differs;
    return out;
  }

 private:
  /// Puts the sources where they are used and takes them away again.
  class Lending {
   public:
    Lending(const std::string& source, const std::string& run) : source_(source), run_(run) {
      fs::remove_all(run_);
      fs::rename(source_, run_);
    }
    ~Lending() { fs::rename(run_, source_); }
    Lending(const Lending&) = delete;
    Lending& operator=(const Lending&) = delete;

   private:
    const std::string& source_;
    const std::string& run_;
  };

  /// A corpus lacks the sources that are generated, or were never there: in test data.
  static void complete(const cargo::Package& package) {
    for (const auto& target : package.targets) {
      const auto file = path::join(package.directory, target.path);
      if (fs::exists(file)) continue;
      fs::create_directories(path::parent(file));
      write_new_file(file, "");
    }
  }

  std::string directory() const { return path::join(place_.run, place_.workspace); }
  std::string log() const { return place_.target + ".log"; }

  Captured cargo(std::vector<std::string> words) const {
    words.insert(words.begin(), program(options_.toolchain, "cargo"));
    return run(words, directory(), environment_);
  }

  Environment stubbed(const Case& what) const {
    auto out = environment_;
    out.set("LARDER_UNIT_LOG", log());
    if (what.stub == StubAs::Wrapper) {
      out.set("RUSTC_WRAPPER", LARDER_STUB_RUSTC);
    } else {
      out.set("RUSTC", LARDER_STUB_RUSTC);
      out.set("LARDER_REAL_RUSTC", program(options_.toolchain, "rustc"));
    }
    return out;
  }

  void start_anew() const {
    fs::remove_all(place_.target);
    fs::remove(log());
  }

  bool run_real(const std::vector<std::string>& words, CaseResult& out, Units& units) const {
    start_anew();
    auto command = words;
    command.insert(command.begin(), program(options_.toolchain, "cargo"));
    const auto real = run(command, directory(), stubbed(out.what));
    if (!succeeded(real.status)) {
      out.words = first_error(real.errors);
      return false;
    }
    const auto is_local = [&](const std::string& package) { return locals_.contains(package); };
    units = read_units(place_.target, log(), is_local);
    out.real = units.external.size();
    return true;
  }

  bool prepare(const std::vector<std::string>& words, CaseResult& out, std::string& recipe) const {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::string> command{LARDER_PROGRAM, "prepare", "--recipe-path", "-", "--"};
    command.insert(command.end(), words.begin(), words.end());
    const auto prepared = run(command, directory(), environment_);
    out.seconds += seconds_since(start);
    if (!succeeded(prepared.status)) {
      out.outcome = Outcome::Refused;
      out.words = first_error(prepared.errors);
      return false;
    }
    recipe = prepared.output;
    const auto document = nlohmann::json::parse(recipe);
    out.unmerged = document.at("larder").at("commands").at(0).value("fallback", "");
    return true;
  }

  bool prepare_by_chef(CaseResult& out, std::string& recipe) const {
    const auto file = place_.target + ".recipe.json";
    const auto prepared = run({options_.cargo_chef, "chef", "prepare", "--recipe-path", file},
                              directory(), environment_);
    if (!succeeded(prepared.status)) {
      out.outcome = Outcome::Refused;
      out.words = "cargo-chef: " + first_error(prepared.errors);
      return false;
    }
    recipe = read_file(file).value();
    return true;
  }

  /// The config files of directories above the workspace belong to the machine.
  void restore_configs_above() const {
    for (fs::path at = place_.workspace == "." ? fs::path() : fs::path(place_.workspace);
         !at.empty();) {
      at = at.parent_path();
      for (const auto* name : {".cargo/config.toml", ".cargo/config"}) {
        const auto from = fs::path(place_.source) / at / name;
        if (!fs::exists(from)) continue;
        const auto to = fs::path(place_.run) / at / name;
        fs::create_directories(to.parent_path());
        fs::copy_file(from, to);
      }
    }
  }

  bool cook(const std::string& recipe, const std::vector<std::string>& words,
            CaseResult& out) const {
    start_anew();
    fs::remove_all(place_.run);
    fs::create_directories(directory());
    restore_configs_above();
    write_file_atomically(path::join(directory(), "recipe.json"), recipe);
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::string> command{LARDER_PROGRAM, "cook"};
    if (!options_.cargo_chef.empty()) {
      command.emplace_back("--");
      command.insert(command.end(), words.begin(), words.end());
    }
    const auto cooked = run(command, directory(), stubbed(out.what));
    out.seconds += seconds_since(start);
    fs::remove_all(place_.run);
    if (succeeded(cooked.status)) return true;
    out.outcome = Outcome::CookFailed;
    out.words = first_error(cooked.errors);
    return false;
  }

  const WorkspacePlace& place_;
  const RunOptions& options_;
  Environment environment_;
  std::set<std::string> locals_;
};

}  // namespace

std::string run_workspace(const WorkspacePlace& place, const std::vector<std::string>& commands,
                          const RunOptions& options,
                          const std::function<void(const CaseResult&)>& on_result) {
  WorkspaceRun run(place, options);
  const auto cases = run.read(commands);
  if (auto reason = run.fetch(); !reason.empty()) return reason;
  for (const auto& what : cases) on_result(run.run_case(what));
  return "";
}

}  // namespace larder::test
