#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace larder::test {

/// Choices that depend on nothing but the seed: the distributions of the standard library differ
/// between implementations.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {
    // Of neighbouring seeds the states must not be neighbours.
    state_ = next();
  }

  std::uint64_t next() {
    auto z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  /// From 0 to `end` - 1.
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
  bool chance(unsigned percent) { return next() % 100 < percent; }

  template <typename Value>
  Value pick(std::initializer_list<Value> values) {
    return *(values.begin() + below(values.size()));
  }
  std::string pick(std::initializer_list<const char*> values) {
    return *(values.begin() + below(values.size()));
  }
  template <typename Value>
  const Value& pick(const std::vector<Value>& values) {
    return values[below(values.size())];
  }
  template <typename Value>
  Value& pick(std::vector<Value>& values) {
    return values[below(values.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace larder::test
