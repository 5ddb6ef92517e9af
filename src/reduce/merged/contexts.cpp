#include "contexts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace larder::reduce {

namespace {

/// What a crate of the skeleton stands for.
struct CrateRole {
  enum class Kind {
    /// The units that the command builds.
    Root,
    /// Test units beside a `Root` that aborts on panic.
    Test,
    /// Binaries beside integration tests, which abort on panic.
    BinTest,
    /// What only build scripts depend on.
    Scripts,
    /// What a build script depends on.
    Host,
    /// The selected proc-macros.
    Macro,
    /// What proc-macros depend on for the host alone, behind a condition on the target.
    MacroHost,
  };
  /// A crate below the one of that kind, for what cannot be requested there.
  enum class Below { None, Mixed, Dylib, Linked, OtherTable };

  Kind kind = Kind::Root;
  Below below = Below::None;
  /// Of the condition of a `MacroHost`.
  std::size_t number = 0;

  CrateRole with(Below part) const { return {kind, part, number}; }
};

std::string_view kind_name(CrateRole::Kind kind) {
  switch (kind) {
    case CrateRole::Kind::Root:
      return "root";
    case CrateRole::Kind::Test:
      return "test";
    case CrateRole::Kind::BinTest:
      return "bin-test";
    case CrateRole::Kind::Scripts:
      return "scripts";
    case CrateRole::Kind::Host:
      return "host";
    case CrateRole::Kind::Macro:
      return "macro";
    case CrateRole::Kind::MacroHost:
      return "macro-host";
  }
  return "";
}

std::string_view ending_of(CrateRole::Below part) {
  switch (part) {
    case CrateRole::Below::None:
      return "";
    case CrateRole::Below::Mixed:
      return "-mixed";
    case CrateRole::Below::Dylib:
      return "-dylib";
    case CrateRole::Below::Linked:
      return "-linked";
    case CrateRole::Below::OtherTable:
      return "-below";
  }
  return "";
}

std::string name_of(const CrateRole& role) {
  std::string out(kind_name(role.kind));
  if (role.kind == CrateRole::Kind::MacroHost) out += std::to_string(role.number);
  return out.append(ending_of(role.below));
}

/// The shape of a crate that the command does not select.
CrateShape library_shape(CrateRole::Below part) {
  CrateShape shape{.root = CrateShape::Root::Lib};
  if (part == CrateRole::Below::Mixed) shape.crate_types = {"cdylib", "rlib"};
  if (part == CrateRole::Below::Dylib) shape.crate_types = {"dylib"};
  if (part == CrateRole::Below::Linked) shape.crate_types = {"cdylib"};
  return shape;
}

class ContextMapper {
  using Kind = CrateRole::Kind;
  using Below = CrateRole::Below;

 public:
  explicit ContextMapper(const ContextInput& input) : in_(input) {}

  ContextCrates run() {
    add_contributions();
    add_root();
    name_requirements();
    for (const auto& [edge, conditions] : in_.units.edges().all()) {
      for (const auto& condition : conditions) {
        if (!is_implied(edge, condition, conditions)) add_edge(edge, condition);
      }
    }
    for (const auto& [required, prefix] : prefixes_) link_lto_crates(prefix);
    link_macro_crates();
    const bool needs_all_targets = !in_.testing && needs_tests_;
    return {std::move(crates_), needs_all_targets, std::move(unmergeable_)};
  }

 private:
  void add_contributions() {
    auto& crate = crates_["features"];
    crate.shape = {.root = CrateShape::Root::Bin, .never_built = true};
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
  void add_root() { target_crate({}, {Kind::Root}); }

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
  Crate& target_crate(const Requirement& required, const CrateRole& role) {
    auto [entry, inserted] = crates_.try_emplace(prefixes_[required] + name_of(role));
    auto& crate = entry->second;
    if (!inserted) return crate;
    crate.selected =
        role.below == Below::None &&
        (role.kind == Kind::Root || role.kind == Kind::Test || role.kind == Kind::BinTest);
    if (!crate.selected) {
      crate.shape = library_shape(role.below);
      return crate;
    }
    crate.shape = selected_shape(role.kind, required);
    needs_tests_ = needs_tests_ || role.kind == Kind::Test;
    for (const auto& one : required) {
      crate.shape.required.emplace(one.external, one.feature);
      request(crate.tables, one.kind, one.platform, one.external);
      // Cargo only includes development dependencies if tests are built.
      needs_tests_ = needs_tests_ || one.kind == TableKind::DevDependencies;
    }
    return crate;
  }

  CrateShape selected_shape(Kind kind, const Requirement& required) const {
    if (kind == Kind::Test) return {.integration_test = true};
    if (kind == Kind::BinTest) return {.root = CrateShape::Root::Bin, .integration_test = true};
    // With LTO, a plain library would not start in the state that a binary starts in. And a library
    // cannot have `required-features`.
    const bool is_bin = in_.lto == cargo::Lto::AcrossCrates || !required.empty();
    return {.root = is_bin ? CrateShape::Root::Bin : CrateShape::Root::Lib, .tested = in_.testing};
  }

  /// Whether another condition puts the edge into a table that applies whenever this one's does.
  /// That may only be so once what is evaluated for the host and for the target is one platform.
  static bool is_implied(const ExternalEdge& edge, const Condition& condition,
                         const Conditions& all) {
    if (all.size() == 1 || edge.context.side != UnitSide::Target) return false;
    const auto here = all_parts(condition);
    return std::any_of(all.begin(), all.end(), [&](const Condition& other) {
      const auto there = all_parts(other);
      return there.size() < here.size() && requirement(other) == requirement(condition) &&
             std::includes(here.begin(), here.end(), there.begin(), there.end());
    });
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
    CrateRole role{edge.context.abort == main_aborts ? Kind::Root
                   : in_.testing                     ? Kind::BinTest
                                                     : Kind::Test};
    const auto required = requirement(condition);
    const auto platform = all_parts(condition);
    target_crate(required, role);
    if (edge.context.lto == LtoState::ObjectAndBitcode) {
      role.below = Below::Mixed;
    } else if (edge.context.lto == LtoState::Object) {
      role.below = Below::Dylib;
    } else if (would_show(required, TableKind::Dependencies, platform, edge.external)) {
      role.below = Below::OtherTable;
    }
    request(target_crate(required, role).tables, TableKind::Dependencies, platform, edge.external);
  }

  void add_host_edge(const ExternalEdge& edge, const Condition& condition) {
    const auto entry = target_parts(condition);
    const auto required = requirement(condition);
    auto& root = target_crate(required, {Kind::Root});
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
    auto& scripts = apart ? target_crate(required, {Kind::Scripts}) : root;
    scripts.has_script = true;
    // Below a build script, a library that is only linked starts again at bitcode. A package that
    // is requested in both states gets the mixed one.
    if (!has_states() || edge.context.lto != LtoState::Bitcode) {
      request(scripts.tables, TableKind::BuildDependencies, platform, edge.external);
    }
    if (has_states() && edge.context.lto != LtoState::Object) {
      request(target_crate(required, {Kind::Host, Below::Linked}).tables, TableKind::Dependencies,
              platform, edge.external);
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
    crates_[name_of({Kind::Macro})].shape.root = CrateShape::Root::ProcMacro;
    const auto role = macro_role(edge.external, condition);
    const bool linked = has_states() && edge.context.lto != LtoState::Object;
    auto& crate = linked ? target_crate({}, role.with(Below::Linked)) : crates_.at(name_of(role));
    request(crate.tables, TableKind::Dependencies, host_parts(condition), edge.external);
  }

  /// `Macro` if the dependency is on for both sides and for every target, as selected proc-macros
  /// are. Otherwise a crate that is enabled only for the host, behind a condition on the target, as
  /// dependents of the real proc-macro enable its features.
  CrateRole macro_role(cargo::LockId external, const Condition& condition) {
    auto behind = target_parts(condition);
    if (behind.empty() && counts_for_target(external, condition)) return {Kind::Macro};
    const auto number = switched_.try_emplace(std::move(behind), switched_.size()).first->second;
    const CrateRole role{Kind::MacroHost, Below::None, number};
    target_crate({}, role);
    return role;
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

  /// If both crates exist, one depends on the other.
  void link(const std::string& prefix, const CrateRole& above, const CrateRole& below,
            TableKind kind = TableKind::Dependencies) {
    const auto name = prefix + name_of(below);
    if (crates_.contains(name)) crates_.at(prefix + name_of(above)).crates.push_back({kind, name});
  }

  /// The root of each panic context depends on the crates for its other LTO states.
  void link_lto_crates(const std::string& prefix) {
    for (const auto kind : {Kind::Root, Kind::Test, Kind::BinTest}) {
      for (const auto part : {Below::Mixed, Below::Dylib, Below::OtherTable})
        link(prefix, {kind}, {kind, part});
    }
    link(prefix, {Kind::Root}, {Kind::Scripts});
    const bool apart = crates_.contains(prefix + name_of({Kind::Scripts}));
    link(prefix, {apart ? Kind::Scripts : Kind::Root}, {Kind::Host, Below::Linked},
         TableKind::BuildDependencies);
  }

  void link_macro_crates() {
    const CrateRole macro{Kind::Macro};
    link("", macro, macro.with(Below::Linked));
    for (const auto& [platform, number] : switched_) {
      const CrateRole host{Kind::MacroHost, Below::None, number};
      const auto feature = fmt::format("host{}", number);
      link("", host, host.with(Below::Linked));
      crates_.at(name_of(macro))
          .crates.push_back({TableKind::Dependencies, name_of(host), {}, feature, ""});
      // The crate `features` is never built, so this adds no unit. But it enables the feature for
      // the host.
      crates_.at("features")
          .crates.push_back({TableKind::Dependencies, name_of(macro), platform, "", feature});
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
