#include "larder/recipe/inputs.hpp"

#include "larder/base/path.hpp"
#include "larder/reduce/tables/mark.hpp"

namespace larder::recipe {

namespace {

/// Refuses stubs, because they say nothing about the packages that they stand for.
void refuse_stubs(const cargo::Workspace& workspace) {
  const auto refuse = [](const cargo::TomlDocument& manifest) {
    if (!reduce::is_marked(manifest)) return;
    throw Error("manifest-stub", "the manifest is a stub that `cook` left here")
        .in_file(manifest.file)
        .hint(
            "copy the sources over it, including all workspace members, before you run prepare or "
            "deps");
  };
  refuse(*workspace.root_manifest->document());
  for (const auto& package : workspace.packages) refuse(*package.document);
}

/// Called before a manifest is looked for, because a script has none.
void refuse_scripts(const SourceTree& tree, const DeriveRequest& request) {
  const std::string flag = "--manifest-path";
  for (const auto& command : request.commands) {
    const auto& words = command.words;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i].starts_with(flag + "="))
        cargo::refuse_script(tree, stated_path(words[i].substr(flag.size() + 1), request));
      if (words[i] == flag && i + 1 < words.size())
        cargo::refuse_script(tree, stated_path(words[i + 1], request));
    }
  }
}

}  // namespace

std::string stated_path(const std::string& text, const DeriveRequest& request) {
  return path::join(request.paths_from.empty() ? request.directory : request.paths_from, text);
}

cargo::Workspace read_workspace(const SourceTree& tree, const DeriveRequest& request,
                                const std::string& manifest_path) {
  auto workspace = cargo::load_workspace(tree, manifest_path,
                                         cargo::cargo_home(request.directory, request.environment));
  cargo::check_buildable(workspace);
  cargo::load_path_dependencies(tree, workspace);
  refuse_stubs(workspace);
  return workspace;
}

Inputs read_inputs(const SourceTree& tree, const DeriveRequest& request) {
  refuse_scripts(tree, request);
  Inputs out;
  out.start_manifest = cargo::start_manifest(tree, request.directory, request.manifest_path);
  out.workspace = read_workspace(tree, request, out.start_manifest);
  const auto last = carried_level(request.directory, out.workspace.root_directory);
  out.config = cargo::Config::load(tree, request.directory, last, "");
  out.toolchain = cargo::find_toolchain_file(tree, request.directory, last);
  return out;
}

}  // namespace larder::recipe
