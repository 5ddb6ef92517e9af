// Checks the #includes of src/ and include/ against the floors of docs/architecture.md, and that
// some libraries and functions stay where they belong.
//
//   check_layers ROOT            prints what breaks a rule; fails when something does
//   check_layers ROOT EXPECTED   succeeds when exactly the lines of the file EXPECTED are printed

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

/// A module may include its own folder and every folder of a lower floor.
const std::map<std::string, int> floors{
    {"base", 0},   {"cargo", 1},  {"dockerfile", 1}, {"reduce", 2},   {"native", 3}, {"recipe", 3},
    {"driver", 3}, {"record", 3}, {"git", 3},        {"observe", 3},  {"store", 3},  {"cook", 4},
    {"report", 4}, {"lint", 4},   {"init", 4},       {"commands", 5}, {"cli", 6},    {"main", 7}};

struct Restriction {
  std::string what;
  std::regex pattern;
  /// Files and folders (with a final '/') of src/ and include/larder/ that may use it.
  std::vector<std::string> allowed;
};

const std::vector<Restriction> restricted_includes{
    {"toml++", std::regex("^(toml\\+\\+/|toml\\.hpp)"), {"cargo/toml/toml.cpp"}},
    {"nlohmann",
     std::regex("^nlohmann/"),
     {"recipe/", "record/", "report/", "lint/", "store/", "driver/fingerprints.cpp",
      "driver/rustc_info.cpp", "dockerfile/parser.cpp"}},
    {"BLAKE3", std::regex("^blake3"), {"store/hash.cpp"}},
    {"zstd", std::regex("^zstd"), {"store/blobs.cpp"}},
    {"libgit2", std::regex("^git2"), {"git/"}},
    {"CLI11", std::regex("^CLI/"), {"cli/"}},
    {"doctest", std::regex("^doctest"), {}}};

const std::vector<Restriction> restricted_words{
    {"the environment",
     std::regex("\\b((secure_)?getenv|setenv|putenv|environ)\\b"),
     {"cli/", "main.cpp"}},
    {"the current directory",
     std::regex("\\b(current_path|getcwd|chdir)\\s*\\("),
     {"cli/", "main.cpp"}},
    {"a standard stream",
     std::regex("\\bstd::(cout|cerr|clog|cin)\\b"),
     {"cli/", "main.cpp", "base/shell.cpp"}},
    {"the end of the process",
     std::regex("\\b(exit|_exit|_Exit|quick_exit|abort)\\s*\\("),
     {"cli/", "main.cpp", "base/process.cpp"}}};

struct Violation {
  std::string file;
  std::size_t line = 0;
  std::string text;
};

/// The text with comments and, where asked, string and character literals blanked; line breaks
/// stay.
std::string without_comments(const std::string& text, bool without_literals) {
  std::string out = text;
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (; from < std::min(to, out.size()); ++from) {
      if (out[from] != '\n') out[from] = ' ';
    }
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text.compare(i, 2, "//") == 0) {
      const auto end = std::min(text.find('\n', i), text.size());
      blank(i, end);
      i = end;
    } else if (text.compare(i, 2, "/*") == 0) {
      const auto end = std::min(text.find("*/", i + 2), text.size());
      blank(i, end + 2);
      i = end + 2;
    } else if (text[i] == '"' ||
               (text[i] == '\'' &&
                (i == 0 || std::isalnum(static_cast<unsigned char>(text[i - 1])) == 0))) {
      const char quote = text[i];
      auto end = i + 1;
      while (end < text.size() && text[end] != quote && text[end] != '\n')
        end += text[end] == '\\' ? 2U : 1U;
      if (without_literals) blank(i + 1, end);
      i = end + 1;
    } else {
      ++i;
    }
  }
  return out;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string folder_of(const std::string& module_path) {
  const auto slash = module_path.find('/');
  return slash == std::string::npos ? fs::path(module_path).stem().string()
                                    : module_path.substr(0, slash);
}

bool is_allowed(const Restriction& restriction, const std::string& module_path) {
  return std::any_of(
      restriction.allowed.begin(), restriction.allowed.end(), [&](const std::string& place) {
        return place.ends_with('/') ? module_path.starts_with(place) : module_path == place;
      });
}

class Checker {
 public:
  explicit Checker(fs::path root) : root_(std::move(root)) {}

  std::vector<Violation> run() {
    for (const std::string top : {"include/larder", "src"}) {
      if (!fs::is_directory(root_ / top)) continue;
      for (const auto& entry : fs::recursive_directory_iterator(root_ / top)) {
        const auto extension = entry.path().extension();
        if (entry.is_regular_file() && (extension == ".cpp" || extension == ".hpp"))
          check_file(entry.path(), entry.path().lexically_relative(root_ / top).generic_string());
      }
    }
    if (files_ == 0) violations_.push_back({root_.string(), 0, "no source files were found"});
    std::sort(violations_.begin(), violations_.end(), [](const Violation& a, const Violation& b) {
      return std::tie(a.file, a.line, a.text) < std::tie(b.file, b.line, b.text);
    });
    return std::move(violations_);
  }

 private:
  void check_file(const fs::path& path, const std::string& module_path) {
    ++files_;
    file_ = path.lexically_relative(root_).generic_string();
    line_ = 0;
    if (!floors.contains(folder_of(module_path))) return report("is in a folder that has no floor");
    const auto text = read(path);
    std::istringstream includes(without_comments(text, false));
    std::istringstream code(without_comments(text, true));
    static const std::regex include("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"].*");
    std::smatch match;
    for (std::string with, without; std::getline(includes, with) && std::getline(code, without);) {
      ++line_;
      if (std::regex_match(with, match, include)) {
        check_include(path, module_path, match[1]);
      } else {
        check(restricted_words, module_path, without);
      }
    }
  }

  void check(const std::vector<Restriction>& restrictions, const std::string& module_path,
             const std::string& text) {
    for (const auto& restriction : restrictions) {
      if (std::regex_search(text, restriction.pattern) && !is_allowed(restriction, module_path))
        report("may not use " + restriction.what);
    }
  }

  void check_include(const fs::path& path, const std::string& module_path,
                     const std::string& included) {
    check(restricted_includes, module_path, included);
    const auto target = module_of(path, included);
    if (target.empty()) return;
    const auto from = folder_of(module_path);
    const auto to = folder_of(target);
    if (from == to) return;
    const auto floor = floors.find(to);
    if (floor == floors.end()) return report("includes " + included + ", which has no floor");
    if (floor->second > floors.at(from))
      return report(from + " includes " + included + ", which is above it");
    if (floor->second == floors.at(from))
      return report(from + " includes " + included + ", which is beside it");
  }

  /// The path of an included file of ours below src/ or include/larder/; empty for one of
  /// another's.
  std::string module_of(const fs::path& path, const std::string& included) const {
    const auto beside = (path.parent_path() / included).lexically_normal();
    for (const auto& candidate : {beside, root_ / "src" / included, root_ / "include" / included}) {
      if (!fs::exists(candidate)) continue;
      for (const std::string top : {"src", "include/larder"}) {
        const auto relative = candidate.lexically_relative(root_ / top).generic_string();
        if (!relative.empty() && !relative.starts_with("..")) return relative;
      }
    }
    constexpr std::string_view ours = "larder/";
    return included.starts_with(ours) ? included.substr(ours.size()) : "";
  }

  void report(std::string text) { violations_.push_back({file_, line_, std::move(text)}); }

  fs::path root_;
  std::string file_;
  std::size_t line_ = 0;
  std::size_t files_ = 0;
  std::vector<Violation> violations_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty() || arguments.size() > 2) {
    std::cerr << "usage: check_layers ROOT [EXPECTED]\n";
    return 2;
  }
  std::string found;
  for (const auto& violation : Checker(fs::path(arguments[0]).lexically_normal()).run())
    found += violation.file + ":" + std::to_string(violation.line) + ": " + violation.text + "\n";
  std::cout << found;
  if (arguments.size() == 1) return found.empty() ? 0 : 1;
  const auto expected = read(arguments[1]);
  if (!expected.empty() && found == expected) return 0;
  std::cerr << "these were expected:\n" << expected;
  return 1;
}
