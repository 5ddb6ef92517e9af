#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::store {

/// A file of a compiled unit. Its contents are a blob, or two of them (`insertion.hpp`).
struct StoredFile {
  /// Relative to the build directory, such as `debug/deps/libserde-1f….rlib`. An empty directory
  /// ends with '/'.
  std::string path;
  std::string blob;
  /// Of the file, so with what is inserted.
  std::uint64_t size = 0;
  bool is_executable = false;
  /// The blob of another file of the variant, whose bytes are inserted at this offset. Empty for
  /// most files.
  std::string inserted = {};
  std::uint64_t inserted_at = 0;
  bool operator==(const StoredFile&) const = default;
};

/// One result of compiling a unit, and the conditions under which it may replace another
/// compilation. Values are digests; those of variables are keyed by the store's own key. Nothing
/// means that it was absent.
struct Variant {
  /// In words, for people.
  std::string unit;
  std::map<std::string, std::optional<std::string>> variables;
  /// Whether no other variables may be set, except those that are never compared.
  bool has_all_variables = false;
  /// What was seen of files and directories: "contents /usr/bin/cc" → its digest, keyed like those
  /// of variables.
  std::map<std::string, std::string> reads;
  /// The build directory that the files mention; empty when they mention none.
  std::string bound;
  /// The output digest of each unit that this one was compiled against, by the unit's name.
  std::map<std::string, std::string> dependencies;
  /// The digest of what dependents can see.
  std::string output;
  std::vector<StoredFile> files;
  /// The parts of its key, each in words or as a digest, to explain how another key differs. Not
  /// part of the name, and neither is anything below.
  std::map<std::string, std::string> key_parts;
  /// Whether it is of a local package. Such units have a share of the store's size of their own.
  bool is_local = false;
  /// The files of a local package with the beginnings of their digests, to tell which have changed.
  std::map<std::string, std::string> sources;
  /// Compile time in milliseconds.
  std::uint64_t milliseconds = 0;
  /// When it was saved, in seconds since 1970, and by which version.
  std::uint64_t saved = 0;
  std::string saved_by;
  bool operator==(const Variant&) const = default;
};

/// Whether a document can hold the text unchanged: it is UTF-8.
bool can_be_written(std::string_view text);

/// A digest of everything that distinguishes the variant; the name of its document.
std::string name_of(const Variant& variant);

/// Canonical JSON.
std::string write_variant(const Variant& variant);

/// The same, with a digest of the whole document and its key that nobody can make without the
/// secret (`secret_of`).
std::string write_signed_variant(const Variant& variant, const std::string& key,
                                 const std::string& secret);

/// Whether a document has that digest.
bool is_signed(std::string_view text, const std::string& key, const std::string& secret);

/// Derives a signing secret from the user's words. Empty for none.
std::string secret_of(std::string_view words);

/// Reads a document, whatever its name; nothing when it is not one.
std::optional<Variant> read_any_variant(std::string_view text);

/// Nothing when `write_variant` cannot have written the text under this name: a damaged document
/// counts as missing.
std::optional<Variant> read_variant(std::string_view text, std::string_view name);

}  // namespace larder::store
