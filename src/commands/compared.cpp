#include "compared.hpp"

#include <fmt/format.h>

#include "larder/base/path.hpp"
#include "larder/report/difference_output.hpp"

namespace larder::commands {

namespace {

/// A path on disk as a path in the tree of a commit. The root if it is outside the work tree.
std::string path_in(const git::Repository& repository, const std::string& path) {
  const auto& top = repository.work_directory();
  if (top.empty() || !path::is_within(path, top)) return "/";
  return path::join("/", path::relative(path, top));
}

}  // namespace

recipe::DeriveRequest request_in(const git::Repository& repository, const Context& context,
                                 const Stated& stated) {
  recipe::DeriveRequest request{path_in(repository, context.directory), "", stated.commands};
  if (!stated.manifest_path.empty()) {
    // A bare repository has no work tree, so the path is relative to its root.
    request.manifest_path =
        repository.work_directory().empty()
            ? path::join("/", stated.manifest_path)
            : path_in(repository, path::join(context.directory, stated.manifest_path));
  }
  request.environment = context.environment;
  request.default_commands = stated.default_commands;
  return request;
}

std::string preparing(const git::Commit& commit) {
  return fmt::format("preparing commit {} ({})", commit.short_id(),
                     report::printable(commit.subject));
}

}  // namespace larder::commands
