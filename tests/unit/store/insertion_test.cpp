#include "larder/store/insertion.hpp"

#include <doctest/doctest.h>

#include "larder/store/hash.hpp"

using namespace larder::store;

TEST_CASE("what is taken out of a file is put back in its place") {
  const std::string part(5000, 'm');
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
           {"", ""}, {"a", ""}, {"", "z"}, {"head", "tail"}, {std::string(9000, 'x'), "m"}}) {
    const auto whole = before + part + after;
    const auto rest = take_out(part, whole);
    REQUIRE(rest);
    CHECK(rest->bytes == before + after);
    CHECK(rest->at == before.size());
    const std::vector<StoredFile> files{
        {"a.rlib", hash(rest->bytes), whole.size(), false, hash(part), rest->at},
        {"a.rmeta", hash(part), part.size(), false}};
    std::vector<std::string> contents{rest->bytes, part};
    REQUIRE(put_back(files, contents));
    CHECK(contents == std::vector<std::string>{whole, part});
  }
}

TEST_CASE("a file that does not contain the other, or little of it, stays whole") {
  const std::string part(5000, 'm');
  CHECK_FALSE(take_out(part, std::string(4999, 'm')));
  CHECK_FALSE(take_out(part, std::string(2500, 'm') + "x" + std::string(2500, 'm')));
  CHECK_FALSE(take_out("m", "mmm"));
}

TEST_CASE("what does not fit is not put back") {
  std::vector<std::string> contents{"ab", "c"};
  const auto put = [&](const std::string& inserted, std::uint64_t at, std::uint64_t size = 3) {
    return put_back({{"a", hash("ab"), size, false, inserted, at}, {"b", hash("c"), 1, false}},
                    contents);
  };
  CHECK_FALSE(put(hash("c"), 3));
  CHECK_FALSE(put(hash("other"), 0));
  // Not even into itself.
  CHECK_FALSE(put(hash("ab"), 0));
  CHECK(put(hash("c"), 2));
  CHECK(contents[0] == "abc");
  contents[0] = "ab";
  CHECK_FALSE(put(hash("c"), 2, 4));
}
