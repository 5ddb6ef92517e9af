#pragma once

namespace larder {

/// While it exists, freed memory is kept for the next allocation. Otherwise the kernel would take
/// back the memory of each large file that was read, and clear the pages for the next one. Does
/// nothing where the C library has no such setting.
class KeptMemory {
 public:
  KeptMemory();
  ~KeptMemory();
  KeptMemory(const KeptMemory&) = delete;
  KeptMemory& operator=(const KeptMemory&) = delete;
};

}  // namespace larder
