#include "larder/cli/cli.hpp"

extern "C" int cargo_larder_main(int argc, char** argv) {
  return larder::cli::run(argc, argv);
}
