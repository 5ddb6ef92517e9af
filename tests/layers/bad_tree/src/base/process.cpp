#include "larder/cargo/toml.hpp"

// std::exit(1) in a comment is nothing, and here it is allowed.
void end() {
  std::exit(1);
}
