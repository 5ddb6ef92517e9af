#include <algorithm>

#include "ci_templates.hpp"
#include "larder/base/text.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/init/plan.hpp"

namespace larder::init {

namespace {

/// The command of examples/ci.
constexpr std::string_view example_command = "build --release --locked --workspace";

std::string pipeline_text(std::string_view text, const Plan& plan) {
  return replaced(std::string(text), example_command, cargo::join_command(plan.command));
}

using Lines = std::vector<std::string>;

Lines lines_in(const std::string& text) {
  Lines out;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

struct DiffLine {
  char sign;
  std::string text;
};

/// By the longest common subsequence; these files have some hundred lines.
std::vector<DiffLine> diff_lines(const Lines& a, const Lines& b) {
  std::vector<std::vector<std::size_t>> common(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1, 0));
  for (auto i = a.size(); i-- > 0;) {
    for (auto j = b.size(); j-- > 0;)
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  }
  std::vector<DiffLine> out;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      out.push_back({' ', a[i]});
      ++i;
      ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      out.push_back({'-', a[i++]});
    } else {
      out.push_back({'+', b[j++]});
    }
  }
  return out;
}

bool is_near_change(const std::vector<DiffLine>& lines, std::size_t at) {
  constexpr std::size_t around = 3;
  const auto first = at < around ? 0 : at - around;
  const auto last = std::min(lines.size(), at + around + 1);
  for (auto i = first; i < last; ++i) {
    if (lines[i].sign != ' ') return true;
  }
  return false;
}

}  // namespace

std::vector<NewFile> new_files(const Plan& plan, Pipeline pipeline) {
  std::vector<NewFile> out{{"Dockerfile", dockerfile_text(plan)},
                           {".dockerignore", ignore_text(plan)}};
  if (pipeline == Pipeline::Github)
    out.push_back({".github/workflows/build.yml", pipeline_text(github_template, plan)});
  if (pipeline == Pipeline::Gitlab)
    out.push_back({".gitlab-ci.yml", pipeline_text(gitlab_template, plan)});
  return out;
}

std::string line_diff(const std::string& before, const std::string& after) {
  if (before == after) return {};
  constexpr std::size_t most_lines = 5000;
  const auto a = lines_in(before);
  const auto b = lines_in(after);
  if (a.size() > most_lines || b.size() > most_lines) return "(too long to compare)\n";
  const auto lines = diff_lines(a, b);
  std::string out;
  bool skipped = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!is_near_change(lines, i)) {
      skipped = true;
      continue;
    }
    if (skipped) out += "@@\n";
    skipped = false;
    out += lines[i].sign + lines[i].text + "\n";
  }
  // They may only differ in the end of the last line.
  return out.empty() ? "(only the ends of lines differ)\n" : out;
}

}  // namespace larder::init
