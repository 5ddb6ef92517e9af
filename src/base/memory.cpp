#include "larder/base/memory.hpp"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace larder {

#ifdef __GLIBC__

namespace {

/// The largest value that glibc accepts.
constexpr int mapped_from = 32 << 20;
constexpr int kept_bytes = 512 << 20;
/// glibc's default.
constexpr int usually_kept_bytes = 128 << 10;

}  // namespace

KeptMemory::KeptMemory() {
  ::mallopt(M_MMAP_THRESHOLD, mapped_from);
  ::mallopt(M_TRIM_THRESHOLD, kept_bytes);
}

KeptMemory::~KeptMemory() {
  ::mallopt(M_TRIM_THRESHOLD, usually_kept_bytes);
  ::malloc_trim(0);
}

#else

KeptMemory::KeptMemory() = default;
KeptMemory::~KeptMemory() = default;

#endif

}  // namespace larder
