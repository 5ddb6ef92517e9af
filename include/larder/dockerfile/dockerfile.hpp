#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Dockerfiles as BuildKit reads them (moby/buildkit: frontend/dockerfile/parser).
namespace larder::dockerfile {

/// Lines and columns count from 1, columns in bytes.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Position&) const = default;
};

/// A text put together from several lines of a file, with the place of every byte.
class SourceText {
 public:
  /// `text` stands in one line of the file and begins there at `at`.
  void append(std::string_view text, Position at);
  const std::string& str() const { return text_; }
  /// Where a byte stands in the file; for the end of the text, the place after its last byte.
  Position position(std::size_t offset) const;
  SourceText part(std::size_t offset, std::size_t count = std::string::npos) const;
  bool operator==(const SourceText&) const = default;

 private:
  std::string text_;
  /// The offset at which each piece begins, and its place.
  std::vector<std::pair<std::size_t, Position>> pieces_;
};

/// `--name=value` between an instruction's keyword and its arguments. Quotes are removed, variables
/// are not expanded.
struct Flag {
  std::string name;
  /// Nothing for a flag without `=`.
  std::optional<std::string> value;
  Position at;
};

/// A here-document of `RUN`, `COPY` or `ADD`.
struct Heredoc {
  std::string name;
  /// False when the name was quoted: variables then stay as they are.
  bool expands = true;
  /// `<<-`: leading tabs are removed from its lines.
  bool strips_tabs = false;
  SourceText text;
};

struct Word {
  std::string text;
  Position at;
};

struct Instruction {
  /// In upper case.
  std::string keyword;
  Position at;
  std::vector<Flag> flags;
  /// What follows the flags, continuation lines joined, without spaces at both ends.
  SourceText arguments;
  /// The exec form: the arguments are a JSON array of strings.
  std::optional<std::vector<std::string>> list;
  std::vector<Heredoc> heredocs;

  const Flag* flag(std::string_view name) const;
};

struct Comment {
  /// Without `#` and surrounding spaces.
  std::string text;
  Position at;
};

struct Dockerfile {
  std::string file;
  /// The parser directives `syntax`, `escape` and `check`.
  std::string syntax;
  char escape = '\\';
  std::string check;
  /// Everywhere but in here-documents, where `#` belongs to the text. Without the directives.
  std::vector<Comment> comments;
  /// An `ONBUILD` has the instruction that it triggers as its arguments (`triggered`).
  std::vector<Instruction> instructions;
};

/// Throws `dockerfile-parse` with the place for what BuildKit's parser refuses. What an instruction
/// requires of its arguments is not checked.
Dockerfile parse(std::string file, std::string_view text);

/// The instruction behind `ONBUILD`; nothing for any other instruction.
std::optional<Instruction> triggered(const Instruction& instruction, char escape);

/// The arguments of `ARG`, `ENV` and `LABEL` as words, quotes and escapes kept; a pair in the old
/// form (`ENV NAME the value`) is one word with `=` and a quoted value.
std::vector<Word> assignments(const Instruction& instruction, char escape);

/// The arguments split at white space, as those of `COPY` and `FROM`, where quotes mean nothing. In
/// the exec form, its members.
std::vector<Word> plain_words(const Instruction& instruction);

/// The key-value fields of `--mount=…`, which are comma-separated (CSV, so a field may be quoted).
std::vector<std::pair<std::string, std::string>> mount_fields(std::string_view value);

}  // namespace larder::dockerfile
