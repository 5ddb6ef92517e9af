#include "reasons.hpp"

#include <algorithm>
#include <array>

namespace larder::test {

namespace {

constexpr std::string_view nightly =
    "a nightly cargo takes it, and which cargo will run is not known when manifests are read";

constexpr std::array reasons{
    Reason{"no targets specified in the manifest", "has no targets"},
    Reason{"current package believes it's in a workspace when it's not",
           "believes it is in the workspace"},
    Reason{"requires a nightly version of Cargo", "", nightly},
    Reason{"requires `-Z bindeps`", "", nightly},
    Reason{"failed to find a workspace root", "there is no workspace root above"},
    Reason{"cannot override workspace's `default-features`", "`default-features = false` cannot"},
    Reason{"was not defined", "is inherited, but the workspace root has no"},
    Reason{"was not found in `workspace.dependencies`",
           "is inherited, but the workspace root has no"},
    Reason{"No such file or directory", "has no Cargo.toml"},
    Reason{"registry index was not found in any configuration", "is not configured"},
    Reason{"in package name", "in package name"},
    Reason{"this virtual manifest specifies a", "a manifest without [package] cannot have"},
    Reason{"Please specify bin.path", "can't find `"},
    Reason{"or specify lib.path", "can't find library `"},
    Reason{"specified without providing a local path",
           "has no version, path, git or workspace key"},
    Reason{"relative URL without a base", "is not a URL"},
    Reason{"invalid float", "this is not valid TOML"},
    Reason{"invalid key-value pair", "this is not valid TOML"},
    Reason{"cannot configure both `package.workspace`",
           "cannot have both `package.workspace` and [workspace]"},
    Reason{"is listed in default-members", "is listed in default-members"},
    Reason{"manifest is missing either a `[package]`", "has neither a [package] nor a [workspace]"},
    Reason{"cannot specify `resolver` field in both", "`resolver` is set both"},
    Reason{"two packages named", "two packages named"},
    Reason{"multiple workspace roots found", "multiple workspace roots found"},
    Reason{"as a cfg expression", "is not a valid target or `cfg` expression"},
    Reason{"failed to parse the `edition` key", "is not a known edition"},
    Reason{"failed to parse the version requirement", "is not a version requirement"},
    Reason{"while parsing minor version number", "is not a semantic version"},
    Reason{"invalid unquoted key", "this is not valid TOML"},
    Reason{"unclosed table", "this is not valid TOML"},
    Reason{"the binary target name", "a binary cannot be named"},
    Reason{"found duplicate binary name", "found duplicate bin name"},
    Reason{"cannot set the crate type of both", "cannot be both a `dylib` and a `cdylib`"},
    Reason{"default-run target", "`default-run` names"},
    Reason{"dev-dependencies are not allowed to be optional",
           "dev-dependencies cannot be optional"},
    Reason{"is not an optional dependency", "is not an optional dependency"},
    Reason{"which is neither a dependency nor another feature",
           "which is neither a dependency nor another feature"},
    Reason{"is not included in any feature", "is not included in any feature"},
    Reason{"Only one of `git` or `path` is allowed", "has both `git` and `path`"},
    Reason{"`workspace` cannot be false", "cannot be false"},
    Reason{"cannot contain hyphens", "may not contain a hyphen"},
    Reason{"does not have a custom build script", "but no build script"},
    Reason{"is not valid lint name", "is not a valid lint name"},
    Reason{"cannot mix `proc-macro`", "cannot be mixed with others"},
    Reason{"cannot specify both [replace] and [patch]", "cannot have both [replace] and [patch]"},
    Reason{"profile name", "profile name"},
    Reason{"`panic` setting of", R"(must be "unwind" or "abort")"},
    Reason{"`[project]` is not supported", "`[project]` is not supported"},
    Reason{"requires `package.version` be specified",
           "`package.publish` requires `package.version`"},
    Reason{"is incompatible with the version", "does not support edition"},
    Reason{"has different source paths", "has different sources"},
    Reason{"is unsupported as of the 2024 edition", "is not supported as of edition 2024"},
    Reason{"invalid type: string", "must be true or false"},
    Reason{"key with no value", "this is not valid TOML"},
};

}  // namespace

const Reason* reason_of(const std::string& cargo_says) {
  const auto found = std::find_if(reasons.begin(), reasons.end(), [&](const Reason& reason) {
    return cargo_says.find(reason.cargo) != std::string::npos;
  });
  return found == reasons.end() ? nullptr : &*found;
}

}  // namespace larder::test
