#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder::store {

/// The bytes of a file of any size; nothing when it cannot be read.
std::optional<std::string> read_bytes(const std::string& path);

/// Whether the file of a blob holds what its name says.
bool is_whole(const std::string& file);

/// Contents by their digest, below `DIR/blobs`: as they are where they are small, and else
/// compressed. Several processes may write the same at once.
class Blobs {
 public:
  /// The store's directory, and whether what is damaged may be removed.
  Blobs(std::string directory, bool writable)
      : directory_(std::move(directory)), writable_(writable) {}

  /// Keeps these bytes; returns their digest. Throws `file-write`.
  std::string put(std::string_view bytes) const;
  /// Keeps what another store has under a digest, as it is on disk there; false where it has
  /// nothing, or something damaged. Throws `file-write`.
  bool take(const Blobs& from, const std::string& digest) const;
  /// The bytes, nothing where there are none. What is damaged is none, and is removed.
  std::optional<std::string> get(const std::string& digest) const;
  /// The file that holds it, nothing where there is none.
  std::optional<std::string> find(const std::string& digest) const;

 private:
  std::string place(const std::string& digest, bool compressed) const;

  std::string directory_;
  bool writable_;
};

/// Writes `bytes` into a new file below `DIR/tmp` and gives it the name `path`. Throws
/// `file-write`.
void write_in_store(const std::string& directory, const std::string& path, std::string_view bytes);

}  // namespace larder::store
