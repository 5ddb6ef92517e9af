#include "larder/store/hash.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace larder::store;

TEST_CASE("digests are those of BLAKE3") {
  // From the project's test vectors: inputs are the bytes 0 to 250, again and again.
  struct Row {
    std::size_t length;
    std::string digest;
    std::string keyed;
  };
  const std::vector<Row> rows{
      {0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
       "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26"},
      {1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
       "6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b"},
      {1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
       "75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4"}};
  std::string key;
  for (const char c : std::string_view("whats the Elvish word for friend")) {
    constexpr std::string_view digits = "0123456789abcdef";
    key += digits[static_cast<unsigned char>(c) >> 4U];
    key += digits[static_cast<unsigned char>(c) & 15U];
  }
  for (const auto& row : rows) {
    CAPTURE(row.length);
    std::string input;
    for (std::size_t i = 0; i < row.length; ++i) input += static_cast<char>(i % 251);
    CHECK(hash(input) == row.digest);
    CHECK(Hasher(key).add(input).digest() == row.keyed);
  }
}

TEST_CASE("fields are not run together") {
  const auto digest_of = [](std::initializer_list<std::string_view> fields) {
    Hasher hasher;
    for (const auto& field : fields) hasher.add_field(field);
    return hasher.digest();
  };
  CHECK(digest_of({"ab", "c"}) != digest_of({"a", "bc"}));
  CHECK(digest_of({"a"}) != digest_of({"a", ""}));
  CHECK(digest_of({"1:a"}) != digest_of({"a"}));
}

TEST_CASE("what is no digest is no key") {
  for (const std::string text : {"", "abc", "G"}) {
    CAPTURE(text);
    CHECK_FALSE(is_digest(text));
    CHECK_THROWS_AS(Hasher{text}, std::invalid_argument);
  }
  CHECK(is_digest(hash("")));
  CHECK_FALSE(is_digest(std::string(64, 'A')));
}
