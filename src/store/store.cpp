#include "larder/store/store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/store/hash.hpp"

namespace larder::store {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view format_text = "cargo-larder store 1\n";
constexpr std::int64_t hour = 3'600'000'000'000;
/// Several for each toolchain and target directory. They have a few thousand bytes each.
constexpr std::size_t most_kept_texts = 64;

std::string random_key() {
  std::string bytes(32, '\0');
  if (::getentropy(bytes.data(), bytes.size()) != 0)
    throw Error("file-write", "cannot get random bytes for the key of a new store");
  return hash(bytes);
}

/// A directory with such entries may become a store even without `format`, which is written last:
/// another process is creating the store, or was killed while it did.
bool is_part_of_a_store(std::string_view name) {
  name = name.substr(0, name.find(".tmp"));
  constexpr std::array<std::string_view, 8> parts{"answers", "blobs", "format", "key",
                                                  "lock",    "tmp",   "units",  "lost+found"};
  return std::find(parts.begin(), parts.end(), name) != parts.end();
}

std::string lock_file(const std::string& directory) {
  return path::join(directory, "lock");
}

void make_lock_file(const std::string& directory) {
  const int file = ::open(lock_file(directory).c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file >= 0) ::close(file);
}

/// Of the files of a directory whose names end with `suffix`, removes all but the newest.
void keep_newest(const std::string& directory, std::string_view suffix, std::size_t count) {
  std::vector<std::pair<std::int64_t, std::string>> dated;
  for (const auto& name : names_in(directory)) {
    const auto path = path::join(directory, name);
    if (path.ends_with(suffix)) dated.emplace_back(modified(path).value_or(0), path);
  }
  std::sort(dated.rbegin(), dated.rend());
  for (std::size_t i = count; i < dated.size(); ++i) ::unlink(dated[i].second.c_str());
}

Error untrusted(const std::string& directory, std::string message) {
  return Error("store-untrusted", std::move(message)).in_file(directory);
}

}  // namespace

Lock::Lock(const std::string& directory, Kind kind) {
  const bool shared = kind == Kind::Shared;
  const bool may_fail = kind != Kind::Exclusive;
  const auto path = lock_file(directory);
  file_ = ::open(path.c_str(), shared ? O_RDONLY | O_CLOEXEC : O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) {
    held_ = may_fail;
    return;
  }
  const int wanted = shared ? LOCK_SH : (may_fail ? LOCK_EX : LOCK_EX | LOCK_NB);
  int result = 0;
  do {
    result = ::flock(file_, wanted);
  } while (result != 0 && errno == EINTR);
  held_ = result == 0 || may_fail;
}

Lock::~Lock() {
  if (file_ >= 0) ::close(file_);
}

Store::Store(std::string directory, Access access, bool trusted, std::string secret)
    : directory_(std::move(directory)), access_(access), secret_(std::move(secret)) {
  std::error_code ignored;
  if (!fs::exists(directory_, ignored)) {
    if (!is_writable()) {
      throw Error("store-missing", "there is no store in this directory")
          .in_file(directory_)
          .hint("run `cook --store` without --store-read-only first, which creates the store");
    }
    make_directories(directory_);
    ::chmod(directory_.c_str(), 0755);
  }
  check_owner(trusted);
  if (is_writable()) create();
  check_format();
  read_key();
  // Restoring does not create the file, because it may have a store that it can only read.
  if (is_writable()) make_lock_file(directory_);
}

void Store::check_owner(bool trusted) const {
  struct stat status {};
  if (::stat(directory_.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    throw Error("store-format", "the store is not a directory").in_file(directory_);
  }
  const auto me = ::geteuid();
  const bool is_mine = status.st_uid == me || status.st_uid == 0 || (me == 0 && trusted);
  if (!is_mine) {
    throw untrusted(directory_,
                    fmt::format("the store belongs to user {}, but this is user {}. Whoever can "
                                "write to a store can run programs in every build that reads it",
                                status.st_uid, me))
        .hint(me == 0 ? "use another directory, mount it with uid=0, or set LARDER_STORE_TRUST=1"
                      : fmt::format("use another directory, or mount it with uid={}", me));
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    throw untrusted(directory_, fmt::format("other users can write to the store (mode {:o}), so "
                                            "they could run programs in your builds",
                                            status.st_mode & 07777U))
        .hint(fmt::format("run `chmod go-w {}`", directory_));
  }
}

void Store::create() const {
  const auto format = path::join(directory_, "format");
  std::error_code error;
  if (fs::exists(format, error)) return;
  for (const auto& name : names_in(directory_)) {
    if (is_part_of_a_store(name)) continue;
    throw Error("store-format",
                "the directory contains something other than a store, so nothing was written to it")
        .in_file(path::join(directory_, name))
        .hint("name an empty directory, or one that does not exist");
  }
  // Another process may be creating it. What a killed one left is used.
  const Lock lock(directory_, Lock::Kind::ToCreate);
  if (fs::exists(format, error)) return;
  for (const auto* part : {"tmp", "blobs", "units"}) {
    const auto place = path::join(directory_, part);
    make_directories(place);
    ::chmod(place.c_str(), 0755);
  }
  // If several processes create the store at once where there are no locks, the first key counts.
  write_new_file(path::join(directory_, "key"), random_key() + "\n");
  write_new_file(format, format_text);
}

void Store::check_format() const {
  const auto place = path::join(directory_, "format");
  const auto text = read_file(place);
  if (text == format_text) return;
  if (!text) {
    throw Error("store-missing", "there is no store in this directory").in_file(directory_);
  }
  throw Error("store-format", "this is not a store, or one of another version of cargo-larder")
      .in_file(place)
      .hint("use another directory, or the version that made the store; nothing was changed");
}

void Store::read_key() {
  auto text = read_file(path::join(directory_, "key")).value_or("");
  if (text.ends_with('\n')) text.pop_back();
  if (!is_digest(text)) {
    throw Error("store-format", "the store's key is missing or damaged")
        .in_file(path::join(directory_, "key"))
        .hint("remove the store's directory: without the key, nothing in it can be used");
  }
  key_ = text;
}

std::string Store::digest_of_value(const std::string& value) const {
  return Hasher(key_).add(value).digest();
}

std::optional<std::string> Store::digest_of(const std::optional<std::string>& value) const {
  return value ? std::optional(digest_of_value(*value)) : std::nullopt;
}

std::string Store::directory_of(const std::string& key) const {
  return path::join(directory_, "units/" + key.substr(0, 2) + "/" + key);
}

std::string Store::document_of(const std::string& key, const Variant& variant) const {
  return path::join(directory_of(key), name_of(variant) + ".json");
}

std::vector<FoundVariant> Store::variants(const std::string& key) {
  std::vector<std::pair<std::int64_t, FoundVariant>> dated;
  std::error_code error;
  const auto directory = directory_of(key);
  for (const auto& name : names_in(directory)) {
    const auto path = path::join(directory, name);
    if (!path.ends_with(".json")) continue;
    const auto text = read_bytes(path);
    // Another process has removed it meanwhile.
    if (!text && !fs::exists(path, error)) continue;
    auto variant = text ? read_variant(*text, path::stem(path)) : std::nullopt;
    if (variant && is_foreign(path, *text)) {
      foreign_.insert(path);
    } else if (variant) {
      dated.emplace_back(modified(path).value_or(0), FoundVariant{std::move(*variant), path});
    } else {
      ++damaged_;
      if (is_writable()) ::unlink(path.c_str());
    }
  }
  std::sort(dated.begin(), dated.end(), [](const auto& a, const auto& b) {
    return std::tie(b.first, a.second.document) < std::tie(a.first, b.second.document);
  });
  std::vector<FoundVariant> out;
  for (auto& [date, found] : dated) out.push_back(std::move(found));
  return out;
}

/// The name of the document's directory is its key.
bool Store::is_foreign(const std::string& document, std::string_view text) const {
  return !secret_.empty() && !is_signed(text, path::file_name(path::parent(document)), secret_);
}

void Store::add(const std::string& key, const Variant& variant) {
  const auto document = document_of(key, variant);
  const auto above = path::join(directory_, "units/" + key.substr(0, 2));
  make_directories(above);
  ::chmod(above.c_str(), 0755);
  write_in_store(
      directory_, document,
      secret_.empty() ? write_variant(variant) : write_signed_variant(variant, key, secret_));
  drop_unused(key);
}

bool Store::take(const Store& from, const std::string& key, const Variant& variant,
                 std::optional<std::int64_t> used) {
  for (const auto& file : variant.files) {
    if (!blobs().take(from.blobs(), file.blob)) return false;
  }
  add(key, variant);
  if (used) set_modified(document_of(key, variant), used);
  return true;
}

/// Shows that a kept text is whole, and who wrote it.
std::string Store::seal_of(const std::string& name, std::string_view text) const {
  return Hasher(secret_.empty() ? key_ : secret_)
      .add_field("kept text")
      .add_field(name)
      .add_field(text)
      .digest();
}

std::optional<std::string> Store::kept(const std::string& name) const {
  auto text = read_bytes(path::join(directory_, "answers/" + name));
  const auto end = text ? text->find('\n') : std::string::npos;
  if (end == std::string::npos) return std::nullopt;
  const auto seal = text->substr(0, end);
  text->erase(0, end + 1);
  return seal == seal_of(name, *text) ? text : std::nullopt;
}

void Store::keep(const std::string& name, const std::string& text) const {
  if (!is_writable() || kept(name) == text) return;
  const auto place = path::join(directory_, "answers/" + name);
  try {
    write_in_store(directory_, place, seal_of(name, text) + "\n" + text);
    keep_newest(path::parent(place), "", most_kept_texts);
  } catch (const Error&) {
  }
}

/// This is safe while others read: a process that has read a document still finds its blobs,
/// because only `collect` removes blobs.
void Store::drop_unused(const std::string& key) const {
  keep_newest(directory_of(key), ".json", most_variants);
}

void Store::use(const FoundVariant& found) {
  if (is_writable() && modified(found.document).value_or(0) < now_in_nanoseconds() - hour)
    set_modified(found.document, std::nullopt);
}

void Store::forget(const FoundVariant& found) {
  ++damaged_;
  if (is_writable()) ::unlink(found.document.c_str());
}

}  // namespace larder::store
