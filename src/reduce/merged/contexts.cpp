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
    name_requirements();
    for (const auto& [edge, conditions] : in_.units.edges().all()) {
      for (const auto& condition : conditions) add_edge(edge, condition);
    }
    for (const auto& [required, prefix] : prefixes_) link_lto_crates(prefix);
    link_macro_crates();
    const bool needs_all_targets = !in_.testing && needs_tests_;
    return {std::move(crates_), needs_all_targets, std::move(unmergeable_)};
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

  /// Targets that require features of external packages get crates of their own with the same
  /// requirements. So cargo decides in the skeleton as it does in the workspace.
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
      // With LTO, a plain library would not start in the state that a binary starts in. And a
      // library cannot have `required-features`.
      const bool is_bin = in_.lto == cargo::Lto::AcrossCrates || !required.empty();
      shape.root = is_bin ? CrateShape::Root::Bin : CrateShape::Root::Lib;
      shape.tested = in_.testing;
    } else if (role == "test") {
      shape.integration_test = needs_tests_ = true;
    } else if (role == "bin-test") {
      shape.root = CrateShape::Root::Bin;
      shape.integration_test = true;
    } else {
      shape.root = CrateShape::Root::Lib;
      if (role.ends_with("-mixed")) shape.crate_types = {"cdylib", "rlib"};
      if (role.ends_with("-dylib")) shape.crate_types = {"dylib"};
      if (role.ends_with("-linked")) shape.crate_types = {"cdylib"};
      crate.selected = false;
      return crate;
    }
    for (const auto& one : required) {
      shape.required.emplace(one.external, one.feature);
      request(crate.tables, one.kind, one.platform, one.external);
      // Cargo only includes development dependencies if tests are built.
      needs_tests_ = needs_tests_ || one.kind == TableKind::DevDependencies;
    }
    return crate;
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
    // Test units unwind even if the profile aborts. Binaries beside integration tests do not.
    const bool main_aborts = in_.panic_abort && !in_.testing;
    std::string name = edge.context.abort == main_aborts ? "root"
                       : in_.testing                     ? "bin-test"
                                                         : "test";
    const auto required = requirement(condition);
    const auto platform = all_parts(condition);
    target_crate(required, name);
    if (edge.context.lto == LtoState::ObjectAndBitcode) {
      name += "-mixed";
    } else if (edge.context.lto == LtoState::Object) {
      name += "-dylib";
    } else if (would_show(required, TableKind::Dependencies, platform, edge.external)) {
      name += "-below";
    }
    request(target_crate(required, name).tables, TableKind::Dependencies, platform, edge.external);
  }

  void add_host_edge(const ExternalEdge& edge, const Condition& condition) {
    const auto entry = target_parts(condition);
    const auto required = requirement(condition);
    auto& root = target_crate(required, "root");
    if (!entry.empty()) {
      if (has_states() && edge.context.lto != LtoState::Object)
        unmergeable_ =
            "LTO, and a library that is only linked below a build script or proc-macro behind a "
            "platform condition";
      request(root.host_entries[entry], TableKind::Dependencies, host_parts(condition),
              edge.external);
      return;
    }
    // A crate that requires a feature of a build-dependency only has build-dependencies to show
    // cargo that feature. They must not be compiled for that, so the crate has no build script.
    const auto platform = host_parts(condition);
    const bool apart = shows_build_dependency(required) ||
                       would_show(required, TableKind::BuildDependencies, platform, edge.external);
    auto& scripts = apart ? target_crate(required, "scripts") : root;
    scripts.has_script = true;
    // Below a build script, a library that is only linked starts again at bitcode. A package that
    // is requested in both states gets the mixed one.
    if (!has_states() || edge.context.lto != LtoState::Bitcode) {
      request(scripts.tables, TableKind::BuildDependencies, platform, edge.external);
    }
    if (has_states() && edge.context.lto != LtoState::Object) {
      request(target_crate(required, "host-linked").tables, TableKind::Dependencies, platform,
              edge.external);
    }
  }

  static bool shows_build_dependency(const Requirement& required) {
    return std::any_of(required.begin(), required.end(), [](const RequiredFeature& one) {
      return one.kind == TableKind::BuildDependencies;
    });
  }

  /// Whether a request in a crate that requires a feature of this package would show cargo the
  /// feature through another kind of dependency or platform than the requirement means. Such a
  /// request goes into a crate below.
  static bool would_show(const Requirement& required, TableKind kind, const Platform& platform,
                         cargo::LockId external) {
    return std::any_of(required.begin(), required.end(), [&](const RequiredFeature& one) {
      return one.external == external && (one.kind != kind || one.platform != platform);
    });
  }

  /// All selected proc-macros and their unit tests share one crate. Only under `check` do they
  /// differ from proc-macros that are dependencies, which are compiled even then.
  void add_macro_edge(const ExternalEdge& edge, const Condition& condition) {
    crates_["macro"].shape.root = CrateShape::Root::ProcMacro;
    const auto name = macro_crate(edge.external, condition);
    const bool linked = has_states() && edge.context.lto != LtoState::Object;
    auto& crate = linked ? target_crate({}, name + "-linked") : crates_.at(name);
    request(crate.tables, TableKind::Dependencies, host_parts(condition), edge.external);
  }

  /// The crate "macro" if the dependency is on for both sides and for every target, as selected
  /// proc-macros are. Otherwise a crate that is enabled only for the host, behind a condition on
  /// the target, as dependents of the real proc-macro enable its features.
  std::string macro_crate(cargo::LockId external, const Condition& condition) {
    auto behind = target_parts(condition);
    if (behind.empty() && counts_for_target(external, condition)) return "macro";
    const auto number =
        std::to_string(switched_.try_emplace(std::move(behind), switched_.size()).first->second);
    target_crate({}, "macro-host" + number);
    return "macro-host" + number;
  }

  bool counts_for_target(cargo::LockId external, const Condition& condition) const {
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
                      cargo::LockId external) {
    tables[{kind, platform}][external];
  }

  /// The root of each panic context depends on the crates for its other LTO states.
  void link_lto_crates(const std::string& prefix) {
    const auto link = [&](const std::string& above, const std::string& below, TableKind kind) {
      if (crates_.contains(prefix + below))
        crates_.at(prefix + above).crates.push_back({kind, prefix + below});
    };
    for (const std::string name : {"root", "test", "bin-test"}) {
      link(name, name + "-mixed", TableKind::Dependencies);
      link(name, name + "-dylib", TableKind::Dependencies);
      link(name, name + "-below", TableKind::Dependencies);
    }
    link("root", "scripts", TableKind::Dependencies);
    link(crates_.contains(prefix + "scripts") ? "scripts" : "root", "host-linked",
         TableKind::BuildDependencies);
  }

  void link_macro_crates() {
    const auto link_linked = [&](const std::string& above) {
      if (crates_.contains(above + "-linked"))
        crates_.at(above).crates.push_back({TableKind::Dependencies, above + "-linked"});
    };
    link_linked("macro");
    for (const auto& [platform, number] : switched_) {
      const auto feature = fmt::format("host{}", number);
      link_linked("macro-" + feature);
      crates_.at("macro").crates.push_back(
          {TableKind::Dependencies, "macro-" + feature, {}, feature, ""});
      // The crate `features` is never built, so this adds no unit. But it enables the feature for
      // the host.
      crates_.at("features")
          .crates.push_back({TableKind::Dependencies, "macro", platform, "", feature});
    }
  }

  const ContextInput& in_;
  Crates crates_;
  /// Required features of external packages → prefix of the crates that require them.
  std::map<Requirement, std::string> prefixes_{{{}, ""}};
  /// Whether there are test units that `build` and `check` compile only with `--all-targets`.
  bool needs_tests_ = false;
  /// Condition on the target → number of the crate that dependents of proc-macros enable.
  std::map<Platform, std::size_t> switched_;
  std::string unmergeable_;
};

}  // namespace

ContextCrates crates_for(const ContextInput& input) {
  return ContextMapper(input).run();
}

}  // namespace larder::reduce
