#include "observed.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "files.hpp"
#include "larder/observe/preload.hpp"

namespace larder::test {

namespace {

using observe::Observation;

template <typename Predicate>
const Observation& the_one(const std::vector<Observation>& all, const std::string& what,
                           Predicate fits) {
  const auto found = std::find_if(all.begin(), all.end(), fits);
  if (found == all.end()) throw std::runtime_error("nothing was observed of " + what);
  if (std::find_if(found + 1, all.end(), fits) != all.end())
    throw std::runtime_error("more than one observation of " + what);
  return *found;
}

bool has(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

ObservedWorkspace::ObservedWorkspace(std::string directory,
                                     const std::map<std::string, std::string>& files)
    : directory_(std::move(directory)) {
  for (const auto& [path, text] : files) write_file(*this / path, text);
}

Environment ObservedWorkspace::environment_of_builds() {
  auto environment = test_environment();
  environment.set("CARGO_INCREMENTAL", "0");
  return environment;
}

std::vector<Observation> ObservedWorkspace::build(const Words& arguments,
                                                  const Environment& environment) {
  std::filesystem::remove_all(*this / "target");
  const observe::Preload preload(environment);
  if (!preload.can_be_loaded()) throw std::runtime_error("TMPDIR is mounted noexec");
  messages_ =
      must(cargo(Words{"build"} + arguments, directory_, preload.observed(environment))).errors;
  return observe::read_logs(preload.logs());
}

std::map<std::string, std::string> package_with_script(const std::string& body) {
  return {{"Cargo.toml", package("observed")},
          {"src/lib.rs", ""},
          {"build.rs",
           "fn main() {\n  println!(\"cargo:rerun-if-changed=build.rs\");\n" + body + "\n}\n"}};
}

const Observation& script_run(const std::vector<Observation>& all, const std::string& package) {
  return the_one(all, "the build script of " + package, [&](const Observation& one) {
    return one.unit.kind == observe::UnitKind::BuildScript && one.unit.package == package;
  });
}

const Observation& compilation(const std::vector<Observation>& all, const std::string& crate) {
  return the_one(all, "rustc for " + crate, [&](const Observation& one) {
    const auto& words = one.unit.arguments;
    const auto name = std::find(words.begin(), words.end(), "--crate-name");
    return one.unit.kind == observe::UnitKind::Rustc && name != words.end() &&
           name + 1 != words.end() && *(name + 1) == crate;
  });
}

bool has_read(const Observation& observation, observe::ReadKind kind, const std::string& path) {
  return std::find(observation.reads.begin(), observation.reads.end(), observe::Read{path, kind}) !=
         observation.reads.end();
}

bool asks_for(const Observation& observation, const std::string& variable) {
  return has(observation.variables, variable);
}

bool has_impurity(const Observation& observation, observe::ImpurityKind kind,
                  const std::string& detail) {
  return std::any_of(observation.impurities.begin(), observation.impurities.end(),
                     [&](const observe::Impurity& one) {
                       return one.kind == kind && (detail.empty() || one.detail == detail);
                     });
}

std::string described(const Observation& observation) {
  std::string out = observation.unit.program + "\n";
  for (const auto& read : observation.reads)
    out += "read " + std::to_string(static_cast<int>(read.kind)) + " " + read.path + "\n";
  for (const auto& name : observation.variables) out += "variable " + name + "\n";
  for (const auto& path : observation.environment_readers) out += "environ " + path + "\n";
  for (const auto& path : observation.writes) out += "write " + path + "\n";
  for (const auto& one : observation.impurities)
    out += "impurity " + std::to_string(static_cast<int>(one.kind)) + " " + one.detail + "\n";
  return out;
}

}  // namespace larder::test
