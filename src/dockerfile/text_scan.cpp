#include "text_scan.hpp"

#include <algorithm>

namespace larder::dockerfile {

bool Quotes::is_plain(std::string_view text, std::size_t& at) {
  const char c = text[at];
  if (c == escape_ && open_ != '\'') {
    ++at;
    return false;
  }
  const bool was_open = open_ != '\0';
  if (was_open && c == open_) open_ = '\0';
  if (!was_open && (c == '\'' || c == '"')) {
    open_ = c;
    return false;
  }
  return !was_open;
}

std::size_t end_of_word(std::string_view text, std::size_t at, char escape) {
  Quotes quotes(escape);
  for (; at < text.size(); ++at) {
    if (quotes.is_plain(text, at) && is_space(text[at])) return at;
  }
  return std::min(at, text.size());
}

}  // namespace larder::dockerfile
