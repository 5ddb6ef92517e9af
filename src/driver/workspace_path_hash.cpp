#include "workspace_path_hash.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "larder/base/path.hpp"

namespace larder::driver {

namespace {

/// SipHash-1-3 with a 128-bit result and a zero key. Cargo uses a mix of both halves.
class StableHasher {
 public:
  void write(const std::string& bytes) { text_ += bytes; }

  void write(std::uint64_t number) {
    for (int i = 0; i < 8; ++i, number >>= 8U) text_ += static_cast<char>(number & 0xffU);
  }

  std::uint64_t finish() {
    const auto words = text_.size() / 8;
    for (std::size_t i = 0; i < words; ++i) take(word(8 * i, 8));
    take(std::uint64_t{text_.size() & 0xffU} << 56U | word(8 * words, text_.size() % 8));
    v_[2] ^= 0xeeU;
    const auto low = finalize();
    v_[1] ^= 0xddU;
    const auto high = finalize();
    return low * 3 + high;
  }

 private:
  std::uint64_t word(std::size_t at, std::size_t size) const {
    std::uint64_t out = 0;
    for (std::size_t i = size; i > 0; --i)
      out = out << 8U | static_cast<unsigned char>(text_[at + i - 1]);
    return out;
  }

  void take(std::uint64_t element) {
    v_[3] ^= element;
    round();
    v_[0] ^= element;
  }

  std::uint64_t finalize() {
    for (int i = 0; i < 3; ++i) round();
    return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  }

  void round() {
    v_[0] += v_[1];
    v_[2] += v_[3];
    v_[1] = std::rotl(v_[1], 13) ^ v_[0];
    v_[3] = std::rotl(v_[3], 16) ^ v_[2];
    v_[0] = std::rotl(v_[0], 32);
    v_[2] += v_[1];
    v_[0] += v_[3];
    v_[1] = std::rotl(v_[1], 17) ^ v_[2];
    v_[3] = std::rotl(v_[3], 21) ^ v_[0];
    v_[2] = std::rotl(v_[2], 32);
  }

  // The initial values of SipHash; 0xee in the second one selects the 128-bit variant.
  std::array<std::uint64_t, 4> v_{0x736f6d6570736575U, 0x646f72616e646f6dU ^ 0xeeU,
                                  0x6c7967656e657261U, 0x7465646279746573U};
  std::string text_;
};

/// Hashes a path as Rust's standard library does: its components, and a number that encodes how
/// their bytes are divided.
std::uint64_t hash_of_path(const std::string& path) {
  StableHasher hasher;
  std::uint64_t division = 0;
  for (const auto& component : path::components(path)) {
    hasher.write(component);
    division = std::rotr(division + component.size(), 2);
  }
  hasher.write(division);
  return hasher.finish();
}

}  // namespace

std::string workspace_path_hash(const std::string& manifest) {
  const auto digits = fmt::format("{:016x}", __builtin_bswap64(hash_of_path(manifest)));
  return digits.substr(0, 2) + "/" + digits.substr(2);
}

}  // namespace larder::driver
