#include <algorithm>

#include "larder/base/text.hpp"
#include "lockfile_entries.hpp"

namespace larder::cargo {

namespace {

/// Whether this is a comment that is certainly valid. Other bytes may make it invalid.
bool is_plain_comment(std::string_view line) {
  return line.front() == '#' && std::all_of(line.begin(), line.end(), is_printable);
}

/// The text between the quotes of `"…"`. Nothing if it is empty or needs a TOML parser.
std::optional<std::string_view> quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.empty()) return std::nullopt;
  for (const char c : text) {
    if (c == '"' || c == '\\' || !is_printable(c)) return std::nullopt;
  }
  return text;
}

class RegularReader {
 public:
  explicit RegularReader(std::string_view text) : text_(text) {}

  std::optional<LockfileEntries> run() {
    out_.lock.version = 2;
    while (!text_.empty()) {
      const auto line = take_line();
      if (line.empty() || is_plain_comment(line)) continue;
      if (!take(line)) return std::nullopt;
    }
    if (in_list_ || !package_is_complete()) return std::nullopt;
    // Without packages, a file of version 1 looks the same.
    return out_.lock.packages.empty() ? std::nullopt : std::optional(std::move(out_));
  }

 private:
  std::string_view take_line() {
    const auto end = text_.find('\n');
    auto line = text_.substr(0, end);
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    if (end != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    ++line_number_;
    return line;
  }

  bool take(std::string_view line) {
    if (in_list_) return take_item(line);
    if (line == "[[package]]") return start_package();
    if (out_.lock.packages.empty()) return take_version(line);
    const auto equals = line.find(" = ");
    if (equals == std::string_view::npos) return false;
    const auto key = line.substr(0, equals);
    const auto value = line.substr(equals + 3);
    if (key == "dependencies" && value == "[") {
      in_list_ = !has_list_;
      has_list_ = true;
      return in_list_;
    }
    const auto text = quoted(value);
    return text && take_value(key, *text);
  }

  bool take_version(std::string_view line) {
    if (line != "version = 3" && line != "version = 4") return false;
    if (out_.lock.version != 2) return false;
    out_.lock.version = line.back() - '0';
    return true;
  }

  bool start_package() {
    if (!package_is_complete()) return false;
    out_.lock.packages.emplace_back().line = line_number_;
    out_.dependencies.emplace_back();
    has_version_ = has_list_ = false;
    return true;
  }

  bool package_is_complete() const {
    return out_.lock.packages.empty() || (has_version_ && !out_.lock.packages.back().name.empty());
  }

  bool take_value(std::string_view key, std::string_view text) {
    auto& package = out_.lock.packages.back();
    if (key == "name" && package.name.empty()) {
      package.name = text;
    } else if (key == "version" && !has_version_) {
      const auto version = parse_version(text);
      if (!version) return false;
      package.version = *version;
      has_version_ = true;
    } else if (key == "source" && !package.source) {
      const bool encoded = out_.lock.version >= 4;
      package.source =
          SourceId::parse(text, encoded ? ReferenceEncoding::Percent : ReferenceEncoding::Plain);
      return package.source.has_value();
    } else if (key == "checksum" && !package.checksum) {
      package.checksum = text;
    } else {
      return false;
    }
    return true;
  }

  bool take_item(std::string_view line) {
    if (line == "]") {
      in_list_ = false;
      return true;
    }
    if (!line.starts_with(' ') || !line.ends_with(',')) return false;
    const auto text = quoted(line.substr(1, line.size() - 2));
    if (!text) return false;
    out_.dependencies.back().emplace_back(*text);
    return true;
  }

  std::string_view text_;
  std::uint32_t line_number_ = 0;
  bool in_list_ = false;
  bool has_version_ = false;
  bool has_list_ = false;
  LockfileEntries out_;
};

}  // namespace

std::optional<LockfileEntries> read_regular_lockfile(std::string_view text) {
  return RegularReader(text).run();
}

}  // namespace larder::cargo
