#include "json_list.hpp"

#include <fmt/format.h>

#include "text_scan.hpp"

namespace larder::dockerfile {

namespace {

/// A reader of exactly this: JSON in general belongs to another library, which this folder does
/// not use.
class ListReader {
 public:
  explicit ListReader(std::string_view text) : text_(text) {}

  std::optional<std::vector<std::string>> run() {
    if (!take('[')) return std::nullopt;
    std::vector<std::string> out;
    if (take(']')) return at_end() ? std::optional(out) : std::nullopt;
    do {
      auto member = string();
      if (!member) return std::nullopt;
      out.push_back(std::move(*member));
    } while (take(','));
    if (!take(']') || !at_end()) return std::nullopt;
    return out;
  }

 private:
  void skip() { at_ = after_spaces(text_, at_); }
  bool at_end() {
    skip();
    return at_ == text_.size();
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::optional<std::string> string() {
    if (!take('"')) return std::nullopt;
    std::string out;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return out;
      if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
      if (c != '\\') {
        out += c;
      } else if (!escaped(out)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool escaped(std::string& out) {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    constexpr std::string_view from = "\"\\/bfnrt";
    constexpr std::string_view to = "\"\\/\b\f\n\r\t";
    if (const auto known = from.find(c); known != std::string_view::npos) {
      out += to[known];
      return true;
    }
    return c == 'u' && code_point(out);
  }

  /// Written as UTF-8. Pairs of surrogates do not occur in commands and are refused.
  bool code_point(std::string& out) {
    if (at_ + 4 > text_.size()) return false;
    unsigned code = 0;
    for (int i = 0; i < 4; ++i) {
      const auto digit = std::string_view("0123456789abcdef0123456789ABCDEF").find(text_[at_++]);
      if (digit == std::string_view::npos) return false;
      code = code * 16 + static_cast<unsigned>(digit % 16);
    }
    if (code >= 0xD800 && code < 0xE000) return false;
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0U | (code >> 6U));
      out += static_cast<char>(0x80U | (code & 0x3FU));
    } else {
      out += static_cast<char>(0xE0U | (code >> 12U));
      out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
      out += static_cast<char>(0x80U | (code & 0x3FU));
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::vector<std::string>> json_list(std::string_view text) {
  return ListReader(text).run();
}

}  // namespace larder::dockerfile
