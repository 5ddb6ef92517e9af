#include "larder/store/collect.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>

#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"
#include "larder/store/hash.hpp"

using namespace larder;
using namespace larder::store;

namespace {

constexpr std::int64_t second = 1'000'000'000;

std::int64_t seconds_ago(std::int64_t seconds) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() - seconds * second;
}

/// Noise, so that it is as large on disk.
std::string noise_of(const std::string& seed, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; out.size() < bytes; ++i) {
    const auto digest = hash(seed + std::to_string(i));
    for (std::size_t j = 0; j < 64; j += 2)
      out += static_cast<char>(std::stoi(digest.substr(j, 2), nullptr, 16));
  }
  out.resize(bytes);
  return out;
}

/// A store with units that were used some time ago.
class FilledStore {
 public:
  void add(const std::string& key, const std::string& contents, std::int64_t used_before,
           bool is_local = false) {
    Variant variant;
    variant.is_local = is_local;
    variant.unit = contents;
    variant.output = hash(contents);
    const auto bytes = noise_of(contents, 10'000);
    variant.files = {{"debug/deps/" + contents, store.blobs().put(bytes), bytes.size(), false}};
    store.add(hash(key), variant);
    for (const auto& found : store.variants(hash(key))) {
      if (found.variant == variant) set_modified(found.document, seconds_ago(used_before));
    }
    date_blob(bytes, 2 * 3600);
  }

  void date_blob(const std::string& bytes, std::int64_t seconds) {
    set_modified(store.blobs().find(hash(bytes)).value(), seconds_ago(seconds));
  }

  std::vector<std::string> units(const std::string& key) {
    std::vector<std::string> out;
    for (const auto& found : store.variants(hash(key))) out.push_back(found.variant.unit);
    return out;
  }

  test::TemporaryDirectory directory;
  Store store{directory.path(), Access::ReadAndWrite, false};
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("of a key, the variants that were used last are kept") {
  FilledStore filled;
  for (int i = 1; i <= 4; ++i) filled.add("key", std::to_string(i), i * 100);
  filled.add("other", "7", 10'000);
  const auto collected = collect(filled.store, {std::uint64_t{1} << 30U, 2});
  REQUIRE(collected);
  CHECK(collected->variants == 2);
  CHECK(collected->blobs == 2);
  CHECK(collected->bytes == 20'000);
  CHECK(filled.units("key") == Names{"1", "2"});
  CHECK(filled.units("other") == Names{"7"});
}

TEST_CASE("above the limit, what was used last the longest ago goes, to nine tenths") {
  FilledStore filled;
  for (int i = 1; i <= 10; ++i) filled.add("key " + std::to_string(i), std::to_string(i), i * 100);
  SUBCASE("not below it") {
    CHECK(collect(filled.store, {100'000, 4})->variants == 0);
  }
  SUBCASE("above it") {
    CHECK(collect(filled.store, {50'000, 4})->variants == 6);
    CHECK(filled.units("key 4") == Names{"4"});
    CHECK(filled.units("key 5").empty());
    CHECK(usage_of(filled.store).bytes == 40'000);
  }
}

TEST_CASE("a blob stays while a variant has it, and for an hour without one") {
  FilledStore filled;
  filled.add("one", "same", 100);
  filled.add("two", "same", 50);
  filled.date_blob(noise_of("same", 10'000), 0);
  filled.store.blobs().put("new");
  filled.store.blobs().put("old");
  filled.date_blob("old", 3700);
  const auto collected = collect(filled.store, {1, 4});
  REQUIRE(collected);
  CHECK(collected->variants == 2);
  CHECK(collected->blobs == 2);
  CHECK(filled.store.blobs().get(hash("new")) == "new");
}

TEST_CASE("what was left half written is removed after a day") {
  FilledStore filled;
  for (const auto& [name, hours] : std::map<std::string, int>{{"young", 23}, {"old", 25}}) {
    write_file_atomically(filled.directory / ("tmp/" + name), "");
    set_modified(filled.directory / ("tmp/" + name), seconds_ago(hours * 3600));
  }
  REQUIRE(collect(filled.store, {}));
  CHECK(std::filesystem::exists(filled.directory / "tmp/young"));
  CHECK_FALSE(std::filesystem::exists(filled.directory / "tmp/old"));
}

TEST_CASE("nothing is collected while others use the store, who share it") {
  FilledStore filled;
  filled.add("key", "a", 100);
  const auto& directory = filled.directory.path();
  {
    const Lock one(directory, Lock::Kind::Shared);
    const Lock two(directory, Lock::Kind::Shared);
    CHECK(one.is_held());
    CHECK(two.is_held());
    CHECK_FALSE(collect(filled.store, {1, 0}));
  }
  CHECK(filled.units("key") == Names{"a"});
  CHECK(collect(filled.store, {1, 0}));
  CHECK(filled.units("key").empty());
}

TEST_CASE("local units, however new, push external ones out only up to a quarter of the size") {
  FilledStore filled;
  for (int i = 0; i < 6; ++i)
    filled.add("e" + std::to_string(i), "external" + std::to_string(i), 900 + i);
  for (int i = 0; i < 6; ++i)
    filled.add("l" + std::to_string(i), "local" + std::to_string(i), 100 + i, true);
  CHECK(usage_of(filled.store).local_variants == 6);
  // Of 120 kB, 90 may stay: three local units go, and no external one.
  CHECK(collect(filled.store, {100'000, 4})->variants == 3);
  CHECK(usage_of(filled.store).local_variants == 3);
  // Of 90 kB, 45 may stay: one local unit, which is less than a quarter, and three external ones.
  CHECK(collect(filled.store, {50'000, 4})->variants == 5);
  CHECK(usage_of(filled.store).local_variants == 1);
  CHECK(filled.units("l0").size() == 1);
  CHECK(filled.units("e0").size() == 1);
}

TEST_CASE("a damaged document does not hinder") {
  FilledStore filled;
  filled.add("key", "a", 100);
  write_file_atomically(filled.store.variants(hash("key")).front().document, "garbage");
  REQUIRE(collect(filled.store, {}));
  CHECK(usage_of(filled.store).variants == 0);
}
