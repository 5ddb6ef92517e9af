#include "larder/lint/finding.hpp"

namespace larder::lint {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::Note:
      return "note";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return {};
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{
      {"argument-undeclared", Severity::Error,
       "an ARG has no value in a stage that does not declare it"},
      {"base-differs", Severity::Warning, "cook and build run in different images"},
      {"cache-mode", Severity::Warning, "an exported cache does not have the cook layer"},
      {"cargo-chef", Severity::Note, "what cargo-larder would do that cargo-chef does not"},
      {"cargo-home-differs", Severity::Error, "cook and build have different CARGO_HOMEs"},
      {"changing-argument", Severity::Warning,
       "an ARG that changes in every build stands above cook"},
      {"command-missing", Severity::Note, "prepare has no cargo command"},
      {"command-refused", Severity::Error, "cargo does not accept the command"},
      {"config-differs", Severity::Warning, "cook and build have different --config or -Z flags"},
      {"config-unseen", Severity::Error, "cook does not have the config file of the build"},
      {"environment-differs", Severity::Error,
       "a variable that reaches rustc differs between cook and build"},
      {"features-differ", Severity::Warning, "cook and build have different features"},
      {"file-ignored", Severity::Error, ".dockerignore excludes Cargo.lock or Cargo.toml"},
      {"flag-disagrees", Severity::Error, "cook or build has a flag that belongs to prepare"},
      {"flag-without-value", Severity::Error, "a flag has no value, because a variable is empty"},
      {"lock-missing", Severity::Error, "the workspace has no Cargo.lock"},
      {"lock-not-copied", Severity::Error, "prepare does not see Cargo.lock"},
      {"manifests-before-cook", Severity::Note, "manifests are copied before cook"},
      {"mode-differs", Severity::Error,
       "cook is for check and build is not, or the other way round"},
      {"mount-owner", Severity::Error, "a user cannot write to a cache mount"},
      {"mount-unused", Severity::Note, "a cache mount is not where cargo downloads to"},
      {"mounts-differ", Severity::Warning, "cook and build have different cache mounts"},
      {"offline-build", Severity::Error,
       "the build is offline, but cook has not fetched everything"},
      {"older-runtime", Severity::Error, "the runtime image has an older C library"},
      {"package-missing", Severity::Warning,
       "a package of the system is not installed that a crate needs"},
      {"planner-incomplete", Severity::Error, "prepare does not see the files of a package"},
      {"profile-differs", Severity::Error, "cook and build have different profiles"},
      {"recipe-from-context", Severity::Error, "the recipe is not the planner's"},
      {"recipe-in-context", Severity::Warning, "a recipe of the host is copied over the planner's"},
      {"recipe-misplaced", Severity::Error, "prepare runs below the workspace's root"},
      {"recipe-missing", Severity::Error, "there is no recipe where cook looks for it"},
      {"sccache-incremental", Severity::Note, "sccache does not cache incremental compilations"},
      {"selection-differs", Severity::Warning,
       "cook and build select different packages or targets"},
      {"sources-before-cook", Severity::Error, "sources are copied before cook"},
      {"sources-flattened", Severity::Error, "COPY src ./ copies what is in src"},
      {"target-differs", Severity::Error, "cook and build are for different platforms"},
      {"target-directory-differs", Severity::Error,
       "cook and build have different target directories"},
      {"target-in-context", Severity::Error,
       "the host's target directory is copied over the cooked one"},
      {"target-mount", Severity::Error, "the target directory is on a cache mount"},
      {"toolchain-differs", Severity::Error, "cook and build have different toolchains"},
      {"toolchain-file-unseen", Severity::Error,
       "cook does not use the toolchain file of the build"},
      {"user-differs", Severity::Error, "cook and build run as different users"},
  };
  return all;
}

}  // namespace larder::lint
