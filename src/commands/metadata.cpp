#include "larder/report/metadata.hpp"

#include "larder/base/path.hpp"
#include "larder/commands/commands.hpp"
#include "larder/driver/build_directories.hpp"

namespace larder::commands {

ExitStatus metadata(const Context& context, const MetadataOptions& options) {
  const DiskTree tree;
  const auto& environment = context.environment;
  const auto home = cargo::cargo_home(context.directory, environment);
  const auto manifest = cargo::start_manifest(tree, context.directory, options.manifest_path);
  const auto workspace = cargo::load_workspace(tree, manifest, home);
  const auto config = cargo::Config::load(tree, context.directory, "", home);
  const auto directories = driver::find_build_directories(
      {context.directory, workspace.root_directory, "", environment, config});
  Shell::print(report::metadata_json({tree, workspace, directories.target_directory,
                                      directories.build_directory, config, environment}) +
               "\n");
  return Exited{0};
}

}  // namespace larder::commands
