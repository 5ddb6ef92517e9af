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

/// The only error type of the program. It is caught once, in `cli::run`. Library exceptions are
/// converted inside the module that owns the library.
///
/// `id` is stable and documented in docs/errors.md. Tests and scripts match on it, never on the
/// text.
class Error : public std::exception {
 public:
  Error(std::string id, std::string message);

  /// The line that caused the error.
  Error& at(Location location);
  /// The file that caused the error, when no line is known.
  Error& in_file(std::string file);
  /// What was being done. Call it from the inside out: the outermost context comes last.
  Error& while_doing(std::string context);
  /// What the user can do next.
  Error& hint(std::string text);

  const std::string& id() const { return id_; }
  const std::string& message() const { return message_; }
  const Location& location() const { return location_; }
  const std::vector<std::string>& contexts() const { return contexts_; }
  const std::string& hint() const { return hint_; }

  /// Message, position with caret, contexts and hint, as printed on a terminal. No trailing
  /// newline.
  std::string render() const;
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string id_;
  std::string message_;
  Location location_;
  std::vector<std::string> contexts_;
  std::string hint_;
};

/// A `Location` that quotes its line from `text`, the contents of `file`. Very long lines are not
/// quoted.
Location locate(std::string_view file, std::string_view text, std::uint32_t line,
                std::uint32_t column);

}  // namespace larder
