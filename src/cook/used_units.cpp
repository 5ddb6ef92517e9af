#include "larder/cook/used_units.hpp"

#include <sstream>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/skeleton_place.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

namespace {

std::string note_in(const std::string& target_directory, UsedList list) {
  return path::join(own_directory(target_directory),
                    list == UsedList::Last ? "used-units" : "local-units");
}

}  // namespace

UsedUnits read_used_units(const std::string& target_directory, UsedList list) {
  UsedUnits out;
  std::istringstream lines(read_file(note_in(target_directory, list)).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    UsedUnit unit;
    std::string name;
    words >> unit.key >> unit.variant;
    std::getline(words >> std::ws, name);
    if (store::is_digest(unit.key) && store::is_digest(unit.variant) && !name.empty())
      out[name] = std::move(unit);
  }
  return out;
}

void write_used_units(const std::string& target_directory, UsedList list, const UsedUnits& units) {
  std::string text;
  for (const auto& [name, unit] : units) text += unit.key + " " + unit.variant + " " + name + "\n";
  write_file_atomically(note_in(target_directory, list), text);
}

}  // namespace larder::cook
