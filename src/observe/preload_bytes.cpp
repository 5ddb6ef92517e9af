#include "preload_bytes.hpp"

#include <cstddef>

#ifdef LARDER_PRELOAD_FILE

// LARDER_PRELOAD_FILE is the built library.
asm(".section .rodata\n"
    ".global larder_preload_begin\n"
    ".global larder_preload_end\n"
    "larder_preload_begin:\n"
    ".incbin \"" LARDER_PRELOAD_FILE
    "\"\n"
    "larder_preload_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
extern const char larder_preload_begin[];
extern const char larder_preload_end[];
}

namespace larder::observe {

std::string_view preload_bytes() {
  return {larder_preload_begin,
          static_cast<std::size_t>(larder_preload_end - larder_preload_begin)};
}

}  // namespace larder::observe

#else

std::string_view larder::observe::preload_bytes() {
  return {};
}

#endif
