#include <cstddef>
#include <cstdint>

#include "fuzz.hpp"

// What libFuzzer calls; the name is its own.

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The library has no empty input but a null pointer.
  const auto* text = size == 0 ? "" : reinterpret_cast<const char*>(data);
  larder::test::accepts([&] { larder::test::run({text, size}); });
  return 0;
}
