#include "larder/store/store.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"
#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/parallel.hpp"
#include "larder/store/hash.hpp"

using namespace larder;
using namespace larder::store;

namespace {

Store open_store(const std::string& directory, Access access = Access::ReadAndWrite) {
  return {directory, access, false};
}

Variant variant_with(const std::string& output) {
  Variant out;
  out.unit = "a";
  out.output = hash(output);
  return out;
}

/// The id of what opening it throws; empty when it is opened.
std::string refusal(const std::string& directory, Access access = Access::ReadAndWrite) {
  try {
    open_store(directory, access);
  } catch (const Error& error) {
    return error.id();
  }
  return "";
}

}  // namespace

TEST_CASE("a store is made where there is none") {
  const test::TemporaryDirectory directory;
  const auto place = directory / "deep/store";
  { const auto store = open_store(place); }
  CHECK(read_file(place + "/format") == "cargo-larder store 1\n");
  CHECK(refusal(place) == "");
  CHECK(refusal(place, Access::Read) == "");
}

TEST_CASE("a store that was half made is made whole") {
  const test::TemporaryDirectory directory;
  write_file_atomically(directory / "key", hash("key") + "\n");
  make_directories(directory / "blobs");
  CHECK(refusal(directory.path()) == "");
  CHECK(read_file(directory / "key") == hash("key") + "\n");
}

TEST_CASE("what is no store that we may use is refused, and left as it is") {
  struct Row {
    const char* what;
    void (*prepare)(const std::string& directory);
    Access access;
    std::string id;
  };
  const std::vector<Row> rows{
      {"a later format",
       [](const std::string& d) { write_file_atomically(d + "/format", "cargo-larder store 2\n"); },
       Access::ReadAndWrite, "store-format"},
      {"another directory",
       [](const std::string& d) { write_file_atomically(d + "/Cargo.toml", ""); },
       Access::ReadAndWrite, "store-format"},
      {"an empty directory, to read", [](const std::string&) {}, Access::Read, "store-missing"},
      {"no key",
       [](const std::string& d) { write_file_atomically(d + "/format", "cargo-larder store 1\n"); },
       Access::Read, "store-format"},
      {"written by the group", [](const std::string& d) { ::chmod(d.c_str(), 0770); },
       Access::ReadAndWrite, "store-untrusted"},
      {"written by all", [](const std::string& d) { ::chmod(d.c_str(), 0707); }, Access::Read,
       "store-untrusted"}};
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const test::TemporaryDirectory directory;
    row.prepare(directory.path());
    const auto before = directory.names();
    CHECK(refusal(directory.path(), row.access) == row.id);
    CHECK(directory.names() == before);
  }
  const test::TemporaryDirectory directory;
  CHECK(refusal(directory / "none", Access::Read) == "store-missing");
  write_file_atomically(directory / "file", "");
  CHECK(refusal(directory / "file") == "store-format");
}

TEST_CASE("another user's store is refused" * doctest::skip(::geteuid() != 0)) {
  const test::TemporaryDirectory directory;
  REQUIRE(::chown(directory.path().c_str(), 12345, 12345) == 0);
  CHECK(refusal(directory.path()) == "store-untrusted");
  CHECK_NOTHROW(Store(directory.path(), Access::ReadAndWrite, true));
}

TEST_CASE("a user's umask does not open a store to the group") {
  const test::TemporaryDirectory directory;
  const auto place = directory / "store";
  const auto mask = ::umask(0002);
  auto store = open_store(place);
  const auto digest = store.blobs().put("content");
  store.add(hash("key"), variant_with("a"));
  ::umask(mask);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
    struct stat status {};
    REQUIRE(::stat(entry.path().c_str(), &status) == 0);
    CAPTURE(entry.path().string());
    if (entry.is_directory()) CHECK((status.st_mode & 0022U) == 0);
  }
}

TEST_CASE("blobs come back as they were, of every size") {
  const test::TemporaryDirectory directory;
  const auto blobs = open_store(directory.path()).blobs();
  std::string noise;
  for (std::size_t i = 0; noise.size() < 20'000; ++i) noise += hash(std::to_string(i));
  for (const auto& bytes :
       {std::string(), std::string("small"), std::string(4095, 'a'), std::string(4096, 'a'),
        std::string(3'000'000, '\0'), noise, noise + std::string(300'000, 'a') + noise}) {
    CAPTURE(bytes.size());
    const auto digest = blobs.put(bytes);
    CHECK(digest == hash(bytes));
    CHECK(blobs.put(bytes) == digest);
    CHECK(blobs.get(digest) == bytes);
  }
  CHECK_FALSE(blobs.get(hash("never put")));
  CHECK(std::filesystem::is_empty(directory / "tmp"));
}

TEST_CASE("a damaged blob is none, and is removed") {
  const std::string bytes(100'000, 'x');
  struct Row {
    const char* what;
    std::string (*damage)(std::string file);
  };
  const std::vector<Row> rows{
      {"empty", [](std::string) { return std::string(); }},
      {"cut off", [](std::string file) { return file.substr(0, file.size() - 1); }},
      {"another frame", [](std::string) { return std::string("not zstd at all"); }},
      {"one bit", [](std::string file) {
         file[file.size() / 2] = static_cast<char>(file[file.size() / 2] ^ 1);
         return file;
       }}};
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const test::TemporaryDirectory directory;
    const auto blobs = open_store(directory.path()).blobs();
    const auto digest = blobs.put(bytes);
    const auto file = blobs.find(digest).value();
    write_file_atomically(file, row.damage(read_bytes(file).value()));
    CHECK(blobs.put(bytes) == digest);
    CHECK(blobs.get(digest) == bytes);
    write_file_atomically(file, row.damage(read_bytes(file).value()));
    CHECK_FALSE(blobs.get(digest));
    CHECK_FALSE(blobs.find(digest));
  }
}

TEST_CASE("variants are found by key, those used last first") {
  const test::TemporaryDirectory directory;
  auto store = open_store(directory.path());
  const auto key = hash("key");
  for (const auto* output : {"a", "b", "c"}) store.add(key, variant_with(output));
  store.add(key, variant_with("a"));
  const auto date = [&](const std::string& output, std::int64_t seconds) {
    const auto file = directory / ("units/" + key.substr(0, 2) + "/" + key + "/" +
                                   name_of(variant_with(output)) + ".json");
    REQUIRE(set_modified(file, seconds * 1'000'000'000));
  };
  date("a", 2000);
  date("b", 3000);
  date("c", 1000);
  const auto outputs = [&] {
    std::vector<std::string> out;
    for (const auto& found : store.variants(key)) out.push_back(found.variant.output);
    return out;
  };
  CHECK(outputs() == std::vector{hash("b"), hash("a"), hash("c")});
  store.use(store.variants(key).back());
  CHECK(outputs() == std::vector{hash("c"), hash("b"), hash("a")});
  CHECK(store.variants(hash("another")).empty());
  CHECK(store.damaged() == 0);
}

TEST_CASE("of a key, only the variants that were used last are kept") {
  const test::TemporaryDirectory directory;
  auto store = open_store(directory.path());
  const auto key = hash("key");
  const auto names = [&] {
    std::vector<std::string> out;
    for (const auto& found : store.variants(key)) out.push_back(found.variant.output);
    return out;
  };
  const std::vector<std::string> outputs{"a", "b", "c", "d", "e"};
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    store.add(key, variant_with(outputs[i]));
    for (const auto& found : store.variants(key)) {
      // The first one is the one that was used last.
      const auto age = found.variant.output == hash("a") ? 1 : 10 * (outputs.size() - i);
      if (found.variant.output == hash(outputs[i]))
        REQUIRE(set_modified(found.document, (2000 - static_cast<std::int64_t>(age)) * 1'000'000));
    }
  }
  CHECK(names() == std::vector{hash("a"), hash("e"), hash("d"), hash("c")});
}

TEST_CASE("with a secret, only what was signed by it is there") {
  const test::TemporaryDirectory directory;
  const auto key = hash("key");
  const auto with = [&](const std::string& words) {
    return Store(directory.path(), Access::ReadAndWrite, false, secret_of(words));
  };
  auto open = with("");
  open.add(key, variant_with("unsigned"));
  auto one = with("one");
  CHECK(one.variants(key).empty());
  CHECK(one.variants(key).empty());
  CHECK(one.foreign() == 1);
  CHECK(one.damaged() == 0);
  one.add(key, variant_with("signed"));
  REQUIRE(one.variants(key).size() == 1);
  CHECK(one.variants(key)[0].variant.output == hash("signed"));
  CHECK(with("other").variants(key).empty());
  CHECK(open.variants(key).size() == 2);
  // Moved under another key it says another thing.
  const auto document = one.variants(key)[0].document;
  const auto other = hash("other key");
  const auto place = directory / ("units/" + other.substr(0, 2) + "/" + other);
  std::filesystem::create_directories(place);
  std::filesystem::copy(document, place);
  CHECK(open.variants(other).size() == 1);
  CHECK(one.variants(other).empty());
  // Saved again, it is signed.
  one.add(key, variant_with("unsigned"));
  CHECK(one.variants(key).size() == 2);
}

TEST_CASE("a variant comes from another store with all its blobs, or not at all") {
  const test::TemporaryDirectory one;
  const test::TemporaryDirectory other;
  const auto from = open_store(one.path());
  auto to = open_store(other.path());
  auto variant = variant_with("a");
  for (const auto& bytes : {std::string("small"), std::string(10'000, 'a')}) {
    variant.files.push_back(
        {"debug/" + std::to_string(bytes.size()), from.blobs().put(bytes), bytes.size(), false});
  }
  const auto key = hash("key");
  // One there is damaged, and stays no longer.
  const auto large = variant.files[1].blob;
  write_file_atomically(other / ("blobs/" + large.substr(0, 2) + "/" + large + ".zst"), "x");
  CHECK(to.take(from, key, variant));
  REQUIRE(to.variants(key).size() == 1);
  CHECK(to.variants(key)[0].variant == variant);
  for (const auto& file : variant.files) CHECK(to.blobs().get(file.blob)->size() == file.size);

  const test::TemporaryDirectory third;
  auto empty = open_store(third.path());
  write_file_atomically(from.blobs().find(large).value(), "x");
  CHECK_FALSE(empty.take(from, key, variant));
  CHECK(empty.variants(key).empty());
}

TEST_CASE("a damaged document is removed, the others are used") {
  const test::TemporaryDirectory directory;
  const auto key = hash("key");
  {
    auto store = open_store(directory.path());
    store.add(key, variant_with("a"));
    store.add(key, variant_with("b"));
  }
  const auto document = [&](Access access) {
    return open_store(directory.path(), access).variants(key).front().document;
  };
  write_file_atomically(document(Access::Read), "{\"format\": 1, ");
  auto reader = open_store(directory.path(), Access::Read);
  CHECK(reader.variants(key).size() == 1);
  CHECK(reader.damaged() == 1);
  auto store = open_store(directory.path());
  CHECK(store.variants(key).size() == 1);
  CHECK(store.damaged() == 1);
  CHECK(store.variants(key).size() == 1);
  CHECK(store.damaged() == 1);
}

TEST_CASE("a store is created by several at once, also after one was killed while it did") {
  const test::TemporaryDirectory directory;
  for (int round = 0; round < 30; ++round) {
    const auto place = directory / std::to_string(round);
    write_file_atomically(place + "/key.tmp1", "half a k");
    write_file_atomically(place + "/format.tmp2", "");
    std::vector<std::string> keys(8);
    in_parallel(keys.size(), [&](std::size_t i) { keys[i] = open_store(place).key(); });
    CHECK(std::set<std::string>(keys.begin(), keys.end()).size() == 1);
  }
}

TEST_CASE("a kept text is read only if it is whole, has its name, and is signed as documents are") {
  const test::TemporaryDirectory directory;
  const auto place = directory / "store";
  const auto name = hash("a"), other = hash("b");
  const auto store = open_store(place);
  CHECK_FALSE(store.kept(name));
  for (const std::string text : {"", "one\ntwo\n", "three"}) {
    store.keep(name, text);
    CHECK(store.kept(name) == text);
  }
  CHECK_FALSE(store.kept(other));
  const auto file = place + "/answers/" + name;
  const auto whole = read_file(file).value_or("");
  write_file_atomically(place + "/answers/" + other, whole);
  CHECK_FALSE(store.kept(other));
  for (const auto& damaged : {whole.substr(0, whole.size() - 1), whole + "e", std::string()}) {
    write_file_atomically(file, damaged);
    CHECK_FALSE(store.kept(name));
  }
  store.keep(name, "three");
  const Store signing(place, Access::Read, false, secret_of("s"));
  CHECK_FALSE(signing.kept(name));
  const Store other_signing(place, Access::ReadAndWrite, false, secret_of("t"));
  other_signing.keep(name, "three");
  CHECK_FALSE(signing.kept(name));
  CHECK_FALSE(store.kept(name));
  CHECK(other_signing.kept(name) == "three");
}

TEST_CASE("only the newest texts are kept") {
  const test::TemporaryDirectory directory;
  const auto store = open_store(directory / "store");
  for (int i = 0; i < 70; ++i) {
    const auto name = hash(std::to_string(i));
    store.keep(name, "text");
    set_modified(directory / "store/answers/" + name, std::int64_t{1'000'000'000} * (i + 1));
  }
  CHECK_FALSE(store.kept(hash("0")));
  CHECK_FALSE(store.kept(hash("5")));
  CHECK(store.kept(hash("6")) == "text");
  CHECK(store.kept(hash("69")) == "text");
}

TEST_CASE("digests of values are a store's own") {
  const test::TemporaryDirectory one;
  const test::TemporaryDirectory other;
  const auto in_one = open_store(one.path()).digest_of_value("secret");
  CHECK(in_one != hash("secret"));
  CHECK(in_one == open_store(one.path()).digest_of_value("secret"));
  CHECK(in_one != open_store(other.path()).digest_of_value("secret"));
}
