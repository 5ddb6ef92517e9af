#include "larder/store/hash.hpp"

#include <blake3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

namespace larder::store {

struct Hasher::State {
  blake3_hasher hasher{};
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  blake3_hasher_init(&state_->hasher);
}

Hasher::Hasher(std::string_view key) : state_(std::make_unique<State>()) {
  if (!is_digest(key)) throw std::invalid_argument("a key has 64 hexadecimal digits");
  std::array<std::uint8_t, BLAKE3_KEY_LEN> bytes{};
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(value(key[2 * i]) * 16 + value(key[2 * i + 1]));
  blake3_hasher_init_keyed(&state_->hasher, bytes.data());
}

Hasher::~Hasher() = default;

Hasher& Hasher::add(std::string_view bytes) {
  blake3_hasher_update(&state_->hasher, bytes.data(), bytes.size());
  return *this;
}

Hasher& Hasher::add_field(std::string_view bytes) {
  return add(std::to_string(bytes.size())).add(":").add(bytes);
}

std::string Hasher::digest() const {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<std::uint8_t, BLAKE3_OUT_LEN> bytes{};
  blake3_hasher_finalize(&state_->hasher, bytes.data(), bytes.size());
  std::string out;
  for (const auto byte : bytes) {
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

std::string hash(std::string_view bytes) {
  return Hasher().add(bytes).digest();
}

bool is_digest(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace larder::store
