#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder::store {

/// Whether the contents of a blob's file match its name.
bool is_whole(const std::string& file);

/// Contents by digest, below `DIR/blobs`. Small ones are stored as they are, others compressed.
/// Several processes may write the same blob at once.
class Blobs {
 public:
  /// The store's directory, and whether damaged blobs may be removed.
  Blobs(std::string directory, bool writable)
      : directory_(std::move(directory)), writable_(writable) {}

  /// Stores these bytes and returns their digest. Throws `file-write`.
  std::string put(std::string_view bytes) const;
  /// Copies a blob from another store, as it is on disk. Returns false when it is missing or
  /// damaged there. Throws `file-write`.
  bool take(const Blobs& from, const std::string& digest) const;
  /// The bytes; nothing when there are none. A damaged blob counts as missing and is removed.
  std::optional<std::string> get(const std::string& digest) const;
  /// The file of a blob; nothing when there is none.
  std::optional<std::string> find(const std::string& digest) const;

 private:
  std::string place(const std::string& digest, bool compressed) const;

  std::string directory_;
  bool writable_;
};

/// Writes `bytes` to a new file below `DIR/tmp` and renames it to `path`. Throws `file-write`.
void write_in_store(const std::string& directory, const std::string& path, std::string_view bytes);

}  // namespace larder::store
