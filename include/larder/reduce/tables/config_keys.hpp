#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"

// Which keys of cargo's config can affect an external unit. The verdicts, with their reasons, are
// in docs/architecture.md ("Config keys").

namespace larder::reduce {

/// Removes the keys that cannot affect an external unit. Unknown keys stay, because they might.
void keep_reaching_keys(cargo::TomlTable& config);

/// The keys of a reduced config that cargo 1.95 to 1.97 do not have, dotted and sorted, where
/// another cargo could give them a meaning for external units.
std::vector<std::string> unknown_config_keys(const cargo::TomlTable& config);

/// Throws `unsupported` when `resolver.feature-unification` is in effect and not "selected":
/// features then depend on packages other than the selected ones (cargo: ops/resolve.rs). Every
/// cargo ignores the key without `-Zfeature-unification`, given as an `unstable` flag of the
/// command, in config or in `CARGO_UNSTABLE_FEATURE_UNIFICATION`. `stated` holds the settings of
/// `--config` flags, which win over variables, which win over `config`.
void refuse_feature_unification(const std::vector<std::string>& unstable,
                                const cargo::Config& config, const cargo::Config& stated,
                                const Environment& environment);

}  // namespace larder::reduce
