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

/// The number of variants kept for one key.
inline constexpr std::size_t most_variants = 4;

enum class Access : std::uint8_t { Read, ReadAndWrite };

/// A variant and the path of its document.
struct FoundVariant {
  Variant variant;
  std::string document;
};

/// A lock on the store: shared by those that restore and save, exclusive for the one that collects.
class Lock {
 public:
  enum class Kind : std::uint8_t { Shared, Exclusive, ToCreate };
  /// Waits for a lock, unless it is `Exclusive`. `ToCreate` is an exclusive lock on a store that
  /// may not exist yet. A shared lock writes nothing. When there is no file to lock, or the file
  /// system has no locks, a lock counts as held, except an exclusive one.
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
///     key                             key for digests of variables
///     lock                            see `Lock`
///     blobs/ab/DIGEST[.zst]           contents
///     units/ab/KEY/VARIANT.json       documents, dated by their last use
///     answers/NAME                    see `keep`
///     tmp/                            files being written
///
/// No further bookkeeping is needed: files are written under another name and renamed, and two
/// writers of one name write the same bytes.
class Store {
 public:
  /// Opens the store; creates it when it does not exist and access allows. Throws `store-format`
  /// for another version's store or a directory that holds something else, `store-untrusted` when
  /// another user could write to it (`trusted` lets root use another owner's store),
  /// `store-missing`, `file-write`. With a `secret` (`secret_of`) documents are signed, and those
  /// without that signature are ignored.
  Store(std::string directory, Access access, bool trusted, std::string secret = "");

  const std::string& directory() const { return directory_; }
  bool is_writable() const { return access_ == Access::ReadAndWrite; }
  Blobs blobs() const { return {directory_, is_writable()}; }

  /// The key for digests of variables' values.
  const std::string& key() const { return key_; }
  /// The digest of a variable's value, keyed by this store's key.
  std::string digest_of_value(const std::string& value) const;
  /// Nothing for nothing.
  std::optional<std::string> digest_of(const std::optional<std::string>& value) const;

  /// The variants under a key, most recently used first. Damaged ones are removed and left out.
  std::vector<FoundVariant> variants(const std::string& key);
  /// Adds a variant, and removes the least recently used ones beyond `most_variants` of its key.
  /// Throws `file-write`.
  void add(const std::string& key, const Variant& variant);
  /// Copies a variant and its blobs from another store, as last used at `used` (now when not
  /// given). Returns false when a blob is missing there. Throws `file-write`.
  bool take(const Store& from, const std::string& key, const Variant& variant,
            std::optional<std::int64_t> used = {});
  /// Marks a variant as used now. Writes at most once an hour.
  void use(const FoundVariant& found);
  /// Removes a variant with a missing or damaged blob.
  void forget(const FoundVariant& found);

  /// A text that was kept under a name, which is a digest. Nothing if there is none, or if it is
  /// damaged or not signed as documents are.
  std::optional<std::string> kept(const std::string& name) const;
  /// Keeps a text that makes later runs faster, beside a few others. No error matters: later runs
  /// do without it. Writes nothing when the store is only read, or has that text already.
  void keep(const std::string& name, const std::string& text) const;

  /// The number of documents removed because they were damaged.
  std::size_t damaged() const { return damaged_; }
  /// The number of documents ignored because they lack the signature.
  std::size_t foreign() const { return foreign_.size(); }
  bool is_foreign(const std::string& document, std::string_view text) const;

 private:
  std::string directory_of(const std::string& key) const;
  std::string seal_of(const std::string& name, std::string_view text) const;
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
