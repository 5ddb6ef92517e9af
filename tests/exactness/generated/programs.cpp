#include "programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "larder/base/digest.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"
#include "larder/recipe/recipe.hpp"

namespace larder::test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

/// `clippy` is `check` with another rustc for the local packages.
Words without_clippy(Words arguments) {
  if (arguments.at(0) == "clippy") arguments[0] = "check";
  return arguments;
}

/// Removes all of a target directory but what cargo remembers of rustc.
void empty_target_directory(const fs::path& directory) {
  if (!fs::exists(directory)) return;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory)) found.push_back(entry.path());
  for (const auto& path : found) {
    if (path.filename() != ".rustc_info.json") fs::remove_all(path);
  }
}

std::map<std::string, std::string> read_fingerprints(const std::string& target) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(target)) {
    const auto path = entry.path().string();
    if (entry.path().extension() != ".json" || path.find("/.fingerprint/") == std::string::npos)
      continue;
    out[path.substr(target.size() + 1)] = json::parse(read_file(path).value_or("null")).dump();
  }
  return out;
}

}  // namespace

std::optional<Cargo> Cargo::find(const std::string& scratch) {
  Cargo out;
  out.scratch_ = scratch;
  for (const auto* name : {"PATH", "HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"}) {
    if (const char* value = std::getenv(name)) out.environment_.set(name, value);
  }
  // The cargo behind rustup's proxy is ten times as fast, and so is its rustc.
  const auto real = capture_process({{"rustup", "which", "cargo"}, "/", out.environment_});
  if (succeeded(real.status)) {
    const auto directory = path::parent(first_line(real.output));
    out.environment_.set("PATH",
                         directory + ":" + out.environment_.get("PATH").value_or("/usr/bin"));
  }
  out.environment_.set("CARGO_HOME", scratch + "/cargo-home");
  out.environment_.set("CARGO_TARGET_DIR", scratch + "/target");
  out.program_ = "cargo";
  const auto version = capture_process({{"cargo", "--version"}, "/", out.environment_});
  return succeeded(version.status) ? std::optional<Cargo>(out) : std::nullopt;
}

Cargo Cargo::with(const std::map<std::string, std::string>& variables) const {
  auto out = *this;
  for (const auto& [name, value] : variables) out.environment_.set(name, value);
  return out;
}

Answer Cargo::run(Words arguments, const std::string& directory) const {
  arguments.insert(arguments.begin(), program_);
  const auto run = capture_process({std::move(arguments), directory, environment_});
  return {succeeded(run.status), run.output, run.errors};
}

Answer Cargo::unit_graph(Words arguments, const std::string& directory) const {
  arguments = without_clippy(std::move(arguments));
  for (const auto* more : {"--unit-graph", "-Z", "unstable-options"}) arguments.emplace_back(more);
  auto nightly = *this;
  nightly.environment_.set("RUSTC_BOOTSTRAP", "1");
  return nightly.run(std::move(arguments), directory);
}

Answer Cargo::stubbed(Words arguments, const std::string& directory,
                      std::map<std::string, std::string>& fingerprints) const {
  arguments = without_clippy(std::move(arguments));
  const auto target = scratch_ + "/stubbed";
  empty_target_directory(target);
  auto stubbing = *this;
  stubbing.environment_.set("CARGO_TARGET_DIR", target);
  stubbing.environment_.set("RUSTC_WRAPPER", LARDER_STUB_RUSTC);
  auto answer = stubbing.run(std::move(arguments), directory);
  if (answer.accepted) fingerprints = read_fingerprints(target);
  return answer;
}

namespace {

bool has_path(const json& unit) {
  return unit.at("pkg_id").get<std::string>().starts_with("path+");
}

bool is_patched(const json& unit) {
  return has_path(unit) &&
         unit.at("pkg_id").get<std::string>().find("/patched/") != std::string::npos;
}

bool is_local(const json& unit) {
  return has_path(unit) && !is_patched(unit);
}

/// Without the directory of the workspace, which is all of it for a patched root package.
std::string identity(const json& unit) {
  const auto id = unit.at("pkg_id").get<std::string>();
  if (!id.starts_with("path+")) return id;
  const auto patched = id.find("/patched/");
  return id.substr(patched == std::string::npos ? id.find('#') : patched);
}

class UnitGraph {
 public:
  explicit UnitGraph(const std::string& text) : graph_(json::parse(text)) {}

  const json& units() const { return graph_.at("units"); }

  const std::string& described(std::size_t index) {
    const auto found = known_.find(index);
    if (found != known_.end()) return found->second;
    auto text = describe(units()[index]);
    return known_.emplace(index, std::move(text)).first->second;
  }

  /// Those of packages that have no path, and all below them.
  std::set<std::size_t> external() const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < units().size(); ++i) {
      if (!has_path(units()[i])) open.push_back(i);
    }
    std::set<std::size_t> out;
    while (!open.empty()) {
      const auto index = open.back();
      open.pop_back();
      if (!out.insert(index).second) continue;
      for (const auto& dependency : units()[index].at("dependencies"))
        open.push_back(dependency.at("index").get<std::size_t>());
    }
    return out;
  }

 private:
  std::string describe(const json& unit) {
    const auto& target = unit.at("target");
    std::set<std::string> below;
    for (const auto& dependency : unit.at("dependencies")) {
      const auto index = dependency.at("index").get<std::size_t>();
      below.insert(fmt::format("{}={}", dependency.at("extern_crate_name").get<std::string>(),
                               larder::digest(described(index))));
    }
    return fmt::format(
        "{} {} {} on {} {} {} {} below: {}", identity(unit), unit.at("mode").get<std::string>(),
        target.at("kind").dump(), unit.at("platform").dump(), target.at("crate_types").dump(),
        unit.at("features").dump(), unit.at("profile").dump(), fmt::join(below, " "));
  }

  json graph_;
  std::map<std::size_t, std::string> known_;
};

}  // namespace

ExternalUnits external_units(const std::string& unit_graph) {
  UnitGraph graph(unit_graph);
  ExternalUnits out;
  for (const auto index : graph.external()) out.wanted.insert(graph.described(index));
  out.possible = out.wanted;
  for (std::size_t i = 0; i < graph.units().size(); ++i) {
    if (is_patched(graph.units()[i])) out.possible.insert(graph.described(i));
  }
  return out;
}

std::set<std::string> built_local_packages(const std::string& unit_graph) {
  const UnitGraph graph(unit_graph);
  std::set<std::string> out;
  for (const auto& unit : graph.units()) {
    if (!is_local(unit) || unit.at("target").at("kind").at(0) == "custom-build") continue;
    // path+file:///w/crates/anvil#0.1.0, or …/directory#anvil@0.1.0
    const auto id = unit.at("pkg_id").get<std::string>();
    const auto hash = id.find('#');
    const auto at = id.find('@', hash);
    out.insert(at == std::string::npos ? path::file_name(id.substr(0, hash))
                                       : id.substr(hash + 1, at - hash - 1));
  }
  return out;
}

}  // namespace larder::test
