#include "larder/store/insertion.hpp"

#include <algorithm>
#include <cstring>

namespace larder::store {

namespace {

constexpr std::size_t smallest_part = 4096;

}  // namespace

std::optional<Remainder> take_out(std::string_view part, std::string_view whole) {
  if (part.size() < smallest_part || part.size() > whole.size()) return std::nullopt;
  const auto* found = ::memmem(whole.data(), whole.size(), part.data(), part.size());
  if (found == nullptr) return std::nullopt;
  const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - whole.data());
  Remainder out{{}, at};
  out.bytes.reserve(whole.size() - part.size());
  out.bytes.append(whole.substr(0, at)).append(whole.substr(at + part.size()));
  return out;
}

bool put_back(const std::vector<StoredFile>& files, std::vector<std::string>& contents) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto& file = files[i];
    if (file.inserted.empty()) continue;
    const auto part = std::find_if(files.begin(), files.end(), [&](const StoredFile& other) {
      return other.blob == file.inserted && other.inserted.empty();
    });
    if (part == files.end() || file.inserted_at > contents[i].size()) return false;
    contents[i].insert(file.inserted_at, contents[static_cast<std::size_t>(part - files.begin())]);
    if (contents[i].size() != file.size) return false;
  }
  return true;
}

}  // namespace larder::store
