#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "random.hpp"
#include "support/artifacts.hpp"
#include "support/image_build.hpp"
#include "support/stubbed.hpp"
#include "support/vendored_workspace.hpp"

// Killed in the middle, a disk that is full or read-only, two at once: the next run gives the right
// result, and nothing lies about outside the target directory.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

const Words cook{"cook", "--offline"};

void tell(const std::string& text) {
  fmt::print("interruptions: {}\n", text);
  std::fflush(stdout);
}

/// A program that is killed after some time, alone or with all that it started.
struct Killing {
  std::chrono::microseconds after;
  bool whole_group;
};

/// Whether the program still ran.
bool kill_during(const Words& arguments, const std::string& directory,
                 const Environment& environment, const Killing& killing,
                 const TestDirectory& files) {
  fs::remove(files / "pid");
  // The shell becomes the program, as the leader of a process group of its own.
  write_script(files / "start", fmt::format(R"(echo $$ > {0}/pid.new; mv {0}/pid.new {0}/pid
exec "$@" > {0}/out 2> {0}/errors
)",
                                            files.path()));
  auto run = std::async(std::launch::async, [&] {
    return capture_process(
        {Words{"setsid", files / "start", larder_program()} + arguments, directory, environment});
  });
  while (!fs::exists(files / "pid")) std::this_thread::sleep_for(std::chrono::microseconds(200));
  const auto pid = static_cast<pid_t>(std::stoi(read_file(files / "pid")));
  std::this_thread::sleep_for(killing.after);
  ::kill(killing.whole_group ? -pid : pid, SIGKILL);
  const auto ended = run.get();
  const auto* signalled = std::get_if<Signalled>(&ended.status);
  return signalled != nullptr && signalled->number == SIGKILL;
}

/// How long a run lasts, so that the points at which others are killed are spread over it.
std::chrono::microseconds time_of(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

std::chrono::microseconds moment(Random& random, std::chrono::microseconds whole) {
  return std::chrono::microseconds(random.below(static_cast<std::size_t>(whole.count())));
}

std::vector<std::string> files_in(const std::string& directory) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(directory))
    out.push_back(entry.path().filename());
  std::sort(out.begin(), out.end());
  return out;
}

/// Whether a path is a temporary file of a compiler or linker that was killed or crashed.
bool is_of_compilers(const std::string& path) {
  return path.starts_with("tmp/") && !path.starts_with("tmp/cargo-larder");
}

/// What the real build compiles of the two external packages and their build script.
void check_warm(const VendoredWorkspace& vendored) {
  vendored.bring_sources();
  const auto messages = must_reuse_all(cargo({"build", "--offline", "--message-format", "json"},
                                             vendored.app(), vendored.environment()));
  CHECK(messages.external.size() == 3);
}

}  // namespace

TEST_SUITE("interruptions") {
  TEST_CASE("prepare that was killed anywhere is run again: the same recipe, nothing else") {
    const TestDirectory directory("killed-prepare");
    const auto shop = directory / "shop";
    copy_tree(sample("shop"), shop);
    const Words prepare{"prepare", "--", "build", "--release", "--locked"};
    auto lasted = time_of([&] { must(larder(prepare, shop)); });
    const auto expected = read_file(shop + "/recipe.json");
    const auto names = files_in(shop);
    Random random(1);
    // It lasts a few milliseconds, so many end before they are killed.
    int killed = 0;
    int point = 0;
    for (; killed < 50 && point < 500; ++point) {
      CAPTURE(point);
      // An older recipe, or none.
      if (point % 2 == 0) fs::remove(shop + "/recipe.json");
      if (point % 2 != 0) write_file(shop + "/recipe.json", "{}");
      const auto after = moment(random, lasted);
      killed += kill_during(prepare, shop, test_environment(), {after, false}, directory) ? 1 : 0;
      if (fs::exists(shop + "/recipe.json")) {
        const auto text = read_file(shop + "/recipe.json");
        CHECK((text == expected || text == "{}"));
      }
      lasted = std::min(lasted, time_of([&] { must(larder(prepare, shop)); }));
      CHECK(read_file(shop + "/recipe.json") == expected);
      CHECK(joined(files_in(shop)) == joined(names));
    }
    CHECK(killed == 50);
    tell(fmt::format("prepare: {} points, {} of them before its end", point, killed));
  }

  TEST_CASE("cook that was killed anywhere is run again: all is reused, nothing lies about") {
    const TestDirectory directory("killed-cook");
    const TestDirectory control("killed-cook-control");
    const VendoredWorkspace vendored(directory);
    const auto reset = [&] {
      empty_directory(vendored.app(), {"vendor"});
      vendored.set_recipe(vendored.recipe());
    };
    reset();
    const auto lasted = time_of([&] { REQUIRE(vendored.larder(cook).code() == 0); });
    auto expected = vendored.outside();
    auto document = nlohmann::json::parse(vendored.recipe());
    document["larder"]["sources"] = {
        {{"path", "carried/data"}, {"contents", "x"}, {"encoding", "utf8"}, {"executable", false}}};
    const auto with_sources = document.dump();
    Random random(2);
    int killed = 0;
    // As in `e2e.interruptions-often`.
    const auto points = static_cast<int>(number_from("LARDER_KILLS", 20));
    for (int point = 0; point < points; ++point) {
      CAPTURE(point);
      reset();
      // Every other one with sources, whose skeleton lies in the system's temporary directory.
      if (point % 2 != 0) vendored.set_recipe(with_sources);
      const auto after = moment(random, lasted);
      const bool whole_group = random.chance(50);
      killed +=
          kill_during(cook, vendored.app(), vendored.environment(), {after, whole_group}, control)
              ? 1
              : 0;
      must(vendored.larder(cook));
      auto changed = changed_paths(expected, vendored.outside());
      std::erase_if(changed, [&](const std::string& path) {
        // Written anew, with another date.
        return path == "app/recipe.json" || is_of_compilers(path) ||
               (VendoredWorkspace::may_be_restored(path) && expected.contains(path));
      });
      CHECK(joined(changed) == "");
      CHECK(joined(leftovers(vendored.app() + "/target")) == "");
      check_warm(vendored);
    }
    CHECK(killed > points / 4);
    tell(fmt::format("cook: {} points, {} of them before its end", points, killed));
  }

  TEST_CASE("where any write fails there is an error, and nothing half-written") {
    const TestDirectory directory("full");
    const VendoredWorkspace vendored(directory);
    const auto none = directory / "tmp/none";
    int failed = 0;
    const auto fail_at_each = [&](const Words& arguments, const std::string& where,
                                  const std::function<void()>& reset, const auto& check_left) {
      for (const int error : {ENOSPC, EROFS}) {
        for (int at = 1;; ++at) {
          CAPTURE(error);
          CAPTURE(at);
          REQUIRE(at < 1000);
          reset();
          auto environment = vendored.environment();
          environment.set("LD_PRELOAD", LARDER_FAILING_WRITES);
          // Where the program is built with a sanitizer, which wants to be first.
          environment.set("ASAN_OPTIONS", "verify_asan_link_order=0");
          environment.set("LARDER_FAIL_AT", std::to_string(at));
          environment.set("LARDER_FAIL_WITH", std::to_string(error));
          environment.set("LARDER_FAIL_NONE", none);
          const auto run = larder(arguments, where, environment);
          CAPTURE(run.errors);
          const bool all_written = fs::remove(none);
          CHECK(run.signal() == 0);
          CHECK(run.error_id() == (all_written ? "" : "file-write"));
          CHECK(run.code() == (all_written ? 0 : 1));
          check_left();
          if (all_written) break;
          ++failed;
        }
      }
    };
    const auto app = vendored.app();
    const auto reset_app = [&] {
      empty_directory(app, {"vendor"});
      vendored.set_recipe(vendored.recipe());
    };
    fail_at_each(cook, app, reset_app, [&] {
      for (const auto& name : files_in(app)) {
        CAPTURE(name);
        CHECK((name == ".cargo" || name == "Cargo.lock" || name == "recipe.json" ||
               name == "target" || name == "vendor"));
      }
      if (fs::exists(app + "/.cargo")) {
        for (const auto& name : files_in(app + "/.cargo")) CHECK(name == "config.toml");
      }
      CHECK(joined(files_in(directory / "tmp")) == "");
    });
    const auto plan = directory / "plan";
    const auto names = files_in(plan);
    fail_at_each(
        {"prepare", "--", "build", "--offline"}, plan, [&] { fs::remove(plan + "/recipe.json"); },
        [&] {
          auto left = files_in(plan);
          std::erase(left, "recipe.json");
          CHECK(joined(left) == joined(names));
        });
    CHECK(failed > 20);
    tell(fmt::format("failing writes: {} in prepare and cook", failed));
  }

  TEST_CASE("a disk that is really full or read-only") {
    const VendoredWorkspace vendored(TestDirectory("tmpfs"));
    const auto target = vendored.app() + "/target";
    fs::create_directories(target);
    const auto mount = [&](const std::string& options) {
      return run_in("/", {"mount", "-t", "tmpfs", "-o", options, "tmpfs", target}).code() == 0;
    };
    if (!mount("size=4k")) {
      tell("SKIPPED a small tmpfs: mount is not allowed here");
      return;
    }
    const auto unmount = [&] { return run_in("/", {"umount", target}).code() == 0; };
    CHECK(unmount());
    int failed = 0;
    int cooked = 0;
    // Our own writes come first, then cargo's.
    for (const auto* options : {"size=4k", "size=8k", "size=16k", "size=28k", "size=40k",
                                "size=64k", "size=1m", "size=4m", "size=64m", "ro"}) {
      CAPTURE(std::string(options));
      REQUIRE(mount(options));
      vendored.set_recipe(vendored.recipe());
      const auto before = vendored.outside();
      const auto run = vendored.larder(cook);
      auto changed = changed_paths(before, vendored.outside());
      CHECK(unmount());
      CAPTURE(run.errors);
      CHECK(run.signal() == 0);
      CHECK((run.code() == 0 || run.code() == 101 || run.error_id() == "file-write"));
      ++(run.code() == 0 ? cooked : failed);
      std::erase_if(changed, VendoredWorkspace::may_be_restored);
      std::erase_if(changed, is_of_compilers);
      CHECK(joined(changed) == "");
    }
    CHECK(failed >= 3);
    CHECK(cooked >= 1);
    tell(fmt::format("small and read-only disks: {} failed, {} cooked", failed, cooked));
  }

  TEST_CASE("two cooks at once on one target directory") {
    const VendoredWorkspace vendored(TestDirectory("two"));
    constexpr int rounds = 10;
    int waited = 0;
    for (int round = 0; round < rounds; ++round) {
      empty_directory(vendored.app(), {"vendor"});
      vendored.set_recipe(vendored.recipe());
      const auto run = [&] { return vendored.larder(cook); };
      auto first = std::async(std::launch::async, run);
      auto second = std::async(std::launch::async, run);
      for (auto* each : {&first, &second}) {
        const auto ended = must(each->get());
        CAPTURE(ended.errors);
        waited += ended.says("waiting for another cook") ? 1 : 0;
      }
      CHECK(joined(leftovers(vendored.app() + "/target")) == "");
      check_warm(vendored);
    }
    CHECK(waited > 0);
    tell(fmt::format("two at once: {} rounds, {} times one waited", rounds, waited));
  }

  TEST_CASE("names that differ only in case are different names") {
    const StubbedWorkspace workspace(
        TestDirectory("case") / "w",
        {{"Cargo.toml",
          R"([workspace]
members = ["Net", "net"]
resolver = "2"

[patch.crates-io]
g = { path = "Patched" }
)"},
         {"Patched/Cargo.toml", package("g")},
         {"Patched/src/lib.rs", "mod Item;\nmod item;\n"},
         {"Patched/src/Item.rs", "// upper\n"},
         {"Patched/src/item.rs", "// lower\n"},
         {"Net/Cargo.toml", package("upper", "[dependencies]\ne = \"1\"\n")},
         {"Net/src/lib.rs", ""},
         {"net/Cargo.toml", package("lower", "[dependencies]\nf = \"1\"\n")},
         {"net/src/lib.rs", ""},
         {"net/src/main.rs", "fn main() {}\n"}},
        package_files({{"e", "[dependencies]\ng = \"1\"\n"}, {"f"}}));
    for (const auto* command : {"build", "test --workspace"}) {
      const auto recipe = workspace.recipe_for(command);
      CHECK(std::count_if(recipe.sources.begin(), recipe.sources.end(), [](const auto& source) {
              return source.path == "Patched/src/Item.rs" || source.path == "Patched/src/item.rs";
            }) == 2);
      workspace.check_cooked_as_built({recipe}, command);
    }
  }
}

}  // namespace larder::test
