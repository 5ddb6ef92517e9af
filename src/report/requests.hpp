#pragma once

#include <map>
#include <set>
#include <string>

#include "larder/cargo/toml/toml.hpp"
#include "larder/reduce/skeleton.hpp"

// A skeleton's manifests taken apart: what is asked of external packages, and the rest.

namespace larder::report {

/// What a skeleton asks of one external package.
struct Asked {
  /// "derive", "default", "rt on cfg(unix)".
  std::set<std::string> features;
  /// Who asks: "normal", "build on cfg(unix)", "normal of `app`" where local packages are not
  /// merged.
  std::set<std::string> roles;
  /// Each request in full, for what the two do not tell.
  std::set<std::string> requests;
};

struct Requests {
  /// By name and version.
  std::map<std::string, std::map<std::string, Asked>> packages;
  /// By path: the manifests without those requests.
  std::map<std::string, cargo::TomlTable> rest;
};

/// Manifests that are no TOML are taken for empty ones: a recipe is checked where it is cooked.
Requests requests_of(const reduce::Skeleton& skeleton);

}  // namespace larder::report
