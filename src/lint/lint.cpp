#include "larder/lint/lint.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "subject.hpp"

namespace larder::lint {

namespace {

using Check = void (*)(const Subject&, Findings&);

const std::vector<Check>& checks() {
  static const std::vector<Check> all{
      check_commands, check_flags,   check_environment, check_places,   check_layers, check_recipes,
      check_mounts,   check_context, check_images,      check_packages, check_chef};
  return all;
}

/// Those that an `ARG` with another value than its default can break.
const std::vector<Check>& checks_of_arguments() {
  static const std::vector<Check> all{check_commands, check_environment};
  return all;
}

bool come_before(const Finding& a, const Finding& b) {
  return std::tie(a.at, a.rule, a.message) < std::tie(b.at, b.rule, b.message);
}

bool is_known(const std::vector<Finding>& findings, const Finding& finding) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
    return other.rule == finding.rule && other.at == finding.at;
  });
}

/// A difference that only an ARG makes costs nothing in a plain build.
void add_by_argument(std::vector<Finding> more, std::vector<Finding>& to) {
  for (auto& finding : more) {
    if (is_known(to, finding)) continue;
    finding.severity = std::min(finding.severity, Severity::Warning);
    finding.fix += "; it only differs when the ARG is given";
    to.push_back(std::move(finding));
  }
}

/// The ids of `larder: allow ID, ID`.
std::set<std::string> allowed_by(std::string_view comment) {
  constexpr std::string_view start = "larder: allow ";
  std::set<std::string> out;
  if (!comment.starts_with(start)) return out;
  std::string word;
  for (const char c : std::string(comment.substr(start.size())) + " ") {
    if (c != ' ' && c != ',') {
      word += c;
    } else if (!word.empty()) {
      out.insert(std::exchange(word, {}));
    }
  }
  return out;
}

/// The comments that end in the line above `line`.
bool is_allowed_above(const std::vector<dockerfile::Comment>& comments, std::uint32_t line,
                      std::string_view rule) {
  for (auto comment = comments.rbegin(); comment != comments.rend(); ++comment) {
    if (comment->at.line >= line) continue;
    if (comment->at.line + 1 != line) return false;
    if (allowed_by(comment->text).contains(std::string(rule))) return true;
    --line;
  }
  return false;
}

bool is_allowed(const Subject& subject, const Finding& finding) {
  const auto& comments = subject.file.comments;
  const auto* instruction = subject.instruction_at(finding.at);
  return is_allowed_above(comments, finding.at.line, finding.rule) ||
         (instruction != nullptr && is_allowed_above(comments, instruction->at.line, finding.rule));
}

void read_ignore_file(const SourceTree& tree, const std::string& path, Surroundings& out) {
  const auto own = path + ".dockerignore";
  const auto shared = path::join(out.context, ".dockerignore");
  for (const auto& candidate : {own, shared}) {
    const auto text = tree.is_file(candidate) ? tree.read(candidate) : std::nullopt;
    if (!text) continue;
    out.ignore_file = path::file_name(candidate);
    out.ignored = dockerfile::IgnoreFile(*text);
    return;
  }
}

void read_workspace_of(const SourceTree& tree, Surroundings& out) {
  const auto manifest = path::join(out.context, "Cargo.toml");
  if (!tree.is_file(manifest)) return;
  try {
    auto workspace = cargo::load_workspace(tree, manifest, "");
    cargo::load_path_dependencies(tree, workspace);
    const auto lock_path = path::join(workspace.root_directory, "Cargo.lock");
    if (auto text = tree.is_file(lock_path) ? tree.read(lock_path) : std::nullopt)
      out.lock = cargo::parse_lockfile(lock_path, std::move(*text));
    out.workspace = std::move(workspace);
  } catch (const Error&) {
    // What is wrong with it is for cargo to say.
  }
}

}  // namespace

Surroundings surroundings_of(const SourceTree& tree, const std::string& path,
                             const std::string& context) {
  Surroundings out{tree, context};
  read_ignore_file(tree, path, out);
  read_workspace_of(tree, out);
  return out;
}

std::vector<Finding> lint_dockerfile(const std::string& file, std::string_view text,
                                     const Surroundings& around) {
  const auto parsed = dockerfile::parse(file, text);
  const auto model = model_of(parsed, ArgumentValues::Defaults);
  const auto subject = subject_of(parsed, model, around, false);
  Findings findings(file);
  for (const auto check : checks()) check(subject, findings);
  auto out = std::move(findings.list());

  const auto symbolic_model = model_of(parsed, ArgumentValues::Symbols);
  const auto symbolic = subject_of(parsed, symbolic_model, around, true);
  Findings by_argument(file);
  for (const auto check : checks_of_arguments()) check(symbolic, by_argument);
  add_by_argument(std::move(by_argument.list()), out);

  std::erase_if(out, [&](const Finding& finding) { return is_allowed(subject, finding); });
  std::sort(out.begin(), out.end(), come_before);
  const auto same = [](const Finding& a, const Finding& b) {
    return a.at == b.at && a.rule == b.rule && a.message == b.message;
  };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

}  // namespace larder::lint
