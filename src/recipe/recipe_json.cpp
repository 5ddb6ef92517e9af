#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base64.hpp"
#include "chef_recipe.hpp"
#include "json_text.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/command/flags.hpp"
#include "larder/recipe/recipe.hpp"
#include "recipe_document.hpp"

// The only place that knows the keys of the recipe's JSON. The keys under `skeleton` are
// cargo-chef's, so that either tool can read the other's file.

namespace larder::recipe {

using cargo::TargetKind;
using nlohmann::json;

namespace {

const std::vector<std::pair<TargetKind, std::string>>& kind_names() {
  static const std::vector<std::pair<TargetKind, std::string>> names{
      {TargetKind::Bin, "Bin"},
      {TargetKind::Test, "Test"},
      {TargetKind::Bench, "Bench"},
      {TargetKind::Example, "Example"},
      {TargetKind::BuildScript, "BuildScript"}};
  return names;
}

json write_target(const reduce::SkeletonTarget& target) {
  json kind = {{"Lib", {{"is_proc_macro", target.is_proc_macro}}}};
  for (const auto& [value, name] : kind_names()) {
    if (value == target.kind) kind = name;
  }
  return {{"path", target.path}, {"kind", std::move(kind)}, {"name", target.name}};
}

json write_manifests(const std::vector<reduce::SkeletonManifest>& manifests) {
  json out = json::array();
  for (const auto& manifest : manifests) {
    json targets = json::array();
    for (const auto& target : manifest.targets) targets.push_back(write_target(target));
    out.push_back({{"relative_path", manifest.path},
                   {"contents", manifest.contents},
                   {"targets", std::move(targets)}});
  }
  return out;
}

json write_skeleton(const reduce::Skeleton& skeleton) {
  return {{"manifests", write_manifests(skeleton.manifests)}, {"lock_file", skeleton.lock_file}};
}

json write_command(const Command& command) {
  const auto& assumed = command.assumptions;
  json out = {{"name", command.name},
              {"args", command.line.arguments()},
              {"cook_args", command.cook_line.arguments()},
              {"assumes",
               {{"lto", assumed.lto ? "on" : "off"},
                {"panic", assumed.panic_abort ? "abort" : "unwind"},
                {"targets", assumed.targets}}}};
  if (!command.unmerged_reason.empty()) out["fallback"] = command.unmerged_reason;
  if (!command.requests.empty()) out["requests"] = write_manifests(command.requests);
  return out;
}

bool is_utf8(const std::string& text) {
  try {
    (void)json(text).dump();
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

json write_source(const SourceFile& source) {
  const bool plain = is_utf8(source.contents);
  return {{"path", source.path},
          {"encoding", plain ? "utf8" : "base64"},
          {"executable", source.executable},
          {"contents", plain ? source.contents : base64(source.contents)}};
}

json optional_text(const std::optional<std::string>& text) {
  return text ? json(*text) : json(nullptr);
}

reduce::SkeletonTarget read_target(const Cursor& cursor) {
  reduce::SkeletonTarget target;
  target.path = cursor.at("path").inner_path();
  target.name = cursor.at("name").string();
  const auto kind = cursor.at("kind");
  if (kind.value().is_object()) {
    target.is_proc_macro = kind.at("Lib").at("is_proc_macro").boolean();
    return target;
  }
  std::vector<std::pair<std::string, TargetKind>> choices;
  for (const auto& [value, name] : kind_names()) choices.emplace_back(name, value);
  target.kind = kind.one_of(choices);
  return target;
}

std::vector<reduce::SkeletonManifest> read_manifests(const Cursor& cursor) {
  std::vector<reduce::SkeletonManifest> out;
  std::set<std::string> seen;
  for (const auto& item : cursor.items()) {
    const auto relative = item.at("relative_path");
    reduce::SkeletonManifest manifest{relative.inner_path(), item.at("contents").string(), {}};
    if (path::file_name(manifest.path) != "Cargo.toml") {
      throw relative.error(
          fmt::format("manifest path `{}` does not end in Cargo.toml", manifest.path));
    }
    if (!seen.insert(manifest.path).second) {
      throw relative.error(fmt::format("the manifest `{}` occurs twice", manifest.path));
    }
    for (const auto& target : item.at("targets").items())
      manifest.targets.push_back(read_target(target));
    out.push_back(std::move(manifest));
  }
  if (!seen.contains("Cargo.toml")) throw cursor.error("the skeleton has no root manifest");
  return out;
}

void read_skeleton(const Cursor& cursor, reduce::Skeleton& skeleton, bool needs_lock) {
  skeleton.manifests = read_manifests(cursor.at("manifests"));
  // cargo-chef writes null if the workspace has no lock file.
  if (needs_lock || cursor.has("lock_file")) skeleton.lock_file = cursor.at("lock_file").string();
}

void read_shared(const Cursor& cursor, reduce::Skeleton& skeleton) {
  if (cursor.has("config_file")) skeleton.config_file = cursor.at("config_file").string();
  if (!cursor.has("rust_toolchain_file")) return;
  const auto pair = cursor.at("rust_toolchain_file").items();
  if (pair.size() != 2)
    throw cursor.error("`rust_toolchain_file` must be a pair of a kind and a text");
  const auto name =
      pair[0].one_of<std::string>({{"Bare", "rust-toolchain"}, {"Toml", "rust-toolchain.toml"}});
  skeleton.toolchain = reduce::ToolchainText{name, pair[1].string()};
}

SourceFile read_source(const Cursor& cursor) {
  SourceFile source{cursor.at("path").inner_path(), cursor.at("contents").string(),
                    cursor.at("executable").boolean()};
  if (cursor.at("encoding").one_of<bool>({{"utf8", true}, {"base64", false}})) return source;
  auto bytes = from_base64(source.contents);
  if (!bytes) throw cursor.error(fmt::format("the contents of `{}` are not base64", source.path));
  source.contents = *std::move(bytes);
  return source;
}

/// Parses the words of a cargo command. Leaves out flags about output, which older recipes may
/// have.
cargo::CommandLine read_line(const Cursor& cursor) {
  const auto words = cursor.strings();
  const auto refused = [&](const std::string& reason) {
    return cursor.error(
        fmt::format("the recipe has the command `cargo {}`, which cargo would not accept: {}",
                    cargo::join_command(words), reason));
  };
  for (const auto& word : words) {
    if (word.find('\0') != std::string::npos) throw refused("it contains a NUL byte");
  }
  try {
    auto line = cargo::parse_command_line(words);
    cargo::clear_flags(line, {cargo::FlagRole::Output});
    return line;
  } catch (const Error& error) {
    throw refused(error.message());
  }
}

Command read_command(const Cursor& cursor) {
  Command command;
  command.name = cursor.at("name").string();
  command.line = read_line(cursor.at("args"));
  command.cook_line = read_line(cursor.at("cook_args"));
  const auto assumed = cursor.at("assumes");
  command.assumptions.lto = assumed.at("lto").one_of<bool>({{"on", true}, {"off", false}});
  command.assumptions.panic_abort =
      assumed.at("panic").one_of<bool>({{"abort", true}, {"unwind", false}});
  command.assumptions.targets = assumed.at("targets").number();
  if (cursor.has("fallback")) command.unmerged_reason = cursor.at("fallback").string();
  if (cursor.has("requests")) command.requests = read_manifests(cursor.at("requests"));
  return command;
}

void check_format(const Cursor& root, const std::string& file) {
  if (!root.has("larder")) {
    // cargo-chef's recipes are open.
    if (root.has("skeleton")) return;
    throw Error("recipe-format", "this is not a recipe: it has neither `larder` nor `skeleton`")
        .in_file(file)
        .hint("make it with `cargo larder prepare -- CARGO COMMAND`");
  }
  const auto number = root.at("larder").at("format").number();
  if (number >= oldest_format && number <= newest_format) return;
  throw Error("recipe-format",
              fmt::format("the recipe has format {}, but this program reads formats {} to {}",
                          number, oldest_format, newest_format))
      .in_file(file)
      .hint("use the same version of cargo-larder for prepare and cook");
}

void set_kinds(Recipe& recipe) {
  std::set<std::string> targets;
  for (const auto& command : recipe.commands)
    targets.insert(command.line.targets.begin(), command.line.targets.end());
  for (auto& source : recipe.sources) {
    if (targets.contains(source.path)) source.kind = SourceKind::TargetSpecification;
  }
}

void read_larder(const Cursor& root, const reduce::Skeleton& shared, Recipe& recipe) {
  const auto larder = root.at("larder");
  if (larder.has("sources")) {
    for (const auto& item : larder.at("sources").items())
      recipe.sources.push_back(read_source(item));
  }
  if (larder.at("root").string() != ".") recipe.root = larder.at("root").inner_path();
  if (larder.has("directory")) {
    recipe.directory = larder.at("directory").inner_path();
    if (recipe.root != ".")
      throw larder.at("root").error(
          "the recipe cannot be made both above and below the workspace root");
  }
  if (larder.has("start_manifest"))
    recipe.start_manifest = larder.at("start_manifest").inner_path();
  if (larder.has("whole_lock")) recipe.whole_lock = larder.at("whole_lock").string();
  std::set<std::string> names;
  for (const auto& item : larder.at("commands").items()) {
    auto command = read_command(item);
    command.skeleton = shared;
    read_skeleton(recipe.commands.empty() ? root.at("skeleton") : item.at("skeleton"),
                  command.skeleton, true);
    if (!names.insert(command.name).second) {
      throw item.error(fmt::format("two commands of the recipe are named `{}`", command.name));
    }
    recipe.commands.push_back(std::move(command));
  }
  set_kinds(recipe);
}

}  // namespace

bool is_like_recipe(std::string_view text) {
  const auto starts_with = [&](std::string_view key) {
    const auto quote = text.find_first_not_of("{ \t\r\n");
    return text.starts_with('{') && quote != std::string_view::npos &&
           text.substr(quote).starts_with(key);
  };
  return starts_with("\"larder\":") || starts_with("\"skeleton\":");
}

std::string write(const Recipe& recipe) {
  const auto& first = recipe.open ? *recipe.open : recipe.commands.at(0).skeleton;
  json skeleton = write_skeleton(first);
  skeleton["config_file"] = optional_text(first.config_file);
  skeleton["rust_toolchain_file"] = nullptr;
  if (first.toolchain) {
    const auto* kind = first.toolchain->name == "rust-toolchain" ? "Bare" : "Toml";
    skeleton["rust_toolchain_file"] = json::array({kind, first.toolchain->contents});
  }
  json commands = json::array();
  for (const auto& command : recipe.commands) {
    commands.push_back(write_command(command));
    if (&command != recipe.commands.data())
      commands.back()["skeleton"] = write_skeleton(command.skeleton);
  }
  json sources = json::array();
  for (const auto& source : recipe.sources) sources.push_back(write_source(source));
  json document = {{"skeleton", std::move(skeleton)},
                   {"larder",
                    {{"format", recipe.directory.empty() ? oldest_format : newest_format},
                     {"root", recipe.root},
                     {"commands", std::move(commands)},
                     {"sources", std::move(sources)}}}};
  if (!recipe.directory.empty()) document["larder"]["directory"] = recipe.directory;
  if (!recipe.start_manifest.empty()) document["larder"]["start_manifest"] = recipe.start_manifest;
  if (recipe.whole_lock) document["larder"]["whole_lock"] = *recipe.whole_lock;
  return json_text(document) + "\n";
}

Recipe read(const std::string& file, std::string_view text) {
  const auto document = parse_document(file, text);
  const Cursor root(document, "recipe", file);
  check_format(root, file);
  Recipe recipe;
  reduce::Skeleton shared;
  read_shared(root.at("skeleton"), shared);
  recipe.is_foreign = !root.has("larder");
  if (recipe.is_foreign) {
    refuse_old_chef(document, file);
  } else {
    read_larder(root, shared, recipe);
  }
  if (recipe.commands.empty()) {
    read_skeleton(root.at("skeleton"), shared, root.has("larder"));
    if (recipe.is_foreign) {
      for (auto& manifest : shared.manifests) drop_program_types(manifest);
    }
    recipe.open = std::move(shared);
  }
  return recipe;
}

}  // namespace larder::recipe
