#include "cargo_calls.hpp"

#include <algorithm>
#include <array>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"

namespace larder::lint {

namespace {

using Words = std::vector<ExpandedWord>;

bool is_flag(const ExpandedWord& word, std::string_view name) {
  return word.text == name;
}

/// Takes a flag without a value. Returns whether it was there.
bool take_flag(Words& words, std::string_view name) {
  const auto before = words.size();
  std::erase_if(words, [&](const ExpandedWord& word) { return is_flag(word, name); });
  return words.size() != before;
}

/// Takes `--name VALUE` and `--name=VALUE`, all of them.
std::vector<std::string> take_values(Words& words, std::string_view name) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < words.size();) {
    const bool apart = words[i].text == name;
    const auto joined = std::string(name) + "=";
    if (!apart && !words[i].text.starts_with(joined)) {
      ++i;
      continue;
    }
    const bool has_next = apart && i + 1 < words.size();
    if (!apart) out.push_back(words[i].text.substr(joined.size()));
    if (has_next) out.push_back(words[i + 1].text);
    const auto start = words.begin() + static_cast<std::ptrdiff_t>(i);
    words.erase(start, start + (has_next ? 2 : 1));
  }
  return out;
}

/// Cuts off the words behind the first `--`.
std::optional<Words> take_trailing_words(Words& words) {
  const auto at = std::find_if(words.begin(), words.end(),
                               [](const ExpandedWord& word) { return word.text == "--"; });
  if (at == words.end()) return std::nullopt;
  Words out(at + 1, words.end());
  words.erase(at, words.end());
  return out;
}

std::vector<std::string> texts(const Words& words) {
  std::vector<std::string> out;
  for (const auto& word : words) out.push_back(word.text);
  return out;
}

void set_line(CargoCall& call, const std::vector<std::string>& words) {
  try {
    call.line = cargo::parse_command_line(words);
  } catch (const Error& error) {
    call.refusal = error.message();
  }
}

void set_recipe(CargoCall& call, Words& words) {
  const auto given = take_values(words, "--recipe-path");
  call.recipe_path = path::join(call.directory, given.empty() ? "recipe.json" : given.back());
}

void drop_own_options(Words& words) {
  for (const auto* name : {"--only", "--store", "--store-from", "--store-size", "--manifest-path"})
    take_values(words, name);
  for (const auto* name : {"--strict", "--store-read-only"}) take_flag(words, name);
}

void read_prepare(CargoCall& call, Words words) {
  call.action = Action::Prepare;
  const auto trailing = take_trailing_words(words);
  set_recipe(call, words);
  call.whole_lock = take_flag(words, "--whole-lock");
  const auto stated = take_values(words, "--for");
  call.states_command = trailing.has_value() || !stated.empty();
  if (trailing) return set_line(call, texts(*trailing));
  if (stated.size() != 1) return;
  const auto& text = stated[0];
  const auto equals = text.find('=');
  const bool is_named = equals != std::string::npos && text.find(' ') > equals;
  try {
    set_line(call, cargo::split_command(is_named ? text.substr(equals + 1) : text));
  } catch (const Error& error) {
    call.refusal = error.message();
  }
}

void read_cook(CargoCall& call, Words words) {
  call.action = Action::Cook;
  const auto trailing = take_trailing_words(words);
  set_recipe(call, words);
  drop_own_options(words);
  call.no_build = take_flag(words, "--no-build");
  take_flag(words, "--no-std");
  call.subcommand = "build";
  for (const auto* name : {"check", "clippy", "zigbuild"}) {
    if (take_flag(words, std::string("--") + name)) call.subcommand = name;
  }
  call.words = texts(words);
  if (trailing) return set_line(call, texts(*trailing));
  auto command = call.words;
  command.insert(command.begin(), call.subcommand);
  set_line(call, command);
}

bool compiles(const std::string& subcommand) {
  constexpr std::array<std::string_view, 12> compiling{
      "build", "b", "check", "c", "clippy", "test", "t", "bench", "run", "r", "rustc", "zigbuild"};
  return std::find(compiling.begin(), compiling.end(), subcommand) != compiling.end();
}

std::string full_name(const std::string& subcommand) {
  if (subcommand == "b") return "build";
  if (subcommand == "c") return "check";
  if (subcommand == "t") return "test";
  if (subcommand == "r") return "run";
  return subcommand;
}

/// A command of cargo's own, or of a tool that calls it with the same flags.
void read_cargo(CargoCall& call, Words words) {
  call.subcommand = full_name(words[0].text);
  call.action =
      compiles(call.subcommand) || call.subcommand == "install" ? Action::Build : Action::Other;
  words[0].text = call.subcommand;
  if (call.action == Action::Build) set_line(call, texts(words));
  words.erase(words.begin());
  call.words = texts(words);
}

void read_larder_build(CargoCall& call, Words words) {
  call.subcommand = words[0].text;
  call.action = Action::Build;
  words.erase(words.begin());
  set_recipe(call, words);
  drop_own_options(words);
  call.words = texts(words);
  try {
    call.line = cargo::parse_flags(call.subcommand, call.words);
  } catch (const Error& error) {
    call.refusal = error.message();
  }
}

void read_own(CargoCall& call, Words words) {
  if (words.empty()) return;
  const auto command = words[0].text;
  for (const auto& word : words) call.places.push_back(word.at);
  if (command == "prepare" || command == "cook") words.erase(words.begin());
  if (command == "prepare") return read_prepare(call, std::move(words));
  if (command == "cook") return read_cook(call, std::move(words));
  if (call.tool == Tool::Larder && (compiles(command) || command == "doc"))
    read_larder_build(call, std::move(words));
}

/// Drops what stands in front of a program: `env A=b`, `exec`, `nice`, `sudo`.
void drop_launchers(Words& words) {
  constexpr std::array<std::string_view, 6> launchers{"env",  "exec",    "nice",
                                                      "sudo", "command", "xvfb-run"};
  while (words.size() > 1 && std::find(launchers.begin(), launchers.end(),
                                       program_name(words[0].text)) != launchers.end()) {
    words.erase(words.begin());
    while (words.size() > 1 &&
           (words[0].text.find('=') != std::string::npos || words[0].text.starts_with('-')))
      words.erase(words.begin());
  }
}

std::optional<Tool> own_tool(const std::string& program) {
  if (program == "cargo-larder") return Tool::Larder;
  if (program == "cargo-chef") return Tool::Chef;
  return std::nullopt;
}

}  // namespace

std::string program_name(const std::string& word) {
  return path::file_name(word);
}

std::optional<CargoCall> cargo_call(std::vector<ExpandedWord> words, CargoCall call) {
  drop_launchers(words);
  if (words.empty()) return std::nullopt;
  const auto program = program_name(words[0].text);
  const auto own = own_tool(program);
  if (!own && program != "cargo") return std::nullopt;
  words.erase(words.begin());
  if (!own && !words.empty() && words[0].text.starts_with('+')) {
    call.toolchain = words[0].text.substr(1);
    words.erase(words.begin());
  }
  // `cargo --locked build`: flags of cargo's own in front of the command.
  while (!own && !words.empty() && words[0].text.starts_with('-')) words.erase(words.begin());
  if (words.empty()) return call;
  const bool names_tool = words[0].text == "larder" || words[0].text == "chef";
  if (own || names_tool) {
    call.tool = own ? *own : words[0].text == "larder" ? Tool::Larder : Tool::Chef;
    if (names_tool) words.erase(words.begin());
    read_own(call, std::move(words));
    return call;
  }
  for (const auto& word : words) call.places.push_back(word.at);
  read_cargo(call, std::move(words));
  return call;
}

std::string CargoCall::value(const std::string& name) const {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second.value;
}

std::string CargoCall::target_directory() const {
  std::string stated = line && line->target_dir ? *line->target_dir : "";
  if (stated.empty()) stated = value("CARGO_TARGET_DIR");
  if (stated.empty()) stated = value("CARGO_BUILD_TARGET_DIR");
  return path::join(directory, stated.empty() ? "target" : stated);
}

std::string CargoCall::cargo_home() const {
  const auto stated = value("CARGO_HOME");
  // That of the official image.
  return stated.empty() ? "/usr/local/cargo" : path::normalize(stated);
}

}  // namespace larder::lint
