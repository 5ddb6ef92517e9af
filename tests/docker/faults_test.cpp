#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "../e2e/support/dockerfile_faults.hpp"
#include "larder/base/text.hpp"
#include "support/created_objects.hpp"
#include "support/tiny.hpp"

// What the faults cost that lint finds: each is put into Dockerfiles of examples/docker, and those
// are built before and after an edit. Without the fault, the same edit costs nothing.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// What is wrong with a Dockerfile, by its builds. Empty if nothing is.
std::string trouble_in_steps(const BuildLog& log, bool is_edited) {
  for (const auto& step : log.steps()) {
    const bool is_cook = step.instruction.find("larder cook") != std::string::npos ||
                         step.instruction.find("chef cook") != std::string::npos;
    if (is_cook && is_edited && !step.cached) return "the edit runs cook again";
    if (is_cook || !step.instruction.starts_with("RUN ")) continue;
    const auto compiled = step.compiled_external();
    if (!compiled.empty()) return "the build compiles " + listed(compiled);
    // On another machine the store may be empty.
    const auto restored = step.line_with("external units from the store");
    if (!restored.empty() && restored.find("Restored 0 of 0") == std::string::npos)
      return "the build does not have what was cooked: " + restored;
    const auto downloaded = step.downloaded();
    if (!downloaded.empty()) return "the build downloads " + listed(downloaded);
  }
  return "";
}

std::string trouble_in(const Built& built, bool is_edited) {
  if (built.succeeded) return trouble_in_steps(built.log, is_edited);
  for (const auto& step : built.log.steps()) {
    if (!step.failed) continue;
    const auto error = step.line_with("error");
    return "fails: " + (error.empty() ? step.instruction : error);
  }
  const auto error = built.log.text().find("ERROR");
  return "fails: " + (error == std::string::npos ? "" : built.log.text().substr(error, 200));
}

/// One Dockerfile of the examples over a workspace of its own.
class Trial {
 public:
  Trial(const fs::path& example, const DockerfileFault* fault)
      : name_(example.stem().string()),
        fault_(fault),
        tiny_(name_ == "subdirectory" ? "backend" : "") {}

  /// Builds, edits, and builds again.
  std::string trouble(const std::string& text) const {
    auto what = tiny_.build(name_);
    what.dockerfile = tiny_.directory() + "/Dockerfile";
    write_file(what.dockerfile, of_this_workspace(text));
    what.name = fmt::format("fault-{}", ++number_);
    what.mounts = what.name;
    if (name_ == "static") what.arguments["TARGET"] = "x86_64-unknown-linux-gnu";
    if (fault_ != nullptr && fault_->rule == "older-runtime")
      what.arguments["RUNTIME_IMAGE"] = runtime_of(fault_->name);
    write_file(tiny_.context() + "/.dockerignore", "target\n");
    make_recipe();
    const auto first = trouble_in(build_with(what, what.name + "-1"), false);
    if (!first.empty()) return first;
    auto answer = trouble_of_program(what);
    if (!answer.empty()) return answer;
    edit();
    make_recipe();
    return trouble_in(build_with(what, what.name + "-2"), true);
  }

 private:
  /// The faults name directories that this workspace calls otherwise.
  static std::string of_this_workspace(const std::string& text) {
    return replaced(text, "COPY src src", "COPY crates crates");
  }

  /// Images that stand in for the ones that the faults name.
  static std::string runtime_of(const std::string& fault) {
    static std::map<std::string, std::string> made;
    auto& image = made[fault];
    if (!image.empty()) return image;
    const bool is_older = fault == "an older runtime";
    image = run_name(is_older ? "bullseye" : "no-glibc");
    CreatedObjects::open().add("image", image);
    if (is_older) {
      const auto made_it = capture_process({{"scripts/test-image", "bare", image, "bullseye"},
                                            LARDER_SOURCE_DIRECTORY,
                                            test_environment()});
      claim(succeeded(made_it.status), "an image of Debian 11", made_it.errors);
      return image;
    }
    const TestDirectory directory("no-glibc");
    write_file(directory / "Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
    require_built({directory / "Dockerfile", directory.path(), "no-glibc", {}, "no-glibc", {}});
    return image;
  }

  void make_recipe() const {
    if (name_ == "host-planner")
      must(larder(split("prepare -- build --release --locked --bin app"), tiny_.sources()));
  }

  static Built build_with(Build what, const std::string& revision) {
    what.arguments["GIT_COMMIT"] = revision;
    what.arguments["BUILD_DATE"] = revision;
    return build(what);
  }

  std::string trouble_of_program(const Build& what) const {
    if (fault_ == nullptr || fault_->rule != "older-runtime") return "";
    const auto run = run_image(run_name(what.name));
    return run.code() == 0 ? "" : "does not start: " + run.output + run.errors;
  }

  /// Sources and the version of the workspace's own packages. None of it concerns what cook
  /// compiles. No two trials have the same version, because BuildKit would reuse the step of
  /// another example that is alike.
  void edit() const {
    tiny_.edit_sources();
    const auto version = fmt::format("0.1.{}", number_);
    edit_file(tiny_.sources() + "/Cargo.toml", "version = \"0.1.0\"",
              "version = \"" + version + "\"");
    const auto lock = tiny_.sources() + "/Cargo.lock";
    for (const std::string package : {"admin", "app", "shelf"}) {
      const auto entry = "name = \"" + package + "\"\nversion = \"";
      edit_file(lock, entry + "0.1.0\"", entry + version + "\"");
    }
    if (fault_ == nullptr || fault_->rule != "command-missing") return;
    // A recipe for any command has the dependencies of tests.
    const auto manifest = tiny_.sources() + "/crates/admin/Cargo.toml";
    write_file(manifest, read_file(manifest) + "\n[dev-dependencies]\nfnv.workspace = true\n");
    const auto entry = "name = \"admin\"\nversion = \"" + version + "\"\ndependencies = [\n";
    edit_file(lock, entry, entry + " \"fnv\",\n");
  }

  static inline int number_ = 0;
  std::string name_;
  const DockerfileFault* fault_;
  Tiny tiny_;
};

/// These need servers: a registry, a git server, redis.
bool needs_servers(const std::string& example) {
  return example == "private" || example == "redis";
}

}  // namespace

// LARDER_ALL_FAULTS=all puts each fault into each example, for half an hour, and with the name of
// one into that. Otherwise each is put into the first two that have a place for it.
TEST_SUITE("faults" * doctest::skip()) {
  TEST_CASE("each fault that lint finds costs something, and the example without it nothing") {
    const char* given = std::getenv("LARDER_ALL_FAULTS");
    const std::string chosen = given == nullptr ? "" : given;
    std::map<std::string, int> seen;
    int tried = 0;
    int shown = 0;
    for (const auto& example : example_dockerfiles()) {
      const auto name = example.stem().string();
      if (needs_servers(name) || (!chosen.empty() && chosen != "all" && chosen != name)) continue;
      const auto text = read_file(example.string());
      std::vector<const DockerfileFault*> faults;
      for (const auto& fault : dockerfile_faults()) {
        if (fault.apply(text) && (!chosen.empty() || seen[fault.name]++ < 2))
          faults.push_back(&fault);
      }
      if (faults.empty()) continue;
      const auto without = Trial(example, nullptr).trouble(text);
      claim(without.empty(), name + " costs nothing without a fault", without);
      for (const auto* fault : faults) {
        const auto trouble = Trial(example, fault).trouble(*fault->apply(text));
        ++tried;
        if (!trouble.empty()) ++shown;
        claim(!trouble.empty(), fmt::format("{}, {}: {}", name, fault->name, trouble));
        std::fflush(stdout);
      }
    }
    std::printf("%d of %d faults cost something\n", shown, tried);
  }
}

}  // namespace larder::test
