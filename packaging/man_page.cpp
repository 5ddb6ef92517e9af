#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "describe.hpp"

namespace larder::packaging {

namespace {

/// The text with troff's special characters escaped. What is in `backquotes` is bold.
std::string troff(const std::string& text) {
  std::string out;
  bool in_code = false;
  for (const char c : text) {
    if (c == '`') {
      out += in_code ? "\\fR" : "\\fB";
      in_code = !in_code;
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\\') {
      out += "\\e";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += "\\&";
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string invocation(const Command& command) {
  return command.name.empty() ? "cargo larder" : "cargo larder " + command.name;
}

std::string synopsis(const Command& command) {
  auto out = fmt::format("\\fB{}\\fR [\\fIOPTION\\fR]...", troff(invocation(command)));
  if (command.name.empty()) return out + " \\fICOMMAND\\fR ...";
  for (const auto& place : command.places) {
    const auto value = fmt::format("\\fI{}\\fR", troff(upper(place.value)));
    out += place.required ? " " + value : " [" + value + "]";
  }
  if (command.takes_cargo_words) out += " [\\fICARGO OPTION\\fR]...";
  return out;
}

std::string term(const Option& option) {
  if (option.names.empty()) return fmt::format("\\fI{}\\fR", troff(upper(option.value)));
  std::string out;
  for (const auto& name : option.names)
    out += fmt::format("{}\\fB{}\\fR", out.empty() ? "" : ", ", troff(name));
  if (option.takes_value()) out += fmt::format(" \\fI{}\\fR", troff(option.value));
  return out;
}

std::string options(const std::string& heading, const std::vector<Option>& list) {
  if (list.empty()) return "";
  auto out = fmt::format(".SH {}\n", heading);
  for (const auto& option : list) {
    out += fmt::format(".TP\n{}\n{}.", term(option), troff(option.description));
    if (!option.default_value.empty())
      out += fmt::format(" The default is \\fB{}\\fR.", troff(option.default_value));
    out += '\n';
  }
  return out;
}

/// Indented lines are examples. Other line breaks have no meaning.
std::string paragraphs(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  bool in_example = false;
  for (std::string line; std::getline(lines, line);) {
    const bool is_example = line.starts_with("  ");
    if (is_example != in_example) out += is_example ? ".PP\n.RS 4\n.nf\n" : ".fi\n.RE\n.PP\n";
    in_example = is_example;
    const auto start = is_example ? line.find_first_not_of(' ') : 0;
    out += troff(line.substr(start)) + "\n";
  }
  return in_example ? out + ".fi\n.RE\n" : out;
}

std::string see_also(const Program& program, const Command& command) {
  std::string out;
  const auto add = [&](const std::string& name) {
    if (!out.empty()) out += ",\n";
    out += fmt::format(".BR {} (1)", troff(name));
  };
  add("cargo");
  if (!command.name.empty()) add(page_name(program.main));
  for (const auto& other : program.commands) {
    if (command.name.empty()) add(page_name(other));
  }
  // `.BR name (1),`: the comma belongs to the line's last word.
  return ".SH SEE ALSO\n" + out + "\n";
}

}  // namespace

std::string page_name(const Command& command) {
  return command.name.empty() ? "cargo-larder" : "cargo-larder-" + command.name;
}

std::string man_page(const Program& program, const Command& command) {
  const auto name = page_name(command);
  // There is no date, so that the same sources give the same page.
  auto out =
      fmt::format(".TH {} 1 \"\" \"cargo\\-larder {}\"\n", troff(upper(name)), program.version);
  out += fmt::format(".SH NAME\n{} \\- {}\n", troff(name), troff(command.description));
  out += fmt::format(".SH SYNOPSIS\n{}\n", synopsis(command));
  out += fmt::format(".SH DESCRIPTION\n{}.\n", troff(command.description));
  if (!command.footer.empty()) out += ".PP\n" + paragraphs(command.footer);
  if (command.name.empty()) {
    out += ".SH COMMANDS\n";
    for (const auto& other : program.commands) {
      out += fmt::format(".TP\n\\fB{}\\fR(1)\n{}.\n", troff(page_name(other)),
                         troff(other.description));
    }
  }
  out += options("ARGUMENTS", command.places);
  out += options("OPTIONS", command.options);
  return out + see_also(program, command);
}

}  // namespace larder::packaging
