#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The names that cargo allows (cargo: crates/cargo-util-schemas/src/restricted_names.rs).
namespace larder::cargo {

/// The Unicode properties for Rust identifiers, in the version that cargo 1.95 uses.
bool is_xid_start(char32_t character);
bool is_xid_continue(char32_t character);

/// Removes and returns the first character of non-empty UTF-8 text. An invalid byte becomes U+FFFD,
/// which no name allows.
char32_t take_character(std::string_view& text);

/// Rustc's name for a package or library: with `_` for every `-`.
std::string crate_name(std::string name);

/// Each describes what is wrong with a name. Nothing when cargo accepts it.
std::optional<std::string> package_name_problem(std::string_view name);
std::optional<std::string> registry_name_problem(std::string_view name);
std::optional<std::string> profile_name_problem(std::string_view name);
std::optional<std::string> feature_name_problem(std::string_view name);
/// A name in `[path-bases]`.
std::optional<std::string> path_base_name_problem(std::string_view name);

}  // namespace larder::cargo
