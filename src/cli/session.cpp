#include "session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/base/spelling.hpp"

extern char**
    environ;  // NOLINT(readability-redundant-declaration): glibc has it only as an extension

namespace larder::cli {

namespace {

bool wants_color(const GlobalOptions& options, const Environment& environment) {
  const auto choice =
      options.color.empty() ? environment.get("CARGO_TERM_COLOR").value_or("auto") : options.color;
  if (choice == "always") return true;
  if (choice == "never" || environment.get("NO_COLOR")) return false;
  return ::isatty(STDERR_FILENO) != 0 && environment.get("TERM").value_or("") != "dumb";
}

Verbosity verbosity_of(const GlobalOptions& options, const Environment& environment) {
  const auto is_true = [&](const char* name) {
    return environment.get(name).value_or("") == "true";
  };
  if (options.quiet) return Verbosity::Quiet;
  if (options.verbose > 0) return Verbosity::Verbose;
  if (is_true("CARGO_TERM_QUIET")) return Verbosity::Quiet;
  return is_true("CARGO_TERM_VERBOSE") ? Verbosity::Verbose : Verbosity::Normal;
}

std::string current_directory() {
  std::error_code error;
  const auto actual = std::filesystem::current_path(error);
  if (error) throw Error("file-read", "cannot find the current directory: " + error.message());
  return path::normalize(actual.string());
}

/// Cargo's own exit code. A signal that ended cargo ends this process as well.
int exit_code(const ExitStatus& status) {
  if (const auto* exited = std::get_if<Exited>(&status)) return exited->code;
  end_like(status);
}

/// `help`, `help cook` → `--help`, `cook --help`.
void take_help(std::vector<std::string>& words) {
  if (words.empty() || words[0] != "help") return;
  words.erase(words.begin());
  words.emplace_back("--help");
}

/// The error message if the first word is not a command of the program; otherwise empty.
std::string unknown_command(const CLI::App& app, const std::vector<std::string>& words) {
  if (words.empty() || words[0].empty() || words[0][0] == '-') return "";
  const auto& word = words[0];
  std::vector<std::string_view> names;
  for (const auto* one : app.get_subcommands(nullptr)) names.emplace_back(one->get_name());
  if (std::find(names.begin(), names.end(), word) != names.end()) return "";
  auto text = fmt::format("`{}` has no command `{}`", app.get_name(), word);
  if (const auto near = near_spelling(word, names); !near.empty())
    return text + fmt::format("\n\nDid you mean `{} {}`?", app.get_name(), near);
  return text + fmt::format(
                    "\n\nTo run `cargo {0}`, call cargo directly. It finds what cook compiled in "
                    "the target directory.",
                    word);
}

/// The hint with `cargo larder COMMAND` replaced by the name that the program was called by, for
/// commands that exist under that name.
std::string as_called(const CLI::App& app, std::string text) {
  const std::string usual = "cargo larder ";
  for (auto at = text.find(usual); at != std::string::npos; at = text.find(usual, at + 1)) {
    const auto begin = at + usual.size();
    const auto end = text.find_first_of(" `", begin);
    const auto name = text.substr(begin, end == std::string::npos ? end : end - begin);
    if (!app.get_subcommands([&](const CLI::App* one) { return one->get_name() == name; }).empty())
      text.replace(at, usual.size(), app.get_name() + " ");
  }
  return text;
}

}  // namespace

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_flag("-v,--verbose", options.verbose, "Use verbose output; also passed to cargo");
  app.add_flag("-q,--quiet", options.quiet, "Print only errors; also passed to cargo");
  app.add_option("--color", options.color, "When to use colour: auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

std::vector<std::string> flags_for_cargo(const GlobalOptions& options) {
  std::vector<std::string> out;
  if (options.quiet) out.emplace_back("--quiet");
  for (int i = 0; i < options.verbose; ++i) out.emplace_back("--verbose");
  if (!options.color.empty()) out.insert(out.end(), {"--color", options.color});
  return out;
}

std::vector<std::string> concat(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

char** environment_block() {
  return environ;
}

Environment read_environment() {
  Environment out;
  for (char** entry = environment_block(); *entry != nullptr; ++entry) out.add_entry(*entry);
  return out;
}

std::optional<std::vector<std::string>> take_trailing(std::vector<std::string>& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  if (dashes == words.end()) return std::nullopt;
  std::vector<std::string> trailing(dashes + 1, words.end());
  words.erase(dashes, words.end());
  return trailing;
}

int parse_and_run(CLI::App& app, std::vector<std::string> words, const Environment& environment,
                  const GlobalOptions& options,
                  const std::function<ExitStatus(const commands::Context&)>& command) {
  const auto usage_error = [&](const std::string& text) {
    const Shell shell(Verbosity::Normal, wants_color(options, environment));
    shell.error(fmt::format("{}\n\nFor more information, try `{} --help`.", text, app.get_name()));
    return usage_exit;
  };
  take_help(words);
  if (const auto unknown = unknown_command(app, words); !unknown.empty())
    return usage_error(unknown);
  try {
    std::reverse(words.begin(), words.end());
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return usage_error(error.what());
  }
  const Shell shell(verbosity_of(options, environment), wants_color(options, environment));
  try {
    return exit_code(command({current_directory(), environment, shell}));
  } catch (Error& error) {
    if (!error.hint().empty()) error.hint(as_called(app, error.hint()));
    shell.error(error.render(), error.id());
    const bool usage = error.id() == "command-invalid" || error.id() == "command-unsupported";
    return usage ? usage_exit : options.error_exit;
  } catch (const std::exception& error) {
    shell.error(std::string("internal error: ") + error.what());
    return options.error_exit;
  }
}

}  // namespace larder::cli
