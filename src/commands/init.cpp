#include <fmt/format.h>

#include <algorithm>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/commands/commands.hpp"
#include "larder/init/plan.hpp"

namespace larder::commands {

namespace {

void print_files(const std::vector<init::NewFile>& files) {
  for (const auto& file : files)
    Shell::print(fmt::format("==> {} <==\n{}\n", file.path, file.text));
}

/// Whether the file is now as it should be. One that exists is shown, not replaced.
bool write_file(const Context& context, const InitOptions& options, const std::string& root,
                const init::NewFile& file) {
  const auto path = path::join(root, file.path);
  const auto present = read_file(path);
  if (present == file.text) {
    context.shell.status("Unchanged", file.path);
    return true;
  }
  const bool is_forced =
      std::find(options.forced.begin(), options.forced.end(), file.path) != options.forced.end();
  if (present && !is_forced) {
    Shell::print(fmt::format("--- {} as it is\n+++ {} as init would write it\n{}", file.path,
                             file.path, init::line_diff(*present, file.text)));
    context.shell.error(fmt::format("{} exists and is left as it is", file.path), "init-exists");
    return false;
  }
  if (present) {
    write_file_atomically(path, file.text);
  } else {
    make_directories(path::parent(path));
    if (!write_new_file(path, file.text))
      throw Error("init-exists", "the file exists, although it cannot be read").in_file(path);
  }
  context.shell.status(present ? "Replaced" : "Created", file.path);
  return true;
}

void check_forced(const InitOptions& options, const std::vector<init::NewFile>& files) {
  for (const auto& name : options.forced) {
    const bool is_written = std::any_of(
        files.begin(), files.end(), [&](const init::NewFile& file) { return file.path == name; });
    if (!is_written)
      throw Error("init-exists", fmt::format("init does not write `{}`", name))
          .hint("--force takes the name of a file that init writes, such as Dockerfile");
  }
}

void tell(const Context& context, const init::Plan& plan) {
  for (const auto& decision : plan.decisions) context.shell.status("Decided", decision);
  for (const auto& warning : plan.warnings) context.shell.warning(warning);
}

}  // namespace

ExitStatus init(const Context& context, const InitOptions& options) {
  const DiskTree tree;
  const auto manifest = cargo::start_manifest(tree, context.directory, options.manifest_path);
  const auto root = cargo::find_workspace_root(tree, manifest, "");
  const auto plan = init::make_plan(tree, root, options.wishes, context.environment);
  const auto files = init::new_files(plan, options.wishes.pipeline);
  check_forced(options, files);
  tell(context, plan);
  if (options.prints) {
    print_files(files);
    return Exited{0};
  }
  bool complete = true;
  for (const auto& file : files) complete = write_file(context, options, root, file) && complete;
  if (!complete)
    context.shell.note("`--force FILE` replaces a file, and `--print` shows all of them");
  return Exited{complete ? 0 : 1};
}

}  // namespace larder::commands
