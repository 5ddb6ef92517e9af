#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "larder/base/path.hpp"
#include "larder/driver/jobserver.hpp"
#include "random.hpp"
#include "support/asking_workspace.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"
#include "support/till_workspace.hpp"

// Whatever happens to a store or to those who write it: nothing of it is missing, damaged or wrong
// afterwards, and a cook does not fail because of it.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// As the script of rustix does. Rustc creates a temporary directory in the current one.
constexpr const char* probe =
    "Command::new(env::var(\"RUSTC\").unwrap()).args([\"--crate-type=rlib\", "
    "\"--emit=metadata\", \"-o\", \"-\", \"-\"]).stdin(std::process::Stdio::null())"
    ".output().unwrap().status.success().to_string()";

constexpr const char* right_answer = "upper 1, lower 1\nother 1\n";

void tell(const std::string& text) {
  fmt::print("store-robustness: {}\n", text);
  std::fflush(stdout);
}

/// Reads all that the store holds.
void check_store(const StoreWorkspace& workspace) {
  const auto checked = larder({"store", "check", "--store", workspace.store()}, workspace.app(),
                              workspace.environment());
  CAPTURE(checked.errors);
  CHECK(checked.code() == 0);
  CHECK(checked.says(", 0 damaged"));
}

/// What was saved is whole, and what is made of it is right.
void check_sound(const StoreWorkspace& workspace) {
  check_store(workspace);
  const auto told = workspace.cook_anew();
  CHECK(told.restored + told.compiled == 3);
  CHECK(workspace.answer() == right_answer);
  CHECK(workspace.cook_anew().restored == 3);
}

/// A namespace of mounts of its own, in which a shell command runs; it ends with the command.
Run with_mounts(const StoreWorkspace& workspace, const std::string& command) {
  auto done = capture_process(
      {{"unshare", "--mount", "sh", "-c", command}, workspace.app(), workspace.environment()});
  return {done.status, std::move(done.output), std::move(done.errors)};
}

bool can_mount() {
  const auto tried = capture_process({{"unshare", "--mount", "true"}, "/", test_environment()});
  if (succeeded(tried.status)) return true;
  tell_missing("the right to mount (unshare --mount)");
  return false;
}

std::string deps(const StoreWorkspace& workspace, const std::string& flags) {
  return fmt::format("'{}' deps --store '{}' {} build --locked", larder_program(),
                     workspace.store(), flags);
}

/// Makes a program that calls rustc and notes that in a file. `text` is somewhere in it.
void make_counting_rustc(const std::string& place, const std::string& log,
                         const std::string& text) {
  write_file(place + ".c",
             fmt::format("#include <fcntl.h>\n#include <unistd.h>\n"
                         "const char text[] = \"{}\";\n"
                         "int main(int count, char **words) {{\n  (void)count;\n"
                         "  int log = open(\"{}\", O_WRONLY | O_APPEND | O_CREAT, 0644);\n"
                         "  if (write(log, \"called\\n\", 7) != 7) return 1;\n"
                         "  close(log);\n  words[0] = \"{}/bin/rustc\";\n"
                         "  execv(words[0], words);\n  return 1;\n}}\n",
                         text, log, real_sysroot()));
  fs::remove(place);
  const auto made =
      capture_process({{find_program("cc"), "-o", place, place + ".c"}, "/", test_environment()});
  REQUIRE_MESSAGE(succeeded(made.status), made.errors);
}

}  // namespace

TEST_SUITE("store-robustness") {
  TEST_CASE("four cooks at once save and restore the same units, one of them is killed anywhere") {
    const TestDirectory directory("store-killed");
    StoreWorkspace workspace(directory.path());
    const auto target = [&](std::size_t number) {
      return fmt::format("{}/target{}", directory.path(), number);
    };
    const auto cook = [&](std::size_t number, const Words& before) {
      auto environment = workspace.environment();
      environment.set("CARGO_TARGET_DIR", target(number));
      return capture_process({before + Words{larder_program(), "deps", "--store", workspace.store(),
                                             "build", "--locked"},
                              workspace.app(), environment});
    };
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(succeeded(cook(0, {}).status));
    const std::chrono::duration<double> lasted = std::chrono::steady_clock::now() - start;
    Random random(7);
    int killed = 0;
    const auto count = static_cast<int>(number_from("LARDER_ROUNDS", 2));
    for (int round = 0; round < count; ++round) {
      CAPTURE(round);
      // Cold at first, and each time with some units removed.
      if (round % 3 == 0) fs::remove_all(workspace.store());
      if (round % 3 == 1) fs::remove_all(workspace.store() + "/units");
      const auto after =
          fmt::format("{:.3f}", lasted.count() * (0.1 + 0.02 * double(random.below(100))));
      std::vector<std::thread> threads;
      for (std::size_t i = 0; i < 4; ++i) {
        fs::remove_all(target(i));
        threads.emplace_back([&, i] {
          const auto ended = cook(i, i == 0 ? Words{"timeout", "-s", "KILL", after} : Words{});
          if (i > 0) CHECK_MESSAGE(succeeded(ended.status), ended.errors);
          if (i == 0 && !succeeded(ended.status)) ++killed;
        });
      }
      for (auto& thread : threads) thread.join();
      check_store(workspace);
      // The killed one goes on in its target directory.
      workspace.set("CARGO_TARGET_DIR", target(0));
      REQUIRE(succeeded(cook(0, {}).status));
      const auto built = cargo({"build", "--locked"}, workspace.app(), workspace.environment());
      CHECK(built.code() == 0);
      const auto ran =
          capture_process({{target(0) + "/debug/app"}, workspace.app(), workspace.environment()});
      CHECK(ran.output == right_answer);
      workspace.unset("CARGO_TARGET_DIR");
      CHECK(workspace.cook_anew().restored == 3);
      CHECK(workspace.answer() == right_answer);
    }
    CHECK(killed > 0);
    tell(fmt::format("{} rounds of four cooks, {} killed before their end", count, killed));
  }

  TEST_CASE("where any write fails the store stays whole") {
    const TestDirectory directory("store-full");
    const StoreWorkspace workspace(directory.path());
    const auto none = directory / "none";
    // By hand all of them.
    const int step = std::getenv("LARDER_ROUNDS") == nullptr ? 29 : 1;
    struct Row {
      const char* what;
      bool is_saved;
    };
    int failed = 0;
    for (const auto& row : {Row{"compiled and saved", false}, Row{"restored", true}}) {
      CAPTURE(row.what);
      if (row.is_saved) workspace.cook_anew();
      for (int at = 1;; at += step) {
        CAPTURE(at);
        REQUIRE(at < 2000);
        workspace.clean();
        if (!row.is_saved) fs::remove_all(workspace.store());
        auto environment = workspace.environment();
        environment.set("LD_PRELOAD", LARDER_FAILING_WRITES);
        // Where the program is built with a sanitizer, which wants to be first.
        environment.set("ASAN_OPTIONS", "verify_asan_link_order=0");
        environment.set("LARDER_FAIL_AT", std::to_string(at));
        environment.set("LARDER_FAIL_WITH", std::to_string(ENOSPC));
        environment.set("LARDER_FAIL_NONE", none);
        const auto run = larder({"deps", "--store", workspace.store(), "build", "--locked"},
                                workspace.app(), environment);
        CAPTURE(run.errors);
        const bool all_written = fs::remove(none);
        CHECK(run.signal() == 0);
        CHECK((run.code() == 0 || (run.code() == 1 && run.error_id() == "file-write")));
        if (all_written) break;
        ++failed;
        if (fs::exists(workspace.store() + "/format")) check_store(workspace);
        workspace.cook();
        CHECK(workspace.answer() == right_answer);
      }
      check_sound(workspace);
    }
    CHECK(failed > 0);
    tell(fmt::format("failing writes: {}", failed));
  }

  TEST_CASE("entries that were cut off or changed anywhere are compiled, and are never wrong") {
    const TestDirectory directory("store-damaged");
    const StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    Random random(11);
    int damaged = 0;
    const auto count = static_cast<int>(number_from("LARDER_ROUNDS", 3));
    for (int round = 0; round < count; ++round) {
      CAPTURE(round);
      for (const std::string part : {"units", "blobs"}) {
        for (const auto& file : workspace.files_of(part)) {
          if (!random.chance(30)) continue;
          auto bytes = read_file(file);
          const auto at = random.below(std::max<std::size_t>(bytes.size(), 1));
          if (random.chance(40)) {
            bytes.resize(at);
          } else if (!bytes.empty()) {
            bytes[at] = static_cast<char>(random.next());
          }
          write_file(file, bytes);
          ++damaged;
        }
      }
      const auto told = workspace.cook_anew();
      CHECK(told.restored + told.compiled == 3);
      CHECK(workspace.answer() == right_answer);
      CHECK(workspace.cook_anew().restored == 3);
    }
    tell(fmt::format("{} damaged files in {} rounds", damaged, count));
  }

  TEST_CASE("a script that tries out what rustc accepts, where rustc may write and where not") {
    if (!can_mount()) return;
    const TestDirectory directory("store-probe");
    const StoreWorkspace workspace(directory.path());
    workspace.vendor("other", "", text_of_script, {{"build.rs", script(probe, "")}});
    workspace.lock();
    const auto first = workspace.cook();
    CAPTURE(first.errors);
    CHECK_FALSE(first.says("not stored"));
    CHECK(told_by(first).saved == 5);
    CHECK(workspace.cook_anew().restored == 5);
    CHECK(workspace.answer() == "upper 1, lower 1\ntrue\n");
    workspace.clean();
    const auto read_only =
        with_mounts(workspace, "mount --bind vendor vendor && mount -o remount,bind,ro vendor && " +
                                   deps(workspace, ""));
    CAPTURE(read_only.errors);
    CHECK(told_by(read_only).restored == 3);
    CHECK(workspace.answer() == "upper 1, lower 1\nfalse\n");
  }

  TEST_CASE("what a script could not write, it can where that is writable") {
    if (!can_mount()) return;
    struct Row {
      std::string body, read_only, writable;
    };
    // The last asks for the right alone.
    for (const auto& row :
         {Row{probe, "false", "true"},
          Row{"let d = Path::new(\"new\"); let made = fs::create_dir(d).is_ok(); "
              "let _ = fs::remove_dir(d); made.to_string()",
              "false", "true"},
          Row{"output(Command::new(\"sh\").args([\"-c\", \"test -w Cargo.toml; printf $?\"]))", "1",
              "0"},
          Row{"output(Command::new(\"sh\").args([\"-c\", \"test -w .; printf $?\"]))", "1", "0"}}) {
      CAPTURE(row.body);
      const TestDirectory directory("store-refused");
      const StoreWorkspace workspace(directory.path());
      workspace.vendor("other", "", text_of_script, {{"build.rs", script(row.body, "")}});
      workspace.lock();
      const auto read_only = with_mounts(
          workspace, "mount --bind vendor vendor && mount -o remount,bind,ro vendor && " +
                         deps(workspace, ""));
      CAPTURE(read_only.errors);
      CHECK(told_by(read_only).saved == 5);
      CHECK(workspace.answer() == "upper 1, lower 1\n" + row.read_only + "\n");
      CHECK(workspace.cook_anew().restored == 3);
      CHECK(workspace.answer() == "upper 1, lower 1\n" + row.writable + "\n");
      CHECK(workspace.cook_anew().restored == 5);
    }
  }

  TEST_CASE("the plan has a jobserver with a name, what compiles has cargo's own") {
    const TestDirectory directory("store-jobserver");
    StoreWorkspace workspace(directory.path());
    const auto log = directory / "log";
    write_script(directory / "bin/cargo",
                 fmt::format("echo \"$1 $CARGO_MAKEFLAGS\" >>'{}'\nexec '{}/bin/cargo' \"$@\"\n",
                             log, real_sysroot()));
    workspace.put_on_path(directory / "bin");
    workspace.vendor("other", "", text_of_script,
                     {{"build.rs", script("env::var(\"CARGO_MAKEFLAGS\").unwrap()"
                                          ".contains(\"fifo:\").to_string()",
                                          "")}});
    workspace.lock();
    CHECK(workspace.cook_anew().saved == 5);
    const auto calls = read_file(log);
    CAPTURE(calls);
    CHECK(calls.find("build -j --jobserver-auth=fifo:/") != std::string::npos);
    CHECK(calls.find("build \n") != std::string::npos);
    CHECK(workspace.answer() == "upper 1, lower 1\nfalse\n");
    // Cargo itself: it passes on the pipe that it was offered.
    auto environment = workspace.environment();
    const driver::NamedJobserver jobserver(directory.path());
    jobserver.offer_to(environment);
    const auto run =
        must(cargo({"run", "--target-dir", directory / "other"}, workspace.app(), environment));
    CHECK(run.output == "upper 1, lower 1\ntrue\n");
  }

  TEST_CASE("rustc is asked once about itself, also for empty target directories") {
    const TestDirectory directory("store-answers");
    StoreWorkspace workspace(directory.path());
    const auto log = directory / "log";
    const auto rustc = directory / "bin/rustc";
    make_counting_rustc(rustc, log, "one");
    workspace.put_on_path(path::parent(rustc));
    const auto restored = [&] {
      std::ofstream(log, std::ios::trunc).close();
      return workspace.cook_anew().restored;
    };
    CHECK(restored() == 0);
    CHECK_FALSE(read_file(log).empty());
    // One for each wrapper: the dry run's, cook's, and none.
    auto files = workspace.files_of("answers");
    std::erase_if(files, [](const auto& file) {
      return read_file(file).find("rustc 1.") == std::string::npos;
    });
    REQUIRE(files.size() == 3);
    CHECK(restored() == 3);
    CHECK(read_file(log).empty());
    for (const auto& file : files) {
      const auto whole = read_file(file);
      REQUIRE(whole.find("rustc 1.") != std::string::npos);
      auto other = whole;
      other.replace(other.find("rustc 1."), 8, "rustc 0.");
      for (const auto& damaged : {std::string(), std::string("{"), other, whole.substr(0, 99)}) {
        CAPTURE(damaged);
        write_file(file, damaged);
        CHECK(restored() == 3);
        CHECK_FALSE(read_file(log).empty());
        CHECK(restored() == 3);
        CHECK(read_file(log).empty());
      }
    }
    // Cargo itself finds out that it is another program.
    make_counting_rustc(rustc, log, "two");
    CHECK(restored() == 0);
    CHECK(restored() == 3);
    CHECK(workspace.answer() == workspace.clean_answer());
  }

  TEST_CASE("a store on a small tmpfs") {
    if (!can_mount()) return;
    const TestDirectory directory("store-tmpfs");
    const StoreWorkspace workspace(directory.path());
    fs::create_directories(workspace.store());
    for (const std::string size : {"8k", "64k", "200k", "64m"}) {
      CAPTURE(size);
      workspace.clean();
      const auto run = with_mounts(
          workspace,
          fmt::format("set -e; mount -t tmpfs -o size={} tmpfs '{}'; chmod 755 '{}'; {} || exit "
                      "3; rm -r target; {} && '{}' store check --store '{}' 2>&1",
                      size, workspace.store(), workspace.store(), deps(workspace, ""),
                      deps(workspace, ""), larder_program(), workspace.store()));
      CAPTURE(run.errors);
      // Where not even its first files find room there is no store.
      CHECK((run.code() == 0 || (run.code() == 3 && run.error_id() == "file-write")));
      if (run.code() != 0) continue;
      CHECK(run.output.find(", 0 damaged") != std::string::npos);
      CHECK(run.says("some of the compiled units were not stored") ==
            (size == "8k" || size == "64k"));
      if (size == "64m") CHECK(run.says("Restored 3 of 3"));
      CHECK(workspace.answer() == right_answer);
    }
  }

  TEST_CASE("where programs cannot be observed, what needs it is compiled and not stored") {
    if (!can_mount()) return;
    const TestDirectory directory("store-noexec");
    const StoreWorkspace workspace(directory.path());
    workspace.vendor(
        "other", "", "pub fn text() -> &'static str { \"other 1\" }\n",
        {{"build.rs", "fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n"}});
    workspace.lock();
    const auto temporary = directory / "temporary";
    fs::create_directories(temporary);
    for (const int stored : {0, 3}) {
      workspace.clean();
      const auto run =
          with_mounts(workspace, fmt::format("mount -t tmpfs -o noexec tmpfs '{0}' && TMPDIR='{0}' "
                                             "{1}",
                                             temporary, deps(workspace, "")));
      CAPTURE(run.errors);
      CHECK(run.code() == 0);
      CHECK(run.says("mounted noexec. Set TMPDIR to another directory"));
      // The script itself is compiled without anything that would have to be observed.
      CHECK(told_by(run).restored == stored);
      CHECK(told_by(run).saved == 3 - stored);
      CHECK(workspace.answer() == right_answer);
    }
  }

  TEST_CASE("a store on a read-only mount") {
    if (!can_mount()) return;
    const TestDirectory directory("store-read-only-mount");
    const StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    const auto other = directory / "own";
    const auto mounted = [&](const std::string& command) {
      workspace.clean();
      return with_mounts(workspace,
                         fmt::format("mount --bind '{0}' '{0}' && mount -o remount,bind,ro '{0}' "
                                     "&& {1}",
                                     workspace.store(), command));
    };
    for (const auto& command :
         {deps(workspace, "--store-read-only"), deps(workspace, ""),
          fmt::format("'{}' deps --store-from '{}' --store '{}' build --locked", larder_program(),
                      workspace.store(), other)}) {
      CAPTURE(command);
      const auto run = mounted(command);
      CAPTURE(run.errors);
      CHECK(run.code() == 0);
      CHECK(told_by(run).restored == 3);
      CHECK_FALSE(run.says("warning"));
      CHECK(workspace.answer() == right_answer);
    }
    // Something to save, and nowhere to.
    workspace.vendor("other", "", "pub fn text() -> &'static str { \"other 2\" }\n", {}, "1.0.1");
    workspace.lock();
    const auto run = mounted(deps(workspace, ""));
    CAPTURE(run.errors);
    CHECK(run.code() == 0);
    CHECK(run.says("some of the compiled units were not stored"));
    CHECK(workspace.answer() == "upper 1, lower 1\nother 2\n");
  }
}

}  // namespace larder::test
