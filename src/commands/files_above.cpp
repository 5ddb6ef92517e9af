#include "files_above.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "larder/base/path.hpp"
#include "larder/cook/files_above.hpp"

namespace larder::commands {

namespace {

/// The directory that cargo or rustup would run in if the file were in its own directory.
std::string level_of(const std::string& file) {
  const auto directory = path::parent(file);
  return path::file_name(directory) == ".cargo" ? path::parent(directory) : directory;
}

class FilesAbove {
 public:
  FilesAbove(const Context& context, const Place& place)
      : carried_(recipe::carried_level(place.directory, place.workspace_root)),
        manifest_(path::join(place.workspace_root, "Cargo.toml")) {
    for (const auto& [file, digest] :
         cook::files_above(DiskTree(), place.directory, place.workspace_root, context.environment))
      files_.push_back(file);
  }

  bool empty() const { return files_.empty(); }
  const std::string& carried_level() const { return carried_; }
  std::string names() const { return fmt::format("{}", fmt::join(files_, ", ")); }

  /// How to get them into the recipe.
  std::string preparing() const {
    auto highest = carried_;
    for (const auto& file : files_) {
      if (level_of(file).size() < highest.size()) highest = level_of(file);
    }
    return fmt::format("prepare and cook in {}, with `--manifest-path {}`", highest,
                       path::relative(manifest_, highest));
  }

  /// How to get them into an image before cook.
  std::string copying() const {
    std::vector<std::string> lines;
    for (const auto& file : files_)
      lines.push_back(fmt::format("`COPY {} {}`", path::relative(file, level_of(file)), file));
    return fmt::format("{}", fmt::join(lines, " and "));
  }

 private:
  std::string carried_;
  std::string manifest_;
  std::vector<std::string> files_;
};

}  // namespace

void note_left_out_files(const Context& context, const Place& place) {
  const FilesAbove above(context, place);
  if (above.empty()) return;
  context.shell.note(
      fmt::format("the recipe covers only {} and below, so it does not contain {}. To include it, "
                  "{}. Or copy it before cook; in a Dockerfile: {}",
                  above.carried_level(), above.names(), above.preparing(), above.copying()));
}

void note_read_files(const Context& context, const Place& place) {
  const FilesAbove above(context, place);
  if (above.empty()) return;
  context.shell.note(
      fmt::format("the recipe covers only {} and below, but cook also reads {}. The build must "
                  "find the same contents there. To include it in the recipe, {}",
                  above.carried_level(), above.names(), above.preparing()));
}

}  // namespace larder::commands
