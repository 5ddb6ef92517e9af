#include "files.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// Those made by the test case that is running.
std::vector<std::string>& open_directories() {
  static std::vector<std::string> directories;
  return directories;
}

/// What was started by a program that got killed may still write there for a moment.
void remove_directory(const std::string& directory) {
  std::error_code failed;
  for (int i = 0; i < 50; ++i) {
    fs::remove_all(directory, failed);
    if (!failed) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  fmt::print("cannot remove {}: {}\n", directory, failed.message());
}

/// Removes the directories of a test case that succeeded, names those of one that failed.
class DirectoryKeeper : public doctest::IReporter {
 public:
  explicit DirectoryKeeper(const doctest::ContextOptions&) {}
  void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
    const bool failed = stats.failure_flags != doctest::TestCaseFailureReason::None;
    for (const auto& directory : open_directories()) {
      if (failed) {
        fmt::print("kept for inspection: {}\n", directory);
      } else {
        remove_directory(directory);
      }
    }
    open_directories().clear();
  }

  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_start(const doctest::TestCaseData&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}
};
REGISTER_LISTENER("directories", 1, DirectoryKeeper);

FileState state_of(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) throw std::runtime_error("cannot stat " + path.string());
  FileState state;
  state.mode = status.st_mode & 07777U;
  state.modified =
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
  if (S_ISLNK(status.st_mode)) {
    state.kind = "link";
    state.contents = fs::read_symlink(path).string();
  } else if (S_ISDIR(status.st_mode)) {
    state.kind = "directory";
  } else {
    state.kind = "file";
    state.contents = read_file(path.string());
  }
  return state;
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::string& path, std::string_view text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

void edit_file(const std::string& path, std::string_view from, std::string_view to) {
  auto text = read_file(path);
  const auto at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos) {
    throw std::runtime_error(fmt::format("{} does not hold exactly one `{}`", path, from));
  }
  write_file(path, text.replace(at, from.size(), to));
}

std::string package(const std::string& name, const std::string& rest, const std::string& version) {
  return fmt::format("[package]\nname = \"{}\"\nversion = \"{}\"\nedition = \"2021\"\n{}", name,
                     version, rest);
}

Files package_files(const std::vector<PackageFiles>& packages) {
  Files out;
  for (const auto& [name, rest, sources] : packages) {
    out[name + "/Cargo.toml"] = package(name, rest);
    for (const auto& source : sources) {
      const bool has_main = source == "build.rs" || source == "src/main.rs" ||
                            source.starts_with("src/bin/") || source.starts_with("examples/");
      out[name + "/" + source] = has_main ? "fn main() {}\n" : "";
    }
  }
  return out;
}

Files workspace_files(const std::vector<PackageFiles>& members, const std::string& rest,
                      const std::string& resolver) {
  std::string names;
  for (const auto& member : members) names += (names.empty() ? "\"" : ", \"") + member.name + "\"";
  auto out = package_files(members);
  out["Cargo.toml"] =
      fmt::format("[workspace]\nmembers = [{}]\nresolver = \"{}\"\n{}", names, resolver, rest);
  return out;
}

Files operator+(Files left, const Files& right) {
  left.insert(right.begin(), right.end());
  return left;
}

void copy_tree(const std::string& from, const std::string& to) {
  const fs::path source(from);
  fs::create_directories(to);
  for (auto entry = fs::recursive_directory_iterator(source);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const auto relative = entry->path().lexically_relative(source);
    if (relative == "target") {
      entry.disable_recursion_pending();
      continue;
    }
    const auto copy = fs::path(to) / relative;
    if (entry->is_directory()) {
      fs::create_directories(copy);
      continue;
    }
    fs::copy_file(entry->path(), copy, fs::copy_options::overwrite_existing);
    fs::last_write_time(copy, entry->last_write_time());
  }
}

void empty_directory(const std::string& directory, const std::vector<std::string>& kept) {
  std::vector<fs::path> doomed;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (std::find(kept.begin(), kept.end(), entry.path().filename()) == kept.end())
      doomed.push_back(entry.path());
  }
  for (const auto& path : doomed) fs::remove_all(path);
}

std::map<std::string, FileState> snapshot(const std::string& directory,
                                          const std::string& left_out) {
  std::map<std::string, FileState> states{{".", state_of(directory)}};
  for (auto entry = fs::recursive_directory_iterator(directory);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const auto relative = entry->path().lexically_relative(directory).string();
    if (relative == left_out) {
      entry.disable_recursion_pending();
      continue;
    }
    states[relative] = state_of(entry->path());
  }
  return states;
}

std::map<std::string, FileState> snapshot_below(const std::string& directory) {
  auto states = snapshot(directory);
  states.erase(".");
  return states;
}

std::vector<std::string> changed_paths(const std::map<std::string, FileState>& before,
                                       const std::map<std::string, FileState>& after) {
  std::set<std::string> paths;
  for (const auto& [path, state] : before) {
    const auto found = after.find(path);
    if (found == after.end() || found->second != state) paths.insert(path);
  }
  for (const auto& [path, state] : after) {
    if (!before.contains(path)) paths.insert(path);
  }
  return {paths.begin(), paths.end()};
}

TestDirectory::TestDirectory(std::string_view name) {
  static int number = 0;
  path_ = fmt::format("{}/work/{}-{}-{}", LARDER_E2E_DIRECTORY, name, ::getpid(), ++number);
  fs::remove_all(path_);
  fs::create_directories(path_);
  open_directories().push_back(path_);
}

}  // namespace larder::test
