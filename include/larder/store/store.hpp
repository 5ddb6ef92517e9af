#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "larder/store/blobs.hpp"
#include "larder/store/variant.hpp"

namespace larder::store {

/// How many variants of one key are kept.
inline constexpr std::size_t most_variants = 4;

enum class Access : std::uint8_t { Read, ReadAndWrite };

/// A variant and the document that holds it.
struct FoundVariant {
  Variant variant;
  std::string document;
};

/// Who holds the store: many that restore and save, or one that collects.
class Lock {
 public:
  enum class Kind : std::uint8_t { Shared, Exclusive };
  /// Waits for a shared lock, and never for an exclusive one. A shared one writes nothing; where
  /// there is no file to lock, and where the file system has no locks, it is taken for granted.
  Lock(const std::string& directory, Kind kind);
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  bool is_held() const { return held_; }

 private:
  int file_ = -1;
  bool held_ = false;
};

/// A directory of compiled units:
///
///     format                          "cargo-larder store 1"
///     key                             what digests of variables are keyed by
///     lock                            see `Lock`
///     blobs/ab/DIGEST[.zst]           contents
///     units/ab/KEY/VARIANT.json       documents; their dates are those of the last use
///     tmp/                            what is being written
///
/// There is nothing else to keep in order: files are made whole under another name and renamed, and
/// two writers of one name write the same bytes.
class Store {
 public:
  /// Opens the store, and makes it where there is none and it may be written. Throws
  /// `store-format` for another version's or for a directory that holds something else,
  /// `store-untrusted` where another user could write into it (`trusted` allows another owner to
  /// root), `store-missing`, `file-write`. With a `secret` (`secret_of`) documents are signed, and
  /// those without that signature are not there for anybody.
  Store(std::string directory, Access access, bool trusted, std::string secret = "");

  const std::string& directory() const { return directory_; }
  bool is_writable() const { return access_ == Access::ReadAndWrite; }
  Blobs blobs() const { return {directory_, is_writable()}; }

  /// What values of variables are digested by.
  const std::string& key() const { return key_; }
  /// Of a variable's value, by the key of this store.
  std::string digest_of_value(const std::string& value) const;
  /// Nothing for none.
  std::optional<std::string> digest_of(const std::optional<std::string>& value) const;

  /// The variants under a key, those used last first. What is damaged is removed and left out.
  std::vector<FoundVariant> variants(const std::string& key);
  /// Of the variants under one key, those beyond `most_variants` that were used last the longest
  /// ago are removed. Throws `file-write`.
  void add(const std::string& key, const Variant& variant);
  /// Keeps a variant with its blobs, which another store has, as used at a moment (now where there
  /// is none). False where that has not all of them. Throws `file-write`.
  bool take(const Store& from, const std::string& key, const Variant& variant,
            std::optional<std::int64_t> used = {});
  /// Says that a variant was used now; within an hour of the last time nothing is written.
  void use(const FoundVariant& found);
  /// Removes a variant whose blob is missing or damaged.
  void forget(const FoundVariant& found);

  /// How many documents were removed as they were damaged.
  std::size_t damaged() const { return damaged_; }
  /// How many were left out for want of a signature.
  std::size_t foreign() const { return foreign_.size(); }
  bool is_foreign(const std::string& document, std::string_view text) const;

 private:
  std::string directory_of(const std::string& key) const;
  std::string document_of(const std::string& key, const Variant& variant) const;
  void check_owner(bool trusted) const;
  void create() const;
  void check_format() const;
  void read_key();
  void drop_unused(const std::string& key) const;

  std::string directory_;
  Access access_;
  std::string key_;
  std::string secret_;
  std::size_t damaged_ = 0;
  std::set<std::string> foreign_;
};

}  // namespace larder::store
