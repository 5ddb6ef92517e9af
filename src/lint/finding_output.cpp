#include "larder/lint/finding_output.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace larder::lint {

namespace {

using ordered_json = nlohmann::ordered_json;

std::string human(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& finding : findings) {
    out += fmt::format("{}:{}:{} {}[{}]: {}\n", finding.file, finding.at.line, finding.at.column,
                       name_of(finding.severity), finding.rule, finding.message);
    out += fmt::format("  help: {}\n", finding.fix);
  }
  return out;
}

/// A Dockerfile need not be UTF-8.
std::string dumped(const ordered_json& document) {
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string as_json(const std::vector<Finding>& findings) {
  auto out = ordered_json::array();
  for (const auto& finding : findings) {
    out.push_back({{"file", finding.file},
                   {"line", finding.at.line},
                   {"column", finding.at.column},
                   {"severity", name_of(finding.severity)},
                   {"id", finding.rule},
                   {"message", finding.message},
                   {"fix", finding.fix}});
  }
  return dumped(out);
}

ordered_json sarif_rules() {
  auto out = ordered_json::array();
  for (const auto& rule : rules()) {
    out.push_back({{"id", rule.id},
                   {"shortDescription", {{"text", rule.about}}},
                   {"defaultConfiguration", {{"level", name_of(rule.severity)}}}});
  }
  return out;
}

ordered_json sarif_result(const Finding& finding) {
  const ordered_json region{{"startLine", finding.at.line}, {"startColumn", finding.at.column}};
  const ordered_json place{
      {"physicalLocation", {{"artifactLocation", {{"uri", finding.file}}}, {"region", region}}}};
  return {{"ruleId", finding.rule},
          {"level", name_of(finding.severity)},
          {"message", {{"text", finding.message + ". " + finding.fix}}},
          {"locations", ordered_json::array({place})}};
}

std::string sarif(const std::vector<Finding>& findings) {
  auto results = ordered_json::array();
  for (const auto& finding : findings) results.push_back(sarif_result(finding));
  const ordered_json driver{
      {"name", "cargo-larder"}, {"version", LARDER_VERSION}, {"rules", sarif_rules()}};
  const ordered_json run{{"tool", {{"driver", driver}}}, {"results", results}};
  return dumped({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                 {"version", "2.1.0"},
                 {"runs", ordered_json::array({run})}});
}

/// What would end a workflow command's value or property.
std::string escaped(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    const bool special =
        c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    out += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

std::string github(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& finding : findings) {
    const auto command = finding.severity == Severity::Note ? "notice" : name_of(finding.severity);
    out += fmt::format("::{} file={},line={},col={},title={}::{}. {}\n", command,
                       escaped(finding.file, true), finding.at.line, finding.at.column,
                       escaped(finding.rule, true), escaped(finding.message, false),
                       escaped(finding.fix, false));
  }
  return out;
}

}  // namespace

const std::vector<FindingFormat>& finding_formats() {
  static const std::vector<FindingFormat> all{
      {"human", human}, {"json", as_json}, {"sarif", sarif}, {"github", github}};
  return all;
}

std::string write_findings(const std::string& format, const std::vector<Finding>& findings) {
  for (const auto& known : finding_formats()) {
    if (known.name == format) return known.write(findings);
  }
  return {};
}

}  // namespace larder::lint
