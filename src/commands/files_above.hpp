#pragma once

#include "place.hpp"

namespace larder::commands {

/// Names the config and toolchain files that the build will read and that lie too high up to be in
/// the recipe that was made in this place, and how it gets to have them.
void note_left_out_files(const Context& context, const Place& place);

/// The same where dependencies are compiled: the build must find what is read here.
void note_read_files(const Context& context, const Place& place);

}  // namespace larder::commands
