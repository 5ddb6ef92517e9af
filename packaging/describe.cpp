// Writes the manual pages and the completions of cargo-larder, from the definition of its command
// line:  larder_describe DIRECTORY

#include "describe.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "cli/definition.hpp"

namespace larder::packaging {

namespace {

/// "WHEN:{auto,always,never}" → the value and its choices.
void read_type(const std::string& type, Option& option) {
  option.value = type.substr(0, type.find(':'));
  const auto open = type.find('{');
  if (open == std::string::npos) return;
  const auto close = type.find('}', open);
  if (close == std::string::npos) throw std::runtime_error("a choice without an end: " + type);
  option.choices = CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

Option option_from(const CLI::Option& source) {
  Option out;
  for (const auto& name : source.get_snames()) out.names.push_back("-" + name);
  for (const auto& name : source.get_lnames()) out.names.push_back("--" + name);
  if (source.get_positional()) {
    out.value = source.get_name();
  } else if (source.get_expected_max() != 0) {
    read_type(source.get_type_name(), out);
  }
  out.description = source.get_description();
  if (out.description.empty()) throw std::runtime_error(source.get_name() + " has no description");
  out.default_value = source.get_default_str();
  out.required = source.get_required();
  return out;
}

Command command_from(const CLI::App& app) {
  Command out;
  out.name = app.get_name();
  out.description = app.get_description();
  while (out.description.ends_with('.')) out.description.pop_back();
  out.footer = app.get_footer();
  out.takes_cargo_words = app.get_allow_extras() || app.get_prefix_command();
  for (const auto* option : app.get_options())
    (option->get_positional() ? out.places : out.options).push_back(option_from(*option));
  return out;
}

Program program_from(const CLI::App& app) {
  Program out;
  out.version = LARDER_VERSION;
  out.main = command_from(app);
  out.main.name.clear();
  for (const auto* command : app.get_subcommands({}))
    out.commands.push_back(command_from(*command));
  return out;
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

void write_all(const std::filesystem::path& directory, const Program& program) {
  const auto write_page = [&](const Command& command) {
    write(directory / "man" / (page_name(command) + ".1"), man_page(program, command));
  };
  write_page(program.main);
  for (const auto& command : program.commands) write_page(command);
  const auto completions = directory / "completions";
  write(completions / "cargo-larder.bash", bash_completion(program));
  write(completions / "_cargo-larder", zsh_completion(program));
  write(completions / "cargo-larder.fish", fish_completion(program));
  write(completions / "cargo-larder.conf.fish", fish_configuration());
}

}  // namespace

}  // namespace larder::packaging

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: larder_describe DIRECTORY\n", stderr);
    return 2;
  }
  try {
    larder::cli::with_definition([&](const CLI::App& app) {
      larder::packaging::write_all(argv[1], larder::packaging::program_from(app));
    });
  } catch (const std::exception& error) {
    std::fprintf(stderr, "larder_describe: %s\n", error.what());
    return 1;
  }
  return 0;
}
