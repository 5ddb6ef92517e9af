#include "dockerfile_commands.hpp"

#include "larder/lint/finding_output.hpp"
#include "shared_options.hpp"

namespace larder::cli {

CLI::App* add_init(CLI::App& app, GlobalOptions& global, commands::InitOptions& options,
                   InitFlags& flags) {
  auto* command = app.add_subcommand(
      "init", "Write a Dockerfile and .dockerignore that suit the workspace, and say why");
  add_global_options(*command, global);
  add_manifest_path(*command, options.manifest_path);
  command
      ->add_option("--bin", options.wishes.binaries,
                   "Ship this binary only; may be repeated [default: default-run, or all of them]")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command->add_flag("--static", options.wishes.is_static,
                    "Link statically with musl, and ship an image with nothing but the program");
  command
      ->add_option("--registry-cache", flags.registry_cache,
                   "Where cargo's downloads are: none is in the layer, mount on a cache mount")
      ->type_name("WHERE")
      ->capture_default_str()
      ->check(CLI::IsMember({"none", "mount"}));
  auto* store =
      command->add_flag("--store", flags.store, "Keep compiled units in a store on a cache mount");
  command->add_flag("--sccache", flags.sccache, "Use sccache on a cache mount")->excludes(store);
  command
      ->add_option("--ci", flags.pipeline,
                   "Also write a pipeline that tests without Docker: github or gitlab")
      ->type_name("SERVICE")
      ->check(CLI::IsMember({"github", "gitlab"}));
  command->add_flag("--print", options.prints, "Print the files and write nothing");
  command->add_option("--force", options.forced, "Replace this file if it exists; may be repeated")
      ->type_name(file_value)
      ->allow_extra_args(false);
  command->footer(
      "A file that exists is left as it is: init shows what would differ, and exits with 1.\n"
      "Example: cargo larder init && docker build .");
  return command;
}

init::Wishes wishes_of(const commands::InitOptions& options, const InitFlags& flags) {
  auto out = options.wishes;
  out.mounts_registry = flags.registry_cache == "mount";
  if (flags.store) out.units = init::UnitCache::Store;
  if (flags.sccache) out.units = init::UnitCache::Sccache;
  if (flags.pipeline == "github") out.pipeline = init::Pipeline::Github;
  if (flags.pipeline == "gitlab") out.pipeline = init::Pipeline::Gitlab;
  return out;
}

CLI::App* add_lint(CLI::App& app, GlobalOptions& global, commands::LintOptions& options) {
  auto* command = app.add_subcommand(
      "lint", "Find what breaks the cache or the program in Dockerfiles that cook");
  add_global_options(*command, global);
  command
      ->add_option("files", options.files,
                   "Dockerfiles, and CI files that call docker build [default: those of this "
                   "directory]")
      ->type_name(file_value);
  command
      ->add_option("--context", options.context,
                   "The build context, with the workspace and .dockerignore")
      ->type_name("DIR")
      ->capture_default_str();
  std::vector<std::string> formats;
  for (const auto& format : lint::finding_formats()) formats.emplace_back(format.name);
  add_message_format(*command, options.message_format, formats);
  command->footer(
      "Exits with 1 if a finding is an error. A comment `# larder: allow ID` above a line silences "
      "one.\nExample: cargo larder lint Dockerfile --message-format github");
  return command;
}

}  // namespace larder::cli
