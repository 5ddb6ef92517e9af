#include "larder/store/check.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::store {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> files_below(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored)) out.push_back(it->path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Checked check(const Store& store) {
  Checked out;
  std::set<std::string> whole;
  const auto damage = [&](const std::string& file) {
    ++out.damaged;
    if (store.is_writable()) ::unlink(file.c_str());
  };
  for (const auto& file : files_below(path::join(store.directory(), "blobs"))) {
    ++out.blobs;
    if (is_whole(file)) {
      whole.insert(path::stem(file));
    } else {
      damage(file);
    }
  }
  for (const auto& file : files_below(path::join(store.directory(), "units"))) {
    ++out.variants;
    const auto text = read_bytes(file);
    const auto variant = text ? read_variant(*text, path::stem(file)) : std::nullopt;
    const bool complete =
        variant && std::all_of(variant->files.begin(), variant->files.end(),
                               [&](const auto& stored) { return whole.contains(stored.blob); });
    if (!complete) {
      damage(file);
    } else if (store.is_foreign(file, *text)) {
      ++out.foreign;
    }
  }
  return out;
}

}  // namespace larder::store
