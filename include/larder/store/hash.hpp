#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace larder::store {

/// BLAKE3 with 256 bits, as 64 hexadecimal digits.
class Hasher {
 public:
  Hasher();
  /// Keyed by another digest, so that what was hashed cannot be guessed without it. Throws
  /// `std::invalid_argument` when `key` is not a digest.
  explicit Hasher(std::string_view key);
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& add(std::string_view bytes);
  /// Adds the length first, so that different lists of fields never hash alike.
  Hasher& add_field(std::string_view bytes);
  std::string digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string hash(std::string_view bytes);

/// Whether it is 64 lower-case hexadecimal digits.
bool is_digest(std::string_view text);

}  // namespace larder::store
