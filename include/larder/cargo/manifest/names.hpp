#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Which names cargo allows (cargo: crates/cargo-util-schemas/src/restricted_names.rs).
namespace larder::cargo {

/// The Unicode properties of Rust's identifiers, in the version that cargo 1.95 has.
bool is_xid_start(char32_t character);
bool is_xid_continue(char32_t character);

/// Takes the first character off UTF-8 text that is not empty. A byte that is not UTF-8 counts as
/// U+FFFD, which no name allows.
char32_t take_character(std::string_view& text);

/// The name that rustc has for a package or library: with `_` for every `-`.
std::string crate_name(std::string name);

/// Each says what is wrong with a name, or nothing when cargo accepts it.
std::optional<std::string> package_name_problem(std::string_view name);
std::optional<std::string> registry_name_problem(std::string_view name);
std::optional<std::string> profile_name_problem(std::string_view name);
std::optional<std::string> feature_name_problem(std::string_view name);
/// A name in `[path-bases]`.
std::optional<std::string> path_base_name_problem(std::string_view name);

}  // namespace larder::cargo
