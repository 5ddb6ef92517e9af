#include "log_records.hpp"

#include <algorithm>
#include <cstring>

#include "larder/base/error.hpp"

namespace larder::observe {

namespace {

std::uint32_t word_at(std::string_view bytes, std::size_t at) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

}  // namespace

LogState for_each_record(const std::string& path, std::string_view bytes,
                         const std::function<void(larder_record, std::string_view)>& on_record) {
  larder_log header{};
  if (bytes.size() < sizeof header || !bytes.starts_with(LARDER_LOG_MAGIC))
    throw Error("observation-unreadable", "this is not a log of an observed unit").in_file(path);
  std::memcpy(&header, bytes.data(), sizeof header);
  LogState state;
  state.missing_programs = header.started - std::min(header.started, header.attached);
  state.whole = header.full == 0;
  const std::size_t end = std::min<std::size_t>(header.used, bytes.size());
  std::size_t at = sizeof header;
  while (at + sizeof(std::uint32_t) <= end) {
    const auto word = word_at(bytes, at);
    const std::size_t length = word >> 8U;
    at += sizeof word;
    if (word == 0 || at + length > end) break;
    on_record(static_cast<larder_record>(word & 0xffU), bytes.substr(at, length));
    at += (length + 3) & ~std::size_t{3};
  }
  if (at != header.used) state.whole = false;
  return state;
}

}  // namespace larder::observe
