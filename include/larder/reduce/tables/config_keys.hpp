#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"

// Which keys of cargo's config can reach an external unit. The verdicts, with their reasons, are in
// docs/architecture.md ("Config keys").

namespace larder::reduce {

/// Drops the keys that no external unit can tell. What is not known stays: it may reach one.
void keep_reaching_keys(cargo::TomlTable& config);

/// The keys of a reduced config that cargo 1.95 to 1.97 do not have, dotted and sorted, where
/// another cargo could give them a meaning for external units.
std::vector<std::string> unknown_config_keys(const cargo::TomlTable& config);

/// Throws `unsupported` where `resolver.feature-unification` says anything but "selected" and has
/// an effect: features are then those of other packages than the selected ones (cargo:
/// ops/resolve.rs). Every cargo ignores the key without `-Zfeature-unification`, which stands among
/// the `unstable` flags of the command, in config or in `CARGO_UNSTABLE_FEATURE_UNIFICATION`.
/// `stated` is what `--config` flags say, which win over variables, which win over `config`.
void refuse_feature_unification(const std::vector<std::string>& unstable,
                                const cargo::Config& config, const cargo::Config& stated,
                                const Environment& environment);

}  // namespace larder::reduce
