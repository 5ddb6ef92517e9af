#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::store {

/// A file of a compiled unit. Its content is a blob.
struct StoredFile {
  /// Below the build directory, as `debug/deps/libserde-1f….rlib`.
  /// An empty directory ends with '/'.
  std::string path;
  std::string blob;
  std::uint64_t size = 0;
  bool is_executable = false;
  bool operator==(const StoredFile&) const = default;
};

/// One result of compiling a unit, and when it may be taken for another compilation. The values are
/// digests, those of variables keyed by the store's own key; nothing is what was absent.
struct Variant {
  /// In words, for people.
  std::string unit;
  std::map<std::string, std::optional<std::string>> variables;
  /// Whether those are all that may be set, but for such as are never compared.
  bool has_all_variables = false;
  /// What was seen of files and directories: "contents /usr/bin/cc" → a digest of it, keyed as
  /// those of variables.
  std::map<std::string, std::string> reads;
  /// The build directory that the files name, empty where they name none.
  std::string bound;
  /// The output digest of every unit that this one was compiled against, by the unit's name.
  std::map<std::string, std::string> dependencies;
  /// Of what dependents can see.
  std::string output;
  std::vector<StoredFile> files;
  /// What its key was made of, each in words or as a digest, to say of another key what differs. It
  /// is no part of the name, and neither is anything below.
  std::map<std::string, std::string> key_parts;
  /// How long it took to compile, in milliseconds.
  std::uint64_t milliseconds = 0;
  /// When it was saved, in seconds since 1970, and by which version.
  std::uint64_t saved = 0;
  std::string saved_by;
  bool operator==(const Variant&) const = default;
};

/// Whether a document can hold a text as it is: it is UTF-8.
bool can_be_written(std::string_view text);

/// A digest of all that makes it another variant, by which its document is called.
std::string name_of(const Variant& variant);

/// Canonical JSON.
std::string write_variant(const Variant& variant);

/// The same with a digest of the whole document and of the key that it lies under, which nobody can
/// make without the secret (`secret_of`).
std::string write_signed_variant(const Variant& variant, const std::string& key,
                                 const std::string& secret);

/// Whether a document has that digest.
bool is_signed(std::string_view text, const std::string& key, const std::string& secret);

/// What a user's words are to sign with. Empty for none.
std::string secret_of(std::string_view words);

/// What a document of any name says; nothing for what is none.
std::optional<Variant> read_any_variant(std::string_view text);

/// Nothing for what `write_variant` cannot have written under this name: a document that is damaged
/// is none.
std::optional<Variant> read_variant(std::string_view text, std::string_view name);

}  // namespace larder::store
