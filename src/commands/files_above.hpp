#pragma once

#include "place.hpp"

namespace larder::commands {

/// Names the config and toolchain files that the build will read but that are too high up to be in
/// a recipe made in this place. Says how to include them.
void note_left_out_files(const Context& context, const Place& place);

/// The same for a command that compiles dependencies: the build must find the files that are read
/// here.
void note_read_files(const Context& context, const Place& place);

}  // namespace larder::commands
