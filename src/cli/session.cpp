#include "session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"

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

/// Cargo's own code; a signal that ended cargo ends us too.
int exit_code(const ExitStatus& status) {
  if (const auto* exited = std::get_if<Exited>(&status)) return exited->code;
  end_like(status);
}

}  // namespace

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_flag("-v,--verbose", options.verbose, "Say more; cargo is told so too");
  app.add_flag("-q,--quiet", options.quiet, "Print errors only; cargo is told so too");
  app.add_option("--color", options.color, "When to colour: auto, always or never")
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

Environment read_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const auto equals = text.find('=', 1);
    if (equals != std::string::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return Environment(std::move(variables));
}

std::optional<std::vector<std::string>> take_trailing(std::vector<std::string>& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  if (dashes == words.end()) return std::nullopt;
  std::vector<std::string> trailing(dashes + 1, words.end());
  words.erase(dashes, words.end());
  return trailing;
}

int parse_and_run(CLI::App& app, std::vector<std::string> words, const Environment& environment,
                  const GlobalOptions& options, const std::string& help,
                  const std::function<ExitStatus(const commands::Context&)>& command) {
  try {
    std::reverse(words.begin(), words.end());
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    const Shell shell(Verbosity::Normal, wants_color(options, environment));
    shell.error(fmt::format("{}\n\nFor more information, try `{}`.", error.what(), help));
    return usage_exit;
  }
  const Shell shell(verbosity_of(options, environment), wants_color(options, environment));
  try {
    return exit_code(command({current_directory(), environment, shell}));
  } catch (const Error& error) {
    shell.error(error.render(), error.id());
    const bool usage = error.id() == "command-invalid" || error.id() == "command-unsupported";
    return usage ? usage_exit : options.error_exit;
  } catch (const std::exception& error) {
    shell.error(std::string("internal error: ") + error.what());
    return options.error_exit;
  }
}

}  // namespace larder::cli
