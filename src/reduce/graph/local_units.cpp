#include "larder/reduce/graph/local_units.hpp"

#include <algorithm>
#include <string_view>

#include "larder/cargo/manifest/names.hpp"

namespace larder::reduce {

using cargo::DependencyKind;
using cargo::Package;
using cargo::Target;
using cargo::TargetKind;

namespace {

/// The LTO state that a unit passes on, given that of its dependent (cargo: core/compiler/lto.rs).
/// A root is treated as if its dependent asked for bitcode.
LtoState lto_below(cargo::Lto lto, LtoState parent, const Target& target, bool as_binary) {
  if (target.kind == TargetKind::BuildScript || target.is_proc_macro()) return LtoState::Object;
  static const std::vector<std::string> executable{"bin"};
  const bool is_library = target.kind == TargetKind::Lib || target.kind == TargetKind::Example;
  const auto& types = as_binary || !is_library ? executable : target.crate_types;
  const auto all = [&](auto&& accepts) { return std::all_of(types.begin(), types.end(), accepts); };
  const auto linked = [](std::string_view type) {
    return type == "bin" || type == "staticlib" || type == "cdylib";
  };
  const auto rust_library = [](std::string_view type) { return type == "lib" || type == "rlib"; };
  if (all(linked)) return LtoState::Bitcode;
  if (lto == cargo::Lto::Off) return parent;
  // A `staticlib` together with an `rlib` counts as mixed, as a `cdylib` with one does.
  if (parent == LtoState::Bitcode && !all(rust_library)) {
    const bool only_dylib = all([](std::string_view type) { return type == "dylib"; });
    return only_dylib ? LtoState::Object : LtoState::ObjectAndBitcode;
  }
  return parent;
}

bool is_testing(UnitMode mode) {
  return mode == UnitMode::Test || mode == UnitMode::CheckTest || mode == UnitMode::Doctest;
}

/// Whether cargo skips the documentation of a binary, because it would overwrite that of the
/// library with the same name.
bool is_shadowed(const Target& target, const Package& package) {
  const auto* lib = package.lib();
  return target.kind == TargetKind::Bin && lib != nullptr &&
         cargo::crate_name(lib->name) == cargo::crate_name(target.name);
}

/// Cargo's `doctestable`. With `--doc`, cargo ignores the key `doctest`.
bool may_have_doctests(const Target& target) {
  return std::any_of(target.crate_types.begin(), target.crate_types.end(), [](const auto& type) {
    return type == "lib" || type == "rlib" || type == "proc-macro";
  });
}

}  // namespace

LocalUnits::LocalUnits(const Resolution& resolution, const cargo::CommandLine& command,
                       const LocalFeatures& features, const std::set<cargo::LocalId>& selected,
                       cargo::Lto lto, bool panic_abort)
    : resolution_(resolution),
      command_(command),
      features_(features),
      lto_(lto),
      panic_abort_(panic_abort) {
  for (const auto package : selected) add_roots(package);
  visit_all();
}

UnitMode LocalUnits::base_mode() const {
  switch (command_.intent) {
    case cargo::Intent::Check:
      return command_.compiles_tests() ? UnitMode::CheckTest : UnitMode::Check;
    case cargo::Intent::Doc:
      return UnitMode::Check;
    case cargo::Intent::Build:
      return UnitMode::Build;
    default:
      return UnitMode::Test;
  }
}

LocalUnits::Unit LocalUnits::make_unit(cargo::LocalId package, std::size_t target, UnitMode mode,
                                       UnitSide side, bool abort, LtoState parent) const {
  const auto& described = resolution_.package(package).targets[target];
  // A test is linked like a binary. `check` links nothing, so the crate types decide.
  const bool as_binary = mode == UnitMode::Test || mode == UnitMode::Doctest;
  const auto state =
      lto_ == cargo::Lto::Local ? LtoState::Bitcode : lto_below(lto_, parent, described, as_binary);
  const bool check = mode == UnitMode::Check || mode == UnitMode::CheckTest;
  return {package, target, mode, {side, check, abort, state}};
}

// ---------------------------------------------------------------------------------------------
// roots

void LocalUnits::propose_default(const Package& package, std::size_t index,
                                 std::vector<Proposal>& out) const {
  const auto& target = package.targets[index];
  const bool lib_or_bin = target.kind == TargetKind::Lib || target.kind == TargetKind::Bin;
  switch (command_.intent) {
    case cargo::Intent::Test:
      if (target.test || target.kind == TargetKind::Example) {
        // `test` compiles examples, but as tests only if they have `test = true`.
        const bool plain = target.kind == TargetKind::Example && !target.test;
        out.push_back({index, plain ? UnitMode::Build : UnitMode::Test});
      }
      if (target.kind == TargetKind::Lib && target.doctest)
        out.push_back({index, UnitMode::Doctest});
      break;
    case cargo::Intent::Bench:
      if (target.bench) out.push_back({index, UnitMode::Test});
      break;
    case cargo::Intent::Doc:
      if (lib_or_bin && target.doc && !is_shadowed(target, package)) {
        out.push_back({index, base_mode()});
      }
      break;
    default:
      if (lib_or_bin) out.push_back({index, base_mode()});
  }
}

void LocalUnits::propose_named(const Target& target, std::size_t index,
                               std::vector<Proposal>& out) const {
  const auto test_mode =
      command_.intent == cargo::Intent::Check ? UnitMode::CheckTest : UnitMode::Test;
  if (target.kind == TargetKind::Lib && command_.doc && may_have_doctests(target))
    out.push_back({index, UnitMode::Doctest});
  if (target.kind == TargetKind::Lib && (command_.lib || command_.all_targets))
    out.push_back({index, base_mode()});
  if ((target.kind == TargetKind::Bin || target.kind == TargetKind::Example) &&
      command_.filter(target.kind).selects(target.name)) {
    out.push_back({index, base_mode()});
  }
  const std::vector<std::pair<TargetKind, bool>> harnesses{{TargetKind::Test, target.test},
                                                           {TargetKind::Bench, target.bench}};
  for (const auto& [kind, flag] : harnesses) {
    const auto filter = command_.filter(kind);
    // `--tests` means every target with `test = true`, `--test NAME` an integration test.
    if (filter.all ? flag : target.kind == kind && filter.selects(target.name))
      out.push_back({index, test_mode});
  }
}

std::vector<LocalUnits::Proposal> LocalUnits::proposals(const Package& package) const {
  std::vector<Proposal> out;
  for (std::size_t i = 0; i < package.targets.size(); ++i) {
    const auto& target = package.targets[i];
    if (target.kind == TargetKind::BuildScript) continue;
    if (command_.names_targets()) {
      propose_named(target, i, out);
    } else {
      propose_default(package, i, out);
    }
  }
  return out;
}

void LocalUnits::add_roots(cargo::LocalId package) {
  const auto& described = resolution_.package(package);
  for (const auto& [index, mode] : proposals(described)) {
    const auto& target = described.targets[index];
    const auto side = target.is_proc_macro() ? UnitSide::Host : UnitSide::Target;
    // Under `test` and `bench` every root unwinds, examples included.
    const bool abort = panic_abort_ && base_mode() != UnitMode::Test && !is_testing(mode) &&
                       side == UnitSide::Target;
    const auto unit = make_unit(package, index, mode, side, abort, LtoState::Bitcode);
    const auto conditions =
        target.kind == TargetKind::Lib ? always : features_.required(package, target);
    const auto entry = library_entry(unit);
    // A doctest counts here, because it depends on the library.
    if (resolution_.patched_entry(package) && target.kind == TargetKind::Lib &&
        mode != UnitMode::Test && mode != UnitMode::CheckTest)
      root_libraries_.insert(package);
    for (const auto& condition : conditions) {
      if (entry && target.is_proc_macro()) {
        root_macros_.insert(package);
      } else if (entry) {
        // The same request as that of a crate that depends on the library.
        edges_.add({{UnitSide::Target, unit.context.check,
                     panic_abort_ && base_mode() != UnitMode::Test, LtoState::Bitcode},
                    *entry},
                   condition);
      } else {
        units_.add(unit, condition);
      }
    }
  }
}

/// The lock entry of the unit, if it is the library of a package that is treated as external.
std::optional<cargo::LockId> LocalUnits::library_entry(const Unit& unit) const {
  const auto& target = resolution_.package(unit.package).targets[unit.target];
  if (target.kind != TargetKind::Lib || is_testing(unit.mode)) return std::nullopt;
  return resolution_.patched_entry(unit.package);
}

bool LocalUnits::has_joined_host_dylib() const {
  bool dylib = false;
  bool linked = false;
  for (const auto& [unit, conditions] : units_.all()) {
    const auto& target = resolution_.package(unit.package).targets[unit.target];
    if (lto_ == cargo::Lto::Local || unit.context.side == UnitSide::Target ||
        target.kind != TargetKind::Lib)
      continue;
    dylib = dylib || target.crate_types == std::vector<std::string>{"dylib"};
    linked = linked || unit.context.lto == LtoState::Bitcode;
  }
  return dylib && linked;
}

// ---------------------------------------------------------------------------------------------
// edges

void LocalUnits::visit_all() {
  // What a unit depends on is the same whatever its own conditions are.
  std::map<Unit, Below> seen;
  std::set<Unit> pending;
  for (const auto& [unit, conditions] : units_.all()) pending.insert(unit);
  while (!pending.empty()) {
    const auto unit = *pending.begin();
    pending.erase(pending.begin());
    const auto own = units_.of(unit);
    const auto [entry, is_new] = seen.try_emplace(unit);
    if (is_new) entry->second = find_below(unit);
    for (const auto& child : entry->second.local) {
      bool grown = false;
      for (const auto& a : own) {
        for (const auto& b : child.conditions) grown = units_.add(child.unit, both(a, b)) || grown;
      }
      if (grown) pending.insert(child.unit);
    }
  }
  for (const auto& [unit, below] : seen) add_external_edges(unit, below);
}

/// Whether the features of the target side decide which optional dependencies of the unit are on.
/// The unit test of a proc-macro is compiled with the features of the target side, but those of the
/// host side decide what it depends on.
bool LocalUnits::has_target_features(const Unit& unit) const {
  const auto side = unit.context.side;
  return side == UnitSide::Target || side == UnitSide::HostOfTarget || resolution_.old_resolver();
}

/// Adds the conditions under which external packages turn on an optional dependency. If the unit's
/// own library is compiled in the same way as the unit, that library already has the dependency.
void LocalUnits::add_asked_by_externals(const Unit& unit, const cargo::Dependency& dependency,
                                        Conditions& conditions) const {
  if (!resolution_.patched_entry(unit.package)) return;
  const auto& package = resolution_.package(unit.package);
  const auto& target = package.targets[unit.target];
  const bool own_library = target.kind != TargetKind::Lib || unit.mode == UnitMode::Doctest;
  if (package.is_proc_macro()) {
    // On the target side, what they request only matters with resolver 1.
    const bool for_target = unit.context.side == UnitSide::Target;
    if (for_target && !resolution_.old_resolver()) return;
    // If the unit is checked, its library already has the dependency.
    if (!for_target && (own_library || unit.context.check)) return;
  } else if (own_library) {
    return;
  }
  for (const auto& [feature, values] : package.features) {
    const bool switches_on = std::any_of(values.begin(), values.end(), [&](const auto& text) {
      if (text.find(dependency.key) == std::string::npos) return false;
      const auto value = cargo::parse_feature_value(text);
      return value.dependency == dependency.key && !value.weak;
    });
    if (switches_on) features_.add_asked_by_externals(unit.package, feature, conditions);
  }
}

/// The conditions under which a unit has a dependency that is not absent.
Conditions LocalUnits::conditions_of(const Unit& unit, const cargo::Dependency& dependency) const {
  const auto side = has_target_features(unit) ? Side::Normal : Side::Host;
  auto active = features_.active(unit.package, side, dependency);
  if (dependency.optional) add_asked_by_externals(unit, dependency, active);
  if (dependency.condition.empty()) return active;
  const auto own = condition_of(dependency.condition, unit.context.side != UnitSide::Target);
  Conditions out;
  for (const auto& one : active) absorb(out, both(one, own));
  return out;
}

LocalUnits::Below LocalUnits::find_below(const Unit& unit) {
  const auto& package = resolution_.package(unit.package);
  const auto& target = package.targets[unit.target];
  const bool script = target.kind == TargetKind::BuildScript;
  const bool wants_dev = target.kind == TargetKind::Test || target.kind == TargetKind::Example ||
                         is_testing(unit.mode);
  const auto context = context_below(unit);
  Below out;
  for (std::size_t i = 0; i < package.dependencies.size(); ++i) {
    const auto& dependency = package.dependencies[i];
    const auto& resolved = resolution_.dependencies[unit.package][i];
    if (script != (dependency.kind == DependencyKind::Build)) continue;
    if (dependency.kind == DependencyKind::Development && !wants_dev) continue;
    if (resolved.is_absent()) continue;
    auto conditions = conditions_of(unit, dependency);
    if (conditions.empty()) continue;
    if (const auto* external = resolved.external()) {
      out.external.emplace_back(*external, std::move(conditions));
      continue;
    }
    if (!dependency.condition.empty()) conditional_local_edges_ = true;
    if (resolution_.package(*resolved.local()).lib() == nullptr) continue;
    out.local.push_back(
        {library_unit(*resolved.local(), context, unit.context.check), std::move(conditions)});
  }
  add_own_children(unit, out.local);
  return out;
}

Context LocalUnits::context_below(const Unit& unit) const {
  auto context = unit.context;
  if (resolution_.package(unit.package).targets[unit.target].kind == TargetKind::BuildScript) {
    context.side = UnitSide::Host;
  }
  return context;
}

/// Whether a unit depends on the library of its own package.
bool LocalUnits::depends_on_library(const Unit& unit) const {
  const auto kind = resolution_.package(unit.package).targets[unit.target].kind;
  if (kind == TargetKind::BuildScript) return false;
  return kind != TargetKind::Lib || unit.mode == UnitMode::Doctest;
}

/// Adds the build script, library and binaries of its own package that the unit depends on.
void LocalUnits::add_own_children(const Unit& unit, std::vector<Child>& out) const {
  const auto& package = resolution_.package(unit.package);
  const auto& target = package.targets[unit.target];
  if (target.kind == TargetKind::BuildScript) return;
  const bool target_features = has_target_features(unit);
  for (std::size_t i = 0; i < package.targets.size(); ++i) {
    const auto& other = package.targets[i];
    if (other.kind == TargetKind::BuildScript) {
      const auto script_side = target_features ? UnitSide::HostOfTarget : UnitSide::Host;
      out.push_back(
          {make_unit(unit.package, i, UnitMode::Build, script_side, false, LtoState::Bitcode),
           always});
    } else if (other.kind == TargetKind::Lib) {
      const bool needs_lib = depends_on_library(unit);
      if (needs_lib && other.is_linkable() && !resolution_.patched_entry(unit.package))
        out.push_back({library_unit(unit.package, unit.context, unit.context.check), always});
    } else if (other.kind == TargetKind::Bin && unit.mode == UnitMode::Test &&
               (target.kind == TargetKind::Test || target.kind == TargetKind::Bench)) {
      // Integration tests run the package's binaries.
      const auto conditions = features_.required(unit.package, other);
      if (conditions.empty()) continue;
      out.push_back({make_unit(unit.package, i, UnitMode::Build, UnitSide::Target, panic_abort_,
                               LtoState::Bitcode),
                     conditions});
    }
  }
}

LocalUnits::Unit LocalUnits::library_unit(cargo::LocalId package, const Context& below,
                                          bool checking) const {
  const auto& described = resolution_.package(package);
  const auto index = static_cast<std::size_t>(described.lib() - described.targets.data());
  const bool macro = described.is_proc_macro();
  return make_unit(package, index, checking && !macro ? UnitMode::Check : UnitMode::Build,
                   macro ? UnitSide::Host : below.side, !macro && below.abort, below.lto);
}

void LocalUnits::add_external_edges(const Unit& unit, const Below& below) {
  const auto context = context_below(unit);
  const auto& own = units_.of(unit);
  for (const auto& [external, conditions] : below.external) {
    for (const auto& a : own) {
      for (const auto& b : conditions) edges_.add({context, external}, both(a, b));
    }
  }
  const auto entry = resolution_.patched_entry(unit.package);
  const auto* library = resolution_.package(unit.package).lib();
  if (!entry || !depends_on_library(unit) || library == nullptr || !library->is_linkable()) return;
  for (const auto& condition : own) edges_.add({context, *entry}, condition);
}

}  // namespace larder::reduce
