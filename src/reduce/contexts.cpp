#include "contexts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace larder::reduce {

namespace {

class ContextMapper {
 public:
  explicit ContextMapper(const ContextInput& input) : in_(input) {}

  ContextCrates run() {
    add_contributions();
    add_root();
    for (const auto& [edge, conditions] : in_.units.edges().all()) {
      for (const auto& condition : conditions) add_edge(edge, condition);
    }
    link_crates();
    const bool needs_all_targets = !in_.testing && crates_.contains("test");
    return {std::move(crates_), needs_all_targets, std::move(unsupported_)};
  }

 private:
  void add_contributions() {
    auto& crate = crates_["features"];
    crate.shape = {CrateShape::Root::Bin, {}, false, true, false};
    for (const auto& [contribution, conditions] : in_.features.contributions().all()) {
      const bool host = contribution.side == Side::Host;
      for (const auto& condition : conditions) {
        const auto entry = target_parts(condition);
        if (host && !entry.empty()) {
          auto& tables = crate.host_entries[entry];
          tables[{TableKind::Dependencies, host_parts(condition)}][contribution.external].insert(
              contribution.feature);
        } else {
          const auto kind = host ? TableKind::BuildDependencies : TableKind::Dependencies;
          const auto platform = host ? host_parts(condition) : all_parts(condition);
          crate.tables[{kind, platform}][contribution.external].insert(contribution.feature);
        }
      }
    }
  }

  /// The root is always there: without it cargo would have nothing to build.
  void add_root() { target_crate("root"); }

  /// The crate of an ordinary target-side context, made on first use.
  Crate& target_crate(const std::string& name) {
    auto [entry, inserted] = crates_.try_emplace(name);
    auto& shape = entry->second.shape;
    if (!inserted) return entry->second;
    if (name == "root") {
      // With LTO a binary starts in the state that a plain library would not.
      shape.root =
          in_.lto == cargo::Lto::AcrossCrates ? CrateShape::Root::Bin : CrateShape::Root::Lib;
      shape.tested = in_.testing;
    } else if (name == "test") {
      shape.integration_test = true;
    } else if (name == "bin-test") {
      shape.root = CrateShape::Root::Bin;
      shape.integration_test = true;
    } else {
      shape.root = CrateShape::Root::Lib;
      if (name.ends_with("-mixed")) shape.crate_types = {"cdylib", "rlib"};
      if (name.ends_with("-dylib")) shape.crate_types = {"dylib"};
      if (name.ends_with("-linked")) shape.crate_types = {"cdylib"};
      entry->second.selected = false;
    }
    return entry->second;
  }

  void add_edge(const ExternalEdge& edge, const Condition& condition) {
    if (edge.context.side == UnitSide::Target) {
      add_target_edge(edge, condition);
    } else if (edge.context.check) {
      add_macro_edge(edge, condition);
    } else {
      add_host_edge(edge, condition);
    }
  }

  void add_target_edge(const ExternalEdge& edge, const Condition& condition) {
    // Test units unwind even where the profile aborts; binaries beside integration tests do not.
    const bool main_aborts = in_.panic_abort && !in_.testing;
    std::string name = edge.context.abort == main_aborts ? "root"
                       : in_.testing                     ? "bin-test"
                                                         : "test";
    target_crate(name);
    if (edge.context.lto == LtoState::ObjectAndBitcode) name += "-mixed";
    if (edge.context.lto == LtoState::Object) name += "-dylib";
    request(target_crate(name).tables, TableKind::Dependencies, all_parts(condition),
            edge.external);
  }

  void add_host_edge(const ExternalEdge& edge, const Condition& condition) {
    const auto entry = target_parts(condition);
    auto& root = target_crate("root");
    if (!entry.empty()) {
      if (has_states() && edge.context.lto != LtoState::Object)
        unsupported_ =
            "link-time optimisation with a library that is only linked, below a build script or "
            "proc-macro behind a platform condition,";
      request(root.host_entries[entry], TableKind::Dependencies, host_parts(condition),
              edge.external);
      return;
    }
    // A library below a build script that is only linked starts again at bitcode; both states join
    // to mixed.
    if (!has_states() || edge.context.lto != LtoState::Bitcode) {
      request(root.tables, TableKind::BuildDependencies, host_parts(condition), edge.external);
    }
    if (has_states() && edge.context.lto != LtoState::Object) {
      request(target_crate("host-linked").tables, TableKind::Dependencies, host_parts(condition),
              edge.external);
    }
  }

  /// One crate for all selected proc-macros and their unit tests, which only `check` can tell from
  /// proc-macros that are depended on: these are compiled.
  void add_macro_edge(const ExternalEdge& edge, const Condition& condition) {
    crates_["macro"].shape.root = CrateShape::Root::ProcMacro;
    const auto name = macro_crate(edge.external, condition);
    const bool linked = has_states() && edge.context.lto != LtoState::Object;
    auto& crate = linked ? target_crate(name + "-linked") : crates_.at(name);
    request(crate.tables, TableKind::Dependencies, host_parts(condition), edge.external);
  }

  /// The crate "macro", where a dependency counts on both sides and whatever the target is, as
  /// selected proc-macros do; else the crate that dependents switch on, for the host alone and
  /// behind their condition on the target, as dependents of the real one switch on its features.
  std::string macro_crate(std::size_t external, const Condition& condition) {
    auto behind = target_parts(condition);
    if (behind.empty() && counts_for_target(external, condition)) return "macro";
    const auto number =
        std::to_string(switched_.try_emplace(std::move(behind), switched_.size()).first->second);
    target_crate("macro-host" + number);
    return "macro-host" + number;
  }

  bool counts_for_target(std::size_t external, const Condition& condition) const {
    if (in_.old_resolver) return true;
    const auto here = all_parts(condition);
    for (const auto& known : in_.features.contributions().of({external, Side::Normal, ""})) {
      const auto there = all_parts(known);
      if (std::includes(here.begin(), here.end(), there.begin(), there.end())) return true;
    }
    return false;
  }

  bool has_states() const { return in_.lto != cargo::Lto::Local; }

  static void request(Tables& tables, TableKind kind, const Platform& platform,
                      std::size_t external) {
    tables[{kind, platform}][external];
  }

  /// The crates of other LTO states hang below the root of their panic context.
  void link_crates() {
    const auto link = [&](const std::string& above, const std::string& below, TableKind kind) {
      if (crates_.contains(below)) crates_.at(above).crates.push_back({kind, below});
    };
    for (const std::string name : {"root", "test", "bin-test"}) {
      link(name, name + "-mixed", TableKind::Dependencies);
      link(name, name + "-dylib", TableKind::Dependencies);
    }
    link("root", "host-linked", TableKind::BuildDependencies);
    link("macro", "macro-linked", TableKind::Dependencies);
    for (const auto& [platform, number] : switched_) {
      const auto feature = fmt::format("host{}", number);
      link("macro-" + feature, "macro-" + feature + "-linked", TableKind::Dependencies);
      crates_.at("macro").crates.push_back(
          {TableKind::Dependencies, "macro-" + feature, {}, feature, ""});
      // Of a crate that is never built: it makes no unit, but counts on the host side.
      crates_.at("features")
          .crates.push_back({TableKind::Dependencies, "macro", platform, "", feature});
    }
  }

  const ContextInput& in_;
  Crates crates_;
  /// Condition on the target → number of the crate that dependents of proc-macros switch on.
  std::map<Platform, std::size_t> switched_;
  std::string unsupported_;
};

}  // namespace

ContextCrates crates_for(const ContextInput& input) {
  return ContextMapper(input).run();
}

}  // namespace larder::reduce
