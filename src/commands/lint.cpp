#include "larder/lint/lint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/commands/commands.hpp"
#include "larder/lint/finding_output.hpp"

namespace larder::commands {

namespace {

bool is_dockerfile_name(const std::string& name) {
  const auto ends = [&](std::string_view end) { return name.ends_with(end); };
  return name == "Dockerfile" || name == "Containerfile" || ends(".Dockerfile") ||
         ends(".dockerfile") || (name.starts_with("Dockerfile.") && !ends(".dockerignore"));
}

bool is_pipeline_name(const std::string& name) {
  return name.ends_with(".yml") || name.ends_with(".yaml") || name.ends_with(".sh") ||
         name.ends_with(".hcl") || name == "Makefile" || name == "justfile";
}

/// Those of the current directory, and its pipelines.
std::vector<std::string> files_here(const SourceTree& tree, const std::string& directory) {
  std::vector<std::string> out;
  for (const auto& entry : tree.list(directory)) {
    const bool is_wanted = is_dockerfile_name(entry.name) || entry.name == ".gitlab-ci.yml" ||
                           entry.name == "docker-compose.yml" || entry.name == "compose.yaml";
    if (entry.kind == FileKind::File && is_wanted) out.push_back(entry.name);
  }
  const std::string workflows = ".github/workflows";
  for (const auto& entry : tree.list(path::join(directory, workflows))) {
    if (entry.kind == FileKind::File && is_pipeline_name(entry.name))
      out.push_back(workflows + "/" + entry.name);
  }
  return out;
}

std::vector<lint::Finding> findings_in(const SourceTree& tree, const Context& context,
                                       const LintOptions& options, const std::string& file) {
  const auto path = path::join(context.directory, file);
  const auto text = tree.read(path);
  if (!text) throw Error("dockerfile-missing", "there is no such file").in_file(file);
  if (is_pipeline_name(path::file_name(path))) return lint::lint_pipeline(file, *text);
  const auto root = path::join(context.directory, options.context);
  return lint::lint_dockerfile(file, *text, lint::surroundings_of(tree, path, root));
}

std::string counted(const std::vector<lint::Finding>& findings) {
  std::string out;
  for (const auto severity :
       {lint::Severity::Error, lint::Severity::Warning, lint::Severity::Note}) {
    const auto count =
        std::count_if(findings.begin(), findings.end(),
                      [&](const lint::Finding& finding) { return finding.severity == severity; });
    out += fmt::format("{}{} {}{}", out.empty() ? "" : ", ", count, lint::name_of(severity),
                       count == 1 ? "" : "s");
  }
  return out;
}

}  // namespace

ExitStatus lint(const Context& context, const LintOptions& options) {
  const DiskTree tree;
  auto files = options.files.empty() ? files_here(tree, context.directory) : options.files;
  if (files.empty()) {
    throw Error("dockerfile-missing", "there is no Dockerfile in this directory")
        .in_file(context.directory)
        .hint("name it: `cargo larder lint FILE`; `cargo larder init` writes one");
  }
  std::vector<lint::Finding> all;
  for (const auto& file : files) {
    auto some = findings_in(tree, context, options, file);
    all.insert(all.end(), some.begin(), some.end());
  }
  Shell::print(lint::write_findings(options.message_format, all));
  context.shell.status("Linted", fmt::format("{} file{}: {}", files.size(),
                                             files.size() == 1 ? "" : "s", counted(all)));
  const bool fails = std::any_of(all.begin(), all.end(), [](const lint::Finding& finding) {
    return finding.severity == lint::Severity::Error;
  });
  return Exited{fails ? 1 : 0};
}

}  // namespace larder::commands
