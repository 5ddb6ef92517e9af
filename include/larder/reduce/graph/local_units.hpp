#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "larder/cargo/manifest/profile.hpp"
#include "larder/reduce/graph/local_features.hpp"

namespace larder::reduce {

/// The platform a unit is compiled for, as far as its dependencies can see.
enum class UnitSide {
  /// The target platform.
  Target,
  /// A build script or proc-macro, or a dependency of one.
  Host,
  /// A build script that has the features of the target side.
  HostOfTarget,
};

/// What a unit with LTO requires of the libraries it depends on (cargo: core/compiler/lto.rs). With
/// LTO off, `Bitcode` means no requirement, and `Object` is what the host keeps.
enum class LtoState { Bitcode, ObjectAndBitcode, Object };

/// What an external package can see of the local unit that depends on it.
struct Context {
  UnitSide side = UnitSide::Target;
  /// Only metadata is needed (`check`). On the host this holds only below selected proc-macros.
  bool check = false;
  /// Compiled with the profile's `panic = "abort"`.
  bool abort = false;
  LtoState lto = LtoState::Bitcode;
  auto operator<=>(const Context&) const = default;
};

struct ExternalEdge {
  Context context;
  cargo::LockId external;
  auto operator<=>(const ExternalEdge&) const = default;
};

/// What a target is compiled for (cargo: `CompileMode`, as far as it affects units).
enum class UnitMode { Build, Check, Test, CheckTest, Doctest };

/// The local part of cargo's unit graph (ops/cargo_compile, core/compiler/unit_dependencies.rs):
/// the units of local packages that a command builds, and the external packages that each depends
/// on.
class LocalUnits {
 public:
  LocalUnits(const Resolution& resolution, const cargo::CommandLine& command,
             const LocalFeatures& features, const std::set<cargo::LocalId>& selected,
             cargo::Lto lto, bool panic_abort);

  const Facts<ExternalEdge>& edges() const { return edges_; }
  /// Proc-macros that are treated as external packages and that the command itself builds or
  /// checks. As a root, such a unit has the profile of the target side. It can coincide with the
  /// unit that external packages use (cargo: ops/cargo_compile, `traverse_and_share`), and is
  /// checked.
  const std::set<cargo::LocalId>& root_macros() const { return root_macros_; }
  /// The packages taken for external ones whose library the command itself builds.
  const std::set<cargo::LocalId>& root_libraries() const { return root_libraries_; }
  /// Whether, with LTO, a library that is only a `dylib` lies below build scripts or proc-macros
  /// beside one that is only linked: their states join in a way that no merged crate has.
  bool has_joined_host_dylib() const;
  /// Whether a dependency of one local package on another has a platform condition.
  bool has_conditional_local_edges() const { return conditional_local_edges_; }

 private:
  struct Unit {
    cargo::LocalId package;
    std::size_t target = 0;
    UnitMode mode = UnitMode::Build;
    Context context;
    auto operator<=>(const Unit&) const = default;
  };
  struct Child {
    Unit unit;
    Conditions conditions;
  };
  /// What a unit depends on.
  struct Below {
    std::vector<Child> local;
    std::vector<std::pair<cargo::LockId, Conditions>> external;
  };
  struct Proposal {
    std::size_t target = 0;
    UnitMode mode = UnitMode::Build;
  };

  void add_roots(cargo::LocalId package);
  std::vector<Proposal> proposals(const cargo::Package& package) const;
  void propose_default(const cargo::Package& package, std::size_t index,
                       std::vector<Proposal>& out) const;
  void propose_named(const cargo::Target& target, std::size_t index,
                     std::vector<Proposal>& out) const;
  void visit_all();
  Below find_below(const Unit& unit);
  Conditions conditions_of(const Unit& unit, const cargo::Dependency& dependency) const;
  void add_external_edges(const Unit& unit, const Below& below);
  void add_own_children(const Unit& unit, std::vector<Child>& out) const;
  Unit make_unit(cargo::LocalId package, std::size_t target, UnitMode mode, UnitSide side,
                 bool abort, LtoState parent) const;
  Unit library_unit(cargo::LocalId package, const Context& below, bool checking) const;
  bool has_target_features(const Unit& unit) const;
  bool depends_on_library(const Unit& unit) const;
  std::optional<cargo::LockId> library_entry(const Unit& unit) const;
  void add_asked_by_externals(const Unit& unit, const cargo::Dependency& dependency,
                              Conditions& conditions) const;
  Context context_below(const Unit& unit) const;
  UnitMode base_mode() const;

  const Resolution& resolution_;
  const cargo::CommandLine& command_;
  const LocalFeatures& features_;
  cargo::Lto lto_;
  bool panic_abort_;
  bool conditional_local_edges_ = false;
  std::set<cargo::LocalId> root_macros_;
  std::set<cargo::LocalId> root_libraries_;
  Facts<Unit> units_;
  Facts<ExternalEdge> edges_;
};

}  // namespace larder::reduce
