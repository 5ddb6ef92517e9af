#pragma once

#include <map>
#include <set>
#include <string>

#include "larder/cargo/toml/toml.hpp"
#include "larder/reduce/skeleton.hpp"

// Splits a skeleton's manifests into the requests for external packages and the rest.

namespace larder::report {

/// What a skeleton asks of one external package.
struct Asked {
  /// "derive", "default", "rt on cfg(unix)".
  std::set<std::string> features;
  /// Who asks: "normal", "build on cfg(unix)", "normal of `app`" where local packages are not
  /// merged.
  std::set<std::string> roles;
  /// Each request in full, for differences that features and roles do not show.
  std::set<std::string> requests;
};

struct Requests {
  /// By name and version.
  std::map<std::string, std::map<std::string, Asked>> packages;
  /// By path: the manifests without those requests.
  std::map<std::string, cargo::TomlTable> rest;
};

/// Manifests that are not valid TOML count as empty: cook checks the recipe.
Requests requests_of(const reduce::Skeleton& skeleton);

}  // namespace larder::report
