#include "contexts.hpp"

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
    link_lto_crates();
    const bool needs_all_targets = !in_.testing && (macro_tests_ || crates_.contains("test"));
    return {std::move(crates_), needs_all_targets};
  }

 private:
  void add_contributions() {
    auto& crate = crates_["features"];
    crate.shape = {CrateShape::Root::Bin, {}, false, true, false};
    for (const auto& [contribution, conditions] : in_.features.contributions().all()) {
      if (!in_.relevant.contains(contribution.external)) continue;
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
      shape.root = in_.lto ? CrateShape::Root::Bin : CrateShape::Root::Lib;
      shape.tested = in_.testing;
    } else if (name == "test") {
      shape.integration_test = true;
    } else if (name == "bin-test") {
      shape.root = CrateShape::Root::Bin;
      shape.integration_test = true;
    } else {
      shape.root = CrateShape::Root::Lib;
      shape.crate_types = name.ends_with("-mixed")   ? std::vector<std::string>{"cdylib", "rlib"}
                          : name.ends_with("-dylib") ? std::vector<std::string>{"dylib"}
                                                     : std::vector<std::string>{"cdylib"};
      entry->second.selected = false;
    }
    return entry->second;
  }

  void add_edge(const ExternalEdge& edge, const Condition& condition) {
    switch (edge.context.side) {
      case UnitSide::Target:
        add_target_edge(edge, condition);
        break;
      case UnitSide::Host:
      case UnitSide::HostOfTarget:
        add_host_edge(edge, condition);
        break;
      case UnitSide::MacroLib:
      case UnitSide::MacroTest:
        add_macro_edge(edge, condition);
        break;
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
      request(root.host_entries[entry], TableKind::Dependencies, host_parts(condition),
              edge.external);
      return;
    }
    // A library below a build script that is only linked starts again at bitcode; both states join
    // to mixed.
    if (!in_.lto || edge.context.lto != LtoState::Bitcode) {
      request(root.tables, TableKind::BuildDependencies, host_parts(condition), edge.external);
    }
    if (in_.lto && edge.context.lto != LtoState::Object) {
      request(target_crate("host-linked").tables, TableKind::Dependencies, host_parts(condition),
              edge.external);
    }
  }

  /// One crate for all selected proc-macros: dependencies of their libraries, and as development
  /// dependencies those that only their unit tests have.
  void add_macro_edge(const ExternalEdge& edge, const Condition& condition) {
    const auto platform = all_parts(condition);
    const bool test = edge.context.side == UnitSide::MacroTest;
    macro_tests_ = macro_tests_ || test;
    auto& crate = crates_["macro"];
    crate.shape.root = CrateShape::Root::ProcMacro;
    crate.shape.tested = macro_tests_;
    if (in_.lto && edge.context.lto != LtoState::Object) {
      request(target_crate("macro-linked").tables, TableKind::Dependencies, platform,
              edge.external);
    } else if (!test) {
      request(crate.tables, TableKind::Dependencies, platform, edge.external);
    } else if (!is_macro_lib_edge(edge.external, condition)) {
      request(crate.tables, TableKind::DevDependencies, platform, edge.external);
    }
  }

  bool is_macro_lib_edge(std::size_t external, const Condition& condition) const {
    for (const auto& [edge, conditions] : in_.units.edges().all()) {
      if (edge.context.side != UnitSide::MacroLib || edge.external != external) continue;
      for (const auto& other : conditions) {
        if (other == condition) return true;
      }
    }
    return false;
  }

  static void request(Tables& tables, TableKind kind, const Platform& platform,
                      std::size_t external) {
    tables[{kind, platform}][external];
  }

  /// The crates of other LTO states hang below the root of their panic context.
  void link_lto_crates() {
    const auto link = [&](const std::string& above, const std::string& below, TableKind kind) {
      if (crates_.contains(below)) crates_.at(above).crates.emplace_back(kind, below);
    };
    for (const std::string name : {"root", "test", "bin-test"}) {
      link(name, name + "-mixed", TableKind::Dependencies);
      link(name, name + "-dylib", TableKind::Dependencies);
    }
    link("root", "host-linked", TableKind::BuildDependencies);
    link("macro", "macro-linked", TableKind::Dependencies);
  }

  const ContextInput& in_;
  Crates crates_;
  bool macro_tests_ = false;
};

}  // namespace

ContextCrates crates_for(const ContextInput& input) {
  return ContextMapper(input).run();
}

}  // namespace larder::reduce
