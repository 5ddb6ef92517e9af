#pragma once

namespace larder::cli {

/// The whole program: reads arguments and environment, runs a command and reports errors. Returns
/// the exit code: 0, 1 for an error, 2 for wrong usage, otherwise cargo's own.
int run(int argc, char** argv);

}  // namespace larder::cli
