#include "larder/cargo/manifest/manifest_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

#include "larder/cargo/command/package_spec.hpp"
#include "larder/cargo/manifest/names.hpp"
#include "larder/cargo/toml/whitespace.hpp"
#include "larder/cargo/workspace/version.hpp"

namespace larder::cargo {

namespace {

using Check = void (*)(const TomlCursor&);
struct Field {
  std::string_view key;
  Check check;
};

// --- single values -------------------------------------------------------------------------------

[[noreturn]] void expected(const TomlCursor& value, std::string_view wanted) {
  throw value.error(
      fmt::format("`{}` must be {}, but it is {}", value.key(), wanted, value.value().type_name()));
}

void text(const TomlCursor& value) {
  value.as_string();
}

void flag(const TomlCursor& value) {
  value.as_bool();
}

void texts(const TomlCursor& value) {
  value.check_strings();
}

void text_or_flag(const TomlCursor& value) {
  if (value.value().string() == nullptr && value.value().boolean() == nullptr)
    expected(value, "a string or a boolean");
}

void texts_or_flag(const TomlCursor& value) {
  if (value.value().boolean() != nullptr) return;
  if (value.value().array() == nullptr) expected(value, "an array of strings or a boolean");
  texts(value);
}

void text_or_texts(const TomlCursor& value) {
  if (value.value().string() != nullptr) return;
  if (value.value().array() == nullptr) expected(value, "a string or an array of strings");
  texts(value);
}

void build_script(const TomlCursor& value) {
  if (value.value().boolean() == nullptr) text_or_texts(value);
}

void check_version(const TomlCursor& value, std::string_view text) {
  if (!parse_version(text)) {
    throw value.error(fmt::format("`{}` is not a semantic version", value.as_string()))
        .hint("write MAJOR.MINOR.PATCH, for example \"1.0.0\"");
  }
}

/// The version of a package may have spaces around it. That of `[workspace.package]` may not.
void version(const TomlCursor& value) {
  check_version(value, trimmed(value.as_string()));
}

void shared_version(const TomlCursor& value) {
  check_version(value, value.as_string());
}

void rust_version(const TomlCursor& value) {
  if (!parse_rust_version(value.as_string())) {
    throw value.error(fmt::format("`{}` is not a Rust version", value.as_string()))
        .hint("write for example \"1.70\"");
  }
}

void codegen_units(const TomlCursor& value) {
  const auto* number = value.value().integer();
  if (number == nullptr || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max())
    expected(value, "a non-negative number");
}

void opt_level(const TomlCursor& value) {
  if (value.value().integer() != nullptr) return;
  const auto* word = value.value().string();
  if (word == nullptr || (*word != "s" && *word != "z"))
    throw value.error(fmt::format("`{}` must be 0, 1, 2, 3, \"s\" or \"z\"", value.key()));
}

void debug(const TomlCursor& value) {
  const auto* word = value.value().string();
  const auto* number = value.value().integer();
  const bool known =
      value.value().boolean() != nullptr || (number != nullptr && *number >= 0 && *number <= 2) ||
      (word != nullptr && (*word == "none" || *word == "limited" || *word == "full" ||
                           *word == "line-directives-only" || *word == "line-tables-only"));
  if (known) return;
  throw value.error(
      fmt::format("`{}` must be a boolean, 0, 1, 2, \"none\", \"limited\", \"full\", "
                  "\"line-tables-only\" or \"line-directives-only\"",
                  value.key()));
}

// --- names ---------------------------------------------------------------------------------------

using NameProblem = std::optional<std::string> (*)(std::string_view);

template <NameProblem problem>
void name(const TomlCursor& value) {
  if (const auto found = problem(value.as_string())) throw value.error(*found);
}

// --- tables --------------------------------------------------------------------------------------

void check_field(std::string_view key, const TomlCursor& value, std::span<const Field> known) {
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const Field& field) { return field.key == key; });
  if (found != known.end()) found->check(value);
}

/// Checks the known keys of a table. Other keys pass.
void fields(const TomlCursor& table, std::span<const Field> known) {
  for (const auto& [key, value] : table.entries()) check_field(key, value, known);
}

template <Check check>
void each_value(const TomlCursor& table) {
  for (const auto& [key, value] : table.entries()) check(value);
}

template <NameProblem problem, Check check>
void each_named(const TomlCursor& table) {
  for (const auto& [key, value] : table.entries()) {
    if (const auto found = problem(key)) throw value.error(*found);
    check(value);
  }
}

template <Check check>
void each_item(const TomlCursor& array) {
  for (const auto& item : array.as_array()) check(item);
}

/// A value, or `{ workspace = true }`.
template <Check check>
void inheritable(const TomlCursor& value) {
  if (!value.is_table()) return check(value);
  const auto inherits = value.find("workspace");
  if (!inherits) expected(value, "a value or `{ workspace = true }`");
  if (!inherits->as_bool())
    throw inherits->error(fmt::format("`{}` cannot be false", inherits->key()));
}

// --- the sections --------------------------------------------------------------------------------

void badges(const TomlCursor& table) {
  each_value<each_value<text>>(table);
}

void misplaced_cargo_features(const TomlCursor& value) {
  throw value.error("`cargo-features` must be at the top of the manifest, before any table");
}

constexpr Field package_fields[] = {
    {"authors", inheritable<texts>},
    {"autobenches", flag},
    {"autobins", flag},
    {"autoexamples", flag},
    {"autolib", flag},
    {"autotests", flag},
    {"build", build_script},
    {"cargo-features", misplaced_cargo_features},
    {"categories", inheritable<texts>},
    {"default-run", text},
    {"default-target", text},
    {"description", inheritable<text>},
    {"documentation", inheritable<text>},
    {"edition", inheritable<text>},
    {"exclude", inheritable<texts>},
    {"forced-target", text},
    {"homepage", inheritable<text>},
    {"im-a-teapot", flag},
    {"include", inheritable<texts>},
    {"keywords", inheritable<texts>},
    {"license", inheritable<text>},
    {"license-file", inheritable<text>},
    {"links", text},
    {"metabuild", text_or_texts},
    {"name", name<package_name_problem>},
    {"publish", inheritable<texts_or_flag>},
    {"readme", inheritable<text_or_flag>},
    {"repository", inheritable<text>},
    {"resolver", text},
    {"rust-version", inheritable<rust_version>},
    {"version", inheritable<version>},
    {"workspace", text},
};

void package(const TomlCursor& table) {
  fields(table, package_fields);
}

constexpr Field shared_package_fields[] = {
    {"authors", texts},          {"badges", badges},
    {"categories", texts},       {"description", text},
    {"documentation", text},     {"edition", text},
    {"exclude", texts},          {"homepage", text},
    {"include", texts},          {"keywords", texts},
    {"license", text},           {"license-file", text},
    {"publish", texts_or_flag},  {"readme", text_or_flag},
    {"repository", text},        {"rust-version", rust_version},
    {"version", shared_version},
};

void shared_package(const TomlCursor& table) {
  fields(table, shared_package_fields);
}

constexpr Field target_fields[] = {
    {"bench", flag},
    {"crate-type", texts},
    {"crate_type", texts},
    {"doc", flag},
    {"doc-scrape-examples", flag},
    {"doctest", flag},
    {"edition", text},
    {"filename", text},
    {"harness", flag},
    {"name", text},
    {"path", text},
    {"proc-macro", flag},
    {"proc_macro", flag},
    {"required-features", texts},
    {"test", flag},
};

void target(const TomlCursor& table) {
  fields(table, target_fields);
}

constexpr Field dependency_fields[] = {
    {"artifact", text_or_texts},
    {"base", name<path_base_name_problem>},
    {"branch", text},
    {"default-features", flag},
    {"default_features", flag},
    {"features", texts},
    {"git", text},
    {"lib", flag},
    {"optional", flag},
    {"package", name<package_name_problem>},
    {"path", text},
    {"public", flag},
    {"registry", name<registry_name_problem>},
    {"registry-index", text},
    {"rev", text},
    {"tag", text},
    {"target", text},
    {"version", text},
};

void dependency(const TomlCursor& value) {
  if (value.value().string() != nullptr) return;
  if (!value.is_table()) {
    auto error = value.error(
        fmt::format("`{}` must be a version like \"0.9.8\" or a table like {{ version = \"0.9.8\" "
                    "}}, but it is {}",
                    value.key(), value.value().type_name()));
    if (value.value().boolean() != nullptr && *value.value().boolean())
      error.hint("to take it from the workspace, write `NAME.workspace = true`");
    throw error;
  }
  fields(value, dependency_fields);
}

constexpr Field inherited_dependency_fields[] = {
    {"default-features", flag}, {"default_features", flag}, {"features", texts},
    {"optional", flag},         {"public", flag},
};

/// Cargo ignores all other keys of an inherited dependency.
void inheritable_dependency(const TomlCursor& value) {
  const auto inherits = value.is_table() ? value.find("workspace") : std::nullopt;
  if (!inherits || inherits->value().boolean() == nullptr) return dependency(value);
  if (!*inherits->value().boolean())
    throw inherits->error(fmt::format("`{}` cannot be false", inherits->key()));
  fields(value, inherited_dependency_fields);
}

constexpr Check own_dependencies = each_named<package_name_problem, inheritable_dependency>;

constexpr Field platform_fields[] = {
    {"build-dependencies", own_dependencies}, {"build_dependencies", own_dependencies},
    {"dependencies", own_dependencies},       {"dev-dependencies", own_dependencies},
    {"dev_dependencies", own_dependencies},
};

void platform(const TomlCursor& table) {
  fields(table, platform_fields);
}

void lint_level(const TomlCursor& value) {
  const auto& level = value.as_string();
  if (level != "forbid" && level != "deny" && level != "warn" && level != "allow") {
    throw value.error(
        fmt::format("`{}` must be \"forbid\", \"deny\", \"warn\" or \"allow\", not \"{}\"",
                    value.key(), level));
  }
}

void lint_priority(const TomlCursor& value) {
  const auto* number = value.value().integer();
  if (number == nullptr || *number < -128 || *number > 127)
    expected(value, "a number from -128 to 127");
}

constexpr Field lint_fields[] = {{"level", lint_level}, {"priority", lint_priority}};

void lint(const TomlCursor& value) {
  if (!value.is_table()) return lint_level(value);
  if (!value.find("level")) throw value.error(fmt::format("`{}` has no `level`", value.key()));
  fields(value, lint_fields);
}

void lints(const TomlCursor& table) {
  for (const auto& [tool, value] : table.entries()) {
    if (tool == "workspace") {
      if (!value.as_bool()) throw value.error(fmt::format("`{}` cannot be false", value.key()));
    } else {
      each_value<lint>(value);
    }
  }
}

void hints(const TomlCursor& table) {
  table.as_table();
}

void package_specification(const TomlCursor& profile, std::string_view specification) {
  if (specification != "*" && !parse_package_spec(specification))
    throw profile.error(fmt::format("`{}` is not a package id specification", specification));
}

void profile(const TomlCursor& table);

void profile_packages(const TomlCursor& table) {
  for (const auto& [specification, value] : table.entries()) {
    package_specification(value, specification);
    profile(value);
  }
}

constexpr Field profile_fields[] = {
    {"build-override", profile},
    {"codegen-backend", text},
    {"codegen-units", codegen_units},
    {"debug", debug},
    {"debug-assertions", flag},
    {"dir-name", text},
    {"hint-mostly-unused", flag},
    {"incremental", flag},
    {"inherits", text},
    {"lto", text_or_flag},
    {"opt-level", opt_level},
    {"overflow-checks", flag},
    {"package", profile_packages},
    {"panic", text},
    {"rpath", flag},
    {"rustflags", texts},
    {"split-debuginfo", text},
    {"strip", text_or_flag},
};

void profile(const TomlCursor& table) {
  fields(table, profile_fields);
}

constexpr Check shared_dependencies = each_named<package_name_problem, dependency>;

constexpr Field workspace_fields[] = {
    {"default-members", texts}, {"dependencies", shared_dependencies},
    {"exclude", texts},         {"lints", each_value<each_value<lint>>},
    {"members", texts},         {"package", shared_package},
    {"resolver", text},
};

void workspace(const TomlCursor& table) {
  fields(table, workspace_fields);
}

constexpr Field manifest_fields[] = {
    {"badges", badges},
    {"bench", each_item<target>},
    {"bin", each_item<target>},
    {"build-dependencies", own_dependencies},
    {"build_dependencies", own_dependencies},
    {"cargo-features", texts},
    {"dependencies", own_dependencies},
    {"dev-dependencies", own_dependencies},
    {"dev_dependencies", own_dependencies},
    {"example", each_item<target>},
    {"features", each_named<feature_name_problem, texts>},
    {"hints", hints},
    {"lib", target},
    {"lints", lints},
    {"package", package},
    {"patch", each_value<shared_dependencies>},
    {"profile", each_named<profile_name_problem, profile>},
    {"project", package},
    {"replace", each_value<dependency>},
    {"target", each_value<platform>},
    {"test", each_item<target>},
    {"workspace", workspace},
};

}  // namespace

void check_manifest_types(const TomlCursor& manifest) {
  // If several sections are wrong, the error names the first one in the file.
  std::vector<std::pair<std::string_view, TomlCursor>> sections;
  for (const auto& section : manifest.entries()) sections.push_back(section);
  std::sort(sections.begin(), sections.end(), [](const auto& a, const auto& b) {
    return a.second.value().position().line < b.second.value().position().line;
  });
  for (const auto& [key, value] : sections) check_field(key, value, manifest_fields);
}

}  // namespace larder::cargo
