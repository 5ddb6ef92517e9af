#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <sstream>

#include "larder/base/text.hpp"
#include "support/files.hpp"
#include "support/local_workspace.hpp"
#include "support/programs.hpp"

// Random workspaces and random edits: after each edit, the program is byte for byte the one that a
// clean build makes. LARDER_RANDOM_EDITS and LARDER_RANDOM_SEED choose how many, and which.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// Those of rustup. They are only used as they are, not installed.
std::vector<std::string> installed_toolchains() {
  std::vector<std::string> out;
  std::istringstream lines(run_in("/", {"rustup", "toolchain", "list"}).output);
  for (std::string line; std::getline(lines, line);) out.push_back(line.substr(0, line.find(' ')));
  return out;
}

/// A workspace whose crates look at some of a pool of files, directories and variables, and edits
/// of those.
class RandomWorkspace {
 public:
  RandomWorkspace(const std::string& directory, std::string program, unsigned seed)
      : directory_(directory),
        program_(std::move(program)),
        seed_(seed),
        workspace_(directory),
        random_(seed) {
    for (const auto* file : {"shared/a", "shared/b", "listed/x", "one/own", "two/own"})
      workspace_.write(file, "0");
    fs::create_directories(workspace_.outside());
    write_file(outside_file(), "0");
    fs::create_symlink("a", workspace_.root() + "/shared/link");
    workspace_.add_below("looks", source_of_looks, "[lib]\nproc-macro = true\n");
    add("one", {});
    add("two", {"one"});
    add("three", {pick<std::string>({"one", "two"})});
    finish();
  }

  /// Makes one change.
  void edit() {
    const std::vector<std::function<std::string()>> edits{
        [&] { return write_file_of_pool(); }, [&] { return write_file_of_pool(); },
        [&] { return edit_source(); },        [&] { return edit_source(); },
        [&] { return change_listing(); },     [&] { return set_variable(); },
        [&] { return retarget(); },           [&] { return configure(); },
        [&] { return describe(); },           [&] { return rename_case(); },
        [&] { return set_flags(); },          [&] { return date_a_file(); },
        [&] { return switch_toolchain(); },   [&] { return remove_store(); }};
    auto said = below(5) == 0 ? fail_to_build() : "";
    said += edits[below(edits.size())]();
    const bool stays = below(3) != 0;
    if (!stays) workspace_.clean();
    done_.push_back(said + (stays ? ", with the target directory as it is"
                                  : ", into an empty target directory"));
  }

  /// Builds with the store and without, and compares. If they differ, both target directories stay.
  void check() {
    const auto target = workspace_.root() + "/target";
    const auto kept = workspace_.outside() + "/target";
    const auto run = build_with_store();
    const auto said = "it said:\n" + run.errors;
    expect(run.code() == 0, fmt::format("a build with the store, not exit code {}", run.code()),
           said);
    restored_ += std::max(told_of_local(run).restored, 0);
    note_reasons(run);
    const auto built = outcome();
    fs::rename(target, kept);
    const auto clean = cargo({"build"}, workspace_.root(), workspace_.environment());
    expect(clean.code() == 0, fmt::format("a clean build, not exit code {}", clean.code()),
           clean.errors);
    const auto wanted = outcome();
    const auto both =
        fmt::format("clean build:\n{}with the store:\n{}{}", wanted.answer, built.answer, said);
    expect(built.answer == wanted.answer, "the answer of a clean build", both);
    expect(built.program == wanted.program, "byte for byte the program of a clean build", both);
    workspace_.clean();
    fs::rename(kept, target);
  }

  int restored() const { return restored_; }
  /// How often something was not stored, by the note that said so.
  const std::map<std::string, int>& reasons() const { return reasons_; }

 private:
  struct Outcome {
    std::string answer, program;
  };

  Run build_with_store() const {
    return run_in(workspace_.root(), {program_, "build", "--store", workspace_.store()},
                  workspace_.environment());
  }

  /// What the program in the target directory prints, and its bytes.
  Outcome outcome() const {
    const auto program = workspace_.root() + "/target/debug/app";
    const auto ran = run_in(workspace_.root(), {program}, workspace_.environment());
    const auto how = ran.code() == 0 ? "" : fmt::format("exit code {}\n", ran.code());
    return {how + ran.output + ran.errors, fs::exists(program) ? read_file(program) : "missing"};
  }

  /// Ends the test if something does not hold. The report is printed at once, and kept beside the
  /// workspace: who looks only at the end of a long output finds its name there.
  void expect(bool holds, const std::string& expected, const std::string& seen) const {
    if (!holds) {
      auto report = fmt::format("LARDER_RANDOM_SEED={} LARDER_RANDOM_EDITS={}\n", seed_,
                                std::max<std::size_t>(done_.size(), 1));
      for (const auto& edit : done_) report += "  " + edit + "\n";
      report += "expected: " + expected + "\n" + seen;
      write_file(directory_ + "/failure", report);
      fmt::print(stderr, "local-random failed: {}\n", report);
    }
    REQUIRE_MESSAGE(holds, "expected " << expected << "; see " << directory_ << "/failure");
  }

  void note_reasons(const Run& run) {
    const auto at = run.errors.find("not stored");
    if (at == std::string::npos) return;
    const auto begin = run.errors.rfind('\n', at) + 1;
    ++reasons_[run.errors.substr(begin, run.errors.find('\n', at) - begin)];
  }

  std::size_t below(std::size_t end) { return random_() % end; }
  template <typename Value>
  Value pick(const std::vector<Value>& values) {
    return values[below(values.size())];
  }
  std::string text() { return std::to_string(below(4)); }
  std::string outside_file() const { return workspace_.outside() + "/file"; }

  void add(const std::string& name, const std::vector<std::string>& dependencies) {
    const std::vector<std::string> looks{"include_str!(\"../own\")",
                                         "include_str!(\"../../shared/a\")",
                                         "include_str!(\"../../shared/link\")",
                                         "env!(\"CARGO_PKG_DESCRIPTION\")",
                                         "option_env!(\"ASKED\").unwrap_or(\"-\")",
                                         "option_env!(\"OF_CONFIG\").unwrap_or(\"-\")",
                                         "cfg!(special)",
                                         "looks::file!(\"../shared/b\")",
                                         "looks::file!(\"own\")",
                                         "looks::file!(\"" + outside_file() + "\")",
                                         "looks::file!(\"../listed/y\")",
                                         "looks::names!(\"../listed\")",
                                         "looks::leads!(\"../shared/link\")",
                                         "looks::variable!(\"ASKED\")",
                                         "module::TEXT"};
    std::string values = "0";
    std::string format = "{}";
    for (int i = 0; i < 4; ++i) {
      values += ", " + pick(looks);
      format += " {}";
    }
    std::string needs = "[dependencies]\nlooks = { path = \"../looks\" }\n";
    for (const auto& below : dependencies) {
      needs += below + " = { path = \"../" + below + "\" }\n";
      values += ", " + below + "::text()";
      format += " [{}]";
    }
    std::map<std::string, std::string> files{{"own", "0"},
                                             {"src/module.rs", "pub const TEXT: &str = \"0\";\n"}};
    std::string rest = "description.workspace = true\n";
    if (below(2) == 0) {
      const std::vector<std::string> bodies{
          "fs::read_to_string(\"../shared/b\").unwrap()",
          "env::var(\"ASKED\").unwrap_or_default()",
          "fs::read_dir(\"../listed\").unwrap().count().to_string()",
          "output(\"cat\", &[\"../shared/link\"])",
          "env::var(\"CARGO_PKG_DESCRIPTION\").unwrap()",
          "println!(\"cargo:rerun-if-changed=../shared/a\"); "
          "fs::read_to_string(\"../shared/a\").unwrap()"};
      files["build.rs"] = looking_script(pick(bodies));
      values += ", include_str!(concat!(env!(\"OUT_DIR\"), \"/text\"))";
      format += " <{}>";
      rest += "build = \"build.rs\"\n";
    }
    workspace_.add(name,
                   "#![allow(unexpected_cfgs, unused)]\nmod module;\npub fn text() -> String {\n"
                   "    format!(\"" +
                       format + "\", " + values + ")\n}\n",
                   rest + needs, files);
  }

  void finish() const { workspace_.finish("[workspace.package]\ndescription = \"0\"\n"); }

  std::string write_file_of_pool() {
    const auto file = pick<std::string>(
        {"shared/a", "shared/b", "listed/x", "one/own", "two/own", "three/own", "../outside/file"});
    write_file(workspace_.root() + "/" + file, text());
    return "wrote " + file + date(workspace_.root() + "/" + file);
  }

  std::string edit_source() {
    const auto crate = pick<std::string>({"one", "two", "three"});
    const auto file = workspace_.root() + "/" + crate + "/src/module.rs";
    write_file(file, "pub const TEXT: &str = \"" + text() + "\";\n");
    return "edited " + crate + date(file);
  }

  /// Keeps the new date, or gives a file one that tells nothing.
  std::string date(const std::string& file) {
    const auto now = fs::file_time_type::clock::now();
    switch (below(4)) {
      case 0:
        fs::last_write_time(file, now - std::chrono::hours(24 * 365 * 40));
        return ", back-dated";
      case 1:
        fs::last_write_time(file, now - std::chrono::hours(1));
        return ", an hour old";
      default:
        return "";
    }
  }

  std::string date_a_file() {
    const auto file = workspace_.root() + "/" +
                      pick<std::string>({"one/src/lib.rs", "two/own", "shared/a", "Cargo.toml"});
    const auto now = fs::file_time_type::clock::now();
    const auto years = pick<int>({-40, 0, 70});
    fs::last_write_time(file, now + std::chrono::hours(24 * 365 * years));
    return fmt::format("dated {} by {} years", file, years);
  }

  std::string change_listing() {
    const auto file = workspace_.root() + "/listed/y";
    if (!fs::remove(file)) write_file(file, text());
    return "added or removed listed/y";
  }

  std::string rename_case() {
    const auto at = workspace_.root() + "/listed/";
    std::error_code ignored;
    fs::rename(at + (is_upper_ ? "X" : "x"), at + (is_upper_ ? "x" : "X"), ignored);
    is_upper_ = !is_upper_;
    return "renamed listed/x";
  }

  std::string set_variable() {
    const auto value = text();
    workspace_.set("ASKED", value);
    return "set ASKED=" + value;
  }

  std::string retarget() {
    const auto link = workspace_.root() + "/shared/link";
    const auto to = pick<std::string>({"a", "b"});
    fs::remove(link);
    fs::create_symlink(to, link);
    return "shared/link leads to " + to;
  }

  std::string configure() {
    const auto place = pick<std::string>({"", "../"});
    workspace_.write(place + ".cargo/config.toml", "[env]\nOF_CONFIG = \"" + text() + "\"\n");
    return "configured " + place;
  }

  std::string describe() {
    workspace_.finish("[workspace.package]\ndescription = \"" + text() + "\"\n");
    return "described";
  }

  std::string remove_store() {
    fs::remove_all(workspace_.store());
    return "removed the store";
  }

  /// A build that fails has restored units, and compiled some.
  std::string fail_to_build() {
    const bool is_anew = below(2) == 0;
    if (is_anew) workspace_.clean();
    const auto main = read_file(workspace_.root() + "/app/src/main.rs");
    workspace_.write("app/src/main.rs", "fn main() { no }\n");
    const auto run = build_with_store();
    expect(run.code() == 101, "a build that fails", run.errors);
    workspace_.write("app/src/main.rs", main);
    return is_anew ? "a build anew failed, then " : "a build failed, then ";
  }

  /// By the variable, which comes first, or the file.
  std::string switch_toolchain() {
    if (toolchains_.size() < 2) return "there is only one toolchain";
    const auto toolchain = pick(toolchains_);
    const auto kind = below(3);
    if (kind == 0) {
      workspace_.set("RUSTUP_TOOLCHAIN", toolchain);
      return "RUSTUP_TOOLCHAIN=" + toolchain;
    }
    workspace_.unset("RUSTUP_TOOLCHAIN");
    workspace_.write("rust-toolchain.toml", "[toolchain]\nchannel = \"" + toolchain + "\"\n");
    return "rust-toolchain.toml names " + toolchain;
  }

  std::string set_flags() {
    const auto flags = pick<std::string>({"", "--cfg special", "-C opt-level=1"});
    workspace_.set("RUSTFLAGS", flags);
    return "flags " + flags;
  }

  std::string directory_, program_;
  unsigned seed_;
  LocalWorkspace workspace_;
  std::mt19937 random_;
  /// The edits so far, in words.
  std::vector<std::string> done_;
  std::vector<std::string> toolchains_ = installed_toolchains();
  std::map<std::string, int> reasons_;
  bool is_upper_ = false;
  int restored_ = 0;
};

}  // namespace

TEST_SUITE("local-random") {
  TEST_CASE("after random edits the program is the one of a clean build") {
    constexpr unsigned edits_of_a_workspace = 10;
    const auto edits = number_from("LARDER_RANDOM_EDITS", 20);
    const auto first = number_from("LARDER_RANDOM_SEED", 1);
    // A long run outlives the next build of the program, which would take its place.
    const TestDirectory own("local-random");
    const auto program = own / "cargo-larder";
    fs::copy_file(larder_program(), program);
    int restored = 0;
    std::map<std::string, int> reasons;
    for (unsigned i = 0; i * edits_of_a_workspace < edits; ++i) {
      const TestDirectory directory("local-random");
      RandomWorkspace workspace(directory.path(), program, first + i);
      workspace.check();
      for (unsigned edit = 0; edit < std::min(edits, edits_of_a_workspace); ++edit) {
        workspace.edit();
        workspace.check();
      }
      restored += workspace.restored();
      for (const auto& [reason, count] : workspace.reasons()) reasons[reason] += count;
      // All of a long run would need gigabytes.
      fs::remove_all(directory.path());
    }
    for (const auto& [reason, count] : reasons) MESSAGE(count << " times: " << reason);
    // Otherwise all of this would only show that cargo is right.
    CHECK(restored > static_cast<int>(edits / 2));
    MESSAGE(edits << " random edits, " << restored << " units restored");
  }
}

}  // namespace larder::test
