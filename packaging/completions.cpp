#include <fmt/format.h>

#include "describe.hpp"

namespace larder::packaging {

namespace {

constexpr const char* head = "# Written from the definition of the command line: see packaging/.\n";

std::string replace_all(std::string text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string without_backquotes(const std::string& text) {
  return replace_all(text, "`", "'");
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::string command_names(const Program& program, const std::string& between) {
  std::vector<std::string> names;
  for (const auto& command : program.commands) names.push_back(command.name);
  return joined(names, between);
}

std::string option_names(const Command& command) {
  std::string out;
  for (const auto& option : command.options)
    out += (out.empty() ? "" : " ") + joined(option.names, " ");
  return out;
}

/// The text in single quotes of bash and zsh.
std::string quoted(const std::string& text) {
  return "'" + replace_all(text, "'", "'\\''") + "'";
}

/// The text in single quotes of fish.
std::string fish_quoted(const std::string& text) {
  return "'" + replace_all(replace_all(text, "\\", "\\\\"), "'", "\\'") + "'";
}

// Bash: what follows an option that takes a value. By default bash completes files.
std::string bash_values(const Command& command) {
  std::string out;
  for (const auto& option : command.options) {
    if (!option.takes_value()) continue;
    out += fmt::format("    '{}':", command.name) +
           joined(option.names, fmt::format(" | '{}':", command.name)) + ")\n";
    out += fmt::format("      words={} ;;\n",
                       option.takes_file() ? "files" : quoted(joined(option.choices, " ")));
  }
  return out;
}

constexpr const char* bash_end = R"(
  if [ "$words" != files ]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    compopt +o default +o bashdefault 2>/dev/null || true
  fi
}
complete -o default -o bashdefault -F _cargo_larder cargo-larder

# `cargo larder` too: other words of cargo are left to the completion that is there for it.
_cargo_larder_or_cargo() {
  if [ "${COMP_WORDS[1]:-}" = larder ] && [ "$COMP_CWORD" -gt 1 ]; then
    _cargo_larder "$@"
  elif [ -n "$_cargo_larder_cargo" ]; then
    "$_cargo_larder_cargo" "$@"
  fi
}
if declare -F _completion_loader >/dev/null && ! complete -p cargo >/dev/null 2>&1; then
  _completion_loader cargo || true
fi
if ! [[ $(complete -p cargo 2>/dev/null) == *" _cargo_larder_or_cargo "* ]]; then
  _cargo_larder_cargo=
  if [[ $(complete -p cargo 2>/dev/null) =~ -F\ ([^ ]+) ]]; then
    _cargo_larder_cargo=${BASH_REMATCH[1]}
  fi
  complete -o default -o bashdefault -F _cargo_larder_or_cargo cargo
fi
)";

/// `[` and `:` have a meaning in specifications of _arguments, so they are escaped.
std::string zsh_text(const std::string& text) {
  auto out = replace_all(without_backquotes(text), "\\", "\\\\");
  for (const std::string c : {"[", "]", ":"}) out = replace_all(out, c, "\\" + c);
  return out;
}

std::string zsh_value(const Option& option) {
  if (!option.takes_value()) return "";
  if (option.takes_file()) return fmt::format(":{}:_files", option.value);
  if (option.choices.empty()) return fmt::format(":{}: ", option.value);
  return fmt::format(":{}:({})", option.value, joined(option.choices, " "));
}

std::string zsh_options(const Command& command) {
  std::string out;
  for (const auto& option : command.options) {
    for (const auto& name : option.names) {
      // A long name also accepts its value after `=`.
      const auto* equals = option.takes_value() && name.starts_with("--") ? "=" : "";
      out += " \\\n        " + quoted(fmt::format("*{}{}[{}]{}", name, equals,
                                                  zsh_text(option.description), zsh_value(option)));
    }
  }
  return out;
}

std::string zsh_places(const Command& command) {
  std::string out;
  for (std::size_t i = 0; i < command.places.size(); ++i)
    out += " \\\n        " +
           quoted(fmt::format("{}:{}:_files", i + 1, zsh_text(command.places[i].value)));
  if (command.takes_cargo_words) out += " \\\n        '*:word of cargo:_files'";
  return out;
}

std::string fish_option(const Option& option) {
  std::string out;
  for (const auto& name : option.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (option.takes_file()) {
    out += " -r -F";
  } else if (option.takes_value()) {
    out += " -x";
    if (!option.choices.empty()) out += " -a " + fish_quoted(joined(option.choices, " "));
  }
  return out + " -d " + fish_quoted(without_backquotes(option.description));
}

}  // namespace

std::string bash_completion(const Program& program) {
  auto out = std::string(head);
  out += R"(_cargo_larder() {
  local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command= words=files i
  COMPREPLY=()
  # Bash makes words of their own of `--option`, `=` and `value`.
  if [ "$current" = = ]; then
    current=
  elif [ "$option" = = ] && [ "$COMP_CWORD" -gt 1 ]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    --) return ;;
)";
  out += fmt::format("    {})\n", command_names(program, " | "));
  out += R"(      command=${COMP_WORDS[i]}
      break ;;
    esac
  done
  for ((; i < COMP_CWORD; i++)); do
    if [ "${COMP_WORDS[i]}" = -- ]; then return; fi
  done
  case $command:$option in
)";
  out += bash_values(program.main);
  for (const auto& command : program.commands) out += bash_values(command);
  out += "    *)\n      case $command:$current in\n";
  out += fmt::format("      :*) words={} ;;\n",
                     quoted(command_names(program, " ") + " " + option_names(program.main)));
  for (const auto& command : program.commands)
    out += fmt::format("      {}:-*) words={} ;;\n", command.name, quoted(option_names(command)));
  return out + "      esac ;;\n  esac" + bash_end;
}

std::string zsh_completion(const Program& program) {
  // `_cargo` calls a function with this name for `cargo larder`.
  auto out = "#compdef cargo-larder\n" + std::string(head);
  out += R"(_cargo-larder() {
  local context state state_descr line ret=1
  typeset -A opt_args
  local -a commands=(
)";
  for (const auto& command : program.commands)
    out += "    " + quoted(command.name + ":" + zsh_text(command.description)) + "\n";
  out += "  )\n  _arguments -C" + zsh_options(program.main);
  out += R"( \
        '1:command:->command' '*::argument:->argument' && ret=0
  case $state in
  command) _describe -t commands command commands && ret=0 ;;
  argument)
    case $words[1] in
)";
  for (const auto& command : program.commands) {
    out += fmt::format("    {})\n      _arguments{}{} && ret=0 ;;\n", command.name,
                       zsh_options(command), zsh_places(command));
  }
  return out + "    esac ;;\n  esac\n  return ret\n}\n_cargo-larder \"$@\"\n";
}

std::string fish_completion(const Program& program) {
  auto out = std::string(head);
  const auto names = command_names(program, " ");
  const auto outside = fmt::format("not __fish_seen_subcommand_from {}", names);
  for (const auto& command : program.commands) {
    out += fmt::format("complete -c cargo-larder -n {} -f -a {} -d {}\n", quoted(outside),
                       command.name, fish_quoted(without_backquotes(command.description)));
  }
  for (const auto& option : program.main.options)
    out +=
        fmt::format("complete -c cargo-larder -n {} -f{}\n", quoted(outside), fish_option(option));
  for (const auto& command : program.commands) {
    for (const auto& option : command.options) {
      out += fmt::format("complete -c cargo-larder -n '__fish_seen_subcommand_from {}'{}\n",
                         command.name, fish_option(option));
    }
  }
  return out;
}

std::string fish_configuration() {
  return std::string(head) + R"(# `cargo larder` is completed as `cargo-larder` is.
function __cargo_larder_complete
  set -l words (commandline -opc) (commandline -ct)
  complete -C (string join ' ' -- cargo-larder (string escape -- $words[3..-2]) "$words[-1]")
end
complete -c cargo -n '__fish_seen_subcommand_from larder' -f -a '(__cargo_larder_complete)'
)";
}

}  // namespace larder::packaging
