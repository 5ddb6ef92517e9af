#include "larder/cook/cook_notes.hpp"

#include <filesystem>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/skeleton_place.hpp"

namespace larder::cook {

namespace fs = std::filesystem;

std::string recipe_copy(const std::string& target_directory) {
  return path::join(own_directory(target_directory), "recipe.json");
}

std::string record_file(const std::string& target_directory) {
  return path::join(own_directory(target_directory), "record.json");
}

void leave_recipe(const std::string& text, const std::string& target_directory) {
  if (text.empty()) return;
  const auto copy = recipe_copy(target_directory);
  std::error_code ignored;
  // Only a regular file is ours; a link may lead anywhere.
  if (!fs::is_regular_file(fs::symlink_status(copy, ignored))) fs::remove(copy, ignored);
  if (read_file(copy) != text) write_file_atomically(copy, text);
}

void leave_record(const record::Record& record, const std::string& target_directory) {
  write_file_atomically(record_file(target_directory), record::write(record));
}

}  // namespace larder::cook
