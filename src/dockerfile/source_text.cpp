#include <algorithm>

#include "larder/dockerfile/dockerfile.hpp"

namespace larder::dockerfile {

void SourceText::append(std::string_view text, Position at) {
  pieces_.emplace_back(text_.size(), at);
  text_ += text;
}

Position SourceText::position(std::size_t offset) const {
  const auto next =
      std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                       [](std::size_t value, const auto& piece) { return value < piece.first; });
  if (next == pieces_.begin()) return {};
  const auto& [start, at] = *std::prev(next);
  return {at.line, at.column + static_cast<std::uint32_t>(offset - start)};
}

SourceText SourceText::part(std::size_t offset, std::size_t count) const {
  SourceText out;
  offset = std::min(offset, text_.size());
  const auto end = offset + std::min(count, text_.size() - offset);
  out.text_ = text_.substr(offset, end - offset);
  out.pieces_.emplace_back(0, position(offset));
  for (const auto& [start, at] : pieces_) {
    if (start > offset && start < end) out.pieces_.emplace_back(start - offset, at);
  }
  return out;
}

}  // namespace larder::dockerfile
