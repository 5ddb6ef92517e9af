#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// A place in a text file. Lines and columns count from 1 (columns in bytes); 0 means unknown.
struct Location {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  /// The text of that line, without its end; empty when unknown.
  std::string source_line;
};

/// The one error type of the program. Whatever goes wrong is thrown as an `Error` and is caught
/// once, in `cli::run`; exceptions of libraries are turned into one inside the module that owns the
/// library.
///
/// `id` is stable and documented in docs/errors.md: tests and scripts match on it, never on the
/// text.
class Error : public std::exception {
 public:
  Error(std::string id, std::string message);

  /// Where in which file the cause stands.
  Error& at(Location location);
  /// The file concerned, when no line can be named.
  Error& in_file(std::string file);
  /// What was being done, outermost last.
  Error& while_doing(std::string context);
  /// What the user can do next.
  Error& hint(std::string text);

  const std::string& id() const { return id_; }
  const std::string& message() const { return message_; }
  const Location& location() const { return location_; }
  const std::vector<std::string>& contexts() const { return contexts_; }
  const std::string& hint() const { return hint_; }

  /// Message, position with caret, contexts and hint, as a terminal shows them (no trailing
  /// newline).
  std::string render() const;
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string id_;
  std::string message_;
  Location location_;
  std::vector<std::string> contexts_;
  std::string hint_;
};

/// The location of a byte offset's line and column in a text that was read from `file`.
Location locate(std::string_view file, std::string_view text, std::uint32_t line,
                std::uint32_t column);

}  // namespace larder
