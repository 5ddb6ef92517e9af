#include "contexts.hpp"

#include <algorithm>

namespace larder::reduce {

namespace {

class ContextMapper {
 public:
  explicit ContextMapper(const ContextInput& input) : in_(input) {}

  ContextCrates run() {
    add_contributions();
    add_root();
    name_requirements();
    for (const auto& [edge, conditions] : in_.units.edges().all()) {
      for (const auto& condition : conditions) add_edge(edge, condition);
    }
    for (const auto& [required, prefix] : prefixes_) link_lto_crates(prefix);
    const bool needs_all_targets = !in_.testing && needs_tests_;
    return {std::move(crates_), needs_all_targets};
  }

 private:
  void add_contributions() {
    auto& crate = crates_["features"];
    crate.shape = {CrateShape::Root::Bin, {}, false, true, false, {}};
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
  void add_root() { target_crate({}, "root"); }

  /// What targets require of external packages sets their units apart: cargo decides in the
  /// skeleton as in the workspace, for crates of their own that require the same.
  void name_requirements() {
    for (const auto& [edge, conditions] : in_.units.edges().all()) {
      for (const auto& condition : conditions) prefixes_.emplace(requirement(condition), "");
    }
    std::size_t number = 0;
    for (auto& [required, prefix] : prefixes_) {
      if (!required.empty()) prefix = "required" + std::to_string(number++) + "-";
    }
  }

  /// The crate of an ordinary target-side context, made on first use.
  Crate& target_crate(const Requirement& required, const std::string& role) {
    auto [entry, inserted] = crates_.try_emplace(prefixes_[required] + role);
    auto& crate = entry->second;
    auto& shape = crate.shape;
    if (!inserted) return crate;
    if (role == "root") {
      // With LTO a binary starts in the state that a plain library would not. A library cannot
      // require anything.
      const bool is_bin = in_.lto || !required.empty();
      shape.root = is_bin ? CrateShape::Root::Bin : CrateShape::Root::Lib;
      shape.tested = in_.testing;
    } else if (role == "test") {
      shape.integration_test = needs_tests_ = true;
    } else if (role == "bin-test") {
      shape.root = CrateShape::Root::Bin;
      shape.integration_test = true;
    } else {
      shape.root = CrateShape::Root::Lib;
      shape.crate_types = role.ends_with("-mixed")   ? std::vector<std::string>{"cdylib", "rlib"}
                          : role.ends_with("-dylib") ? std::vector<std::string>{"dylib"}
                          : role == "host-linked"    ? std::vector<std::string>{"cdylib"}
                          : role == "macro-linked"   ? std::vector<std::string>{"cdylib"}
                                                     : std::vector<std::string>{};
      crate.selected = false;
      return crate;
    }
    for (const auto& one : required) {
      shape.required.emplace(one.external, one.feature);
      request(crate.tables, one.kind, one.platform, one.external);
      // Development dependencies count only where there are tests to be built.
      needs_tests_ = needs_tests_ || one.kind == TableKind::DevDependencies;
    }
    return crate;
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
    const auto required = requirement(condition);
    target_crate(required, name);
    if (edge.context.lto == LtoState::ObjectAndBitcode) name += "-mixed";
    if (edge.context.lto == LtoState::Object) name += "-dylib";
    request(target_crate(required, name).tables, TableKind::Dependencies, all_parts(condition),
            edge.external);
  }

  void add_host_edge(const ExternalEdge& edge, const Condition& condition) {
    const auto entry = target_parts(condition);
    const auto required = requirement(condition);
    auto& root = target_crate(required, "root");
    if (!entry.empty()) {
      request(root.host_entries[entry], TableKind::Dependencies, host_parts(condition),
              edge.external);
      return;
    }
    // The build-dependencies of a crate that requires a feature of one are there to show it: none
    // of them may be compiled for that.
    auto& scripts = shows_build_dependency(required) ? target_crate(required, "scripts") : root;
    scripts.has_script = true;
    // A library below a build script that is only linked starts again at bitcode; both states join
    // to mixed.
    if (!in_.lto || edge.context.lto != LtoState::Bitcode) {
      request(scripts.tables, TableKind::BuildDependencies, host_parts(condition), edge.external);
    }
    if (in_.lto && edge.context.lto != LtoState::Object) {
      request(target_crate(required, "host-linked").tables, TableKind::Dependencies,
              host_parts(condition), edge.external);
    }
  }

  static bool shows_build_dependency(const Requirement& required) {
    return std::any_of(required.begin(), required.end(), [](const RequiredFeature& one) {
      return one.kind == TableKind::BuildDependencies;
    });
  }

  /// One crate for all selected proc-macros: dependencies of their libraries, and as development
  /// dependencies those that only their unit tests have.
  void add_macro_edge(const ExternalEdge& edge, const Condition& condition) {
    const auto platform = all_parts(condition);
    const bool test = edge.context.side == UnitSide::MacroTest;
    needs_tests_ = needs_tests_ || test;
    auto& crate = crates_["macro"];
    crate.shape.root = CrateShape::Root::ProcMacro;
    crate.shape.tested = crate.shape.tested || test;
    if (in_.lto && edge.context.lto != LtoState::Object) {
      request(target_crate({}, "macro-linked").tables, TableKind::Dependencies, platform,
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
  void link_lto_crates(const std::string& prefix) {
    const auto link = [&](const std::string& above, const std::string& below, TableKind kind) {
      if (crates_.contains(prefix + below))
        crates_.at(prefix + above).crates.emplace_back(kind, prefix + below);
    };
    for (const std::string name : {"root", "test", "bin-test"}) {
      link(name, name + "-mixed", TableKind::Dependencies);
      link(name, name + "-dylib", TableKind::Dependencies);
    }
    link("root", "scripts", TableKind::Dependencies);
    link(crates_.contains(prefix + "scripts") ? "scripts" : "root", "host-linked",
         TableKind::BuildDependencies);
    link("macro", "macro-linked", TableKind::Dependencies);
  }

  const ContextInput& in_;
  Crates crates_;
  /// What is required of external packages → how the names of its crates begin.
  std::map<Requirement, std::string> prefixes_{{{}, ""}};
  /// There are test units that `build` and `check` compile only with `--all-targets`.
  bool needs_tests_ = false;
};

}  // namespace

ContextCrates crates_for(const ContextInput& input) {
  return ContextMapper(input).run();
}

}  // namespace larder::reduce
