#include "larder/observe/observation.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "../support/temporary_directory.hpp"
#include "larder/base/error.hpp"
#include "observe/log_format.h"

// Logs that are written here, record by record, as src/observe/preload writes them.

namespace larder::observe {

namespace {

class Log {
 public:
  Log& add(larder_record kind, const std::string& text) {
    const auto word = static_cast<std::uint32_t>(text.size()) << 8U | static_cast<unsigned>(kind);
    records_.append(reinterpret_cast<const char*>(&word), sizeof word);
    records_ += text;
    records_.resize((records_.size() + 3) & ~std::size_t{3}, '\0');
    return *this;
  }
  std::string bytes() const {
    larder_log log = header;
    std::memcpy(log.magic, LARDER_LOG_MAGIC, sizeof log.magic);
    log.used = static_cast<std::uint32_t>(sizeof log + records_.size()) + unwritten;
    std::string out(reinterpret_cast<const char*>(&log), sizeof log);
    return out + records_ + std::string(unwritten + 64, '\0');
  }
  Observation read() const {
    const test::TemporaryDirectory directory;
    std::ofstream(directory / "log", std::ios::binary) << bytes();
    return read_log(directory / "log");
  }

  larder_log header{};
  /// Bytes that a process has claimed and never written.
  std::uint32_t unwritten = 0;

 private:
  std::string records_;
};

Log script_log() {
  Log log;
  log.add(larder_script, "/t/build-script-build").add(larder_argument, "/t/build-script-build");
  return log;
}

Log rustc_log() {
  Log log;
  log.add(larder_rustc, "/tool/bin/rustc").add(larder_argument, "rustc");
  return log;
}

}  // namespace

TEST_CASE("an observation says which unit it is of") {
  auto log = script_log();
  log.add(larder_directory, "/w").add(larder_identity, "OUT_DIR=/t/a=b/out");
  log.add(larder_identity, "CARGO_PKG_NAME=x").add(larder_identity, "CARGO_PKG_VERSION=");
  log.add(larder_argument, "").add(larder_argument, "last");
  const auto unit = log.read().unit;
  CHECK(unit.kind == UnitKind::BuildScript);
  CHECK(unit.program == "/t/build-script-build");
  CHECK(unit.arguments == std::vector<std::string>{"/t/build-script-build", "", "last"});
  CHECK(unit.directory == "/w");
  CHECK(unit.out_dir == "/t/a=b/out");
  CHECK(unit.package == "x");
  CHECK(unit.version.empty());
}

TEST_CASE("reads are sorted, and who reads a file knows that it is there") {
  auto log = script_log();
  log.add(larder_contents, "/b").add(larder_presence, "/b").add(larder_presence, "/a//./c");
  log.add(larder_absence, "/c").add(larder_contents, "/c").add(larder_presence, "/c");
  const std::vector<Read> expected{{"/a/c", ReadKind::Presence},
                                   {"/b", ReadKind::Contents},
                                   {"/c", ReadKind::Contents},
                                   {"/c", ReadKind::Presence},
                                   {"/c", ReadKind::Absence}};
  CHECK(log.read().reads == expected);
}

TEST_CASE("what a unit made itself is no read of it, but what it looked at before is") {
  auto log = script_log();
  log.add(larder_absence, "/o/x").add(larder_write, "/o/x").add(larder_contents, "/o/x");
  log.add(larder_write, "/o/dir").add(larder_listing, "/o/dir").add(larder_absence, "/o/dir/y");
  log.add(larder_contents, "/o/directory");
  const auto observed = log.read();
  const std::vector<Read> expected{{"/o/directory", ReadKind::Contents},
                                   {"/o/x", ReadKind::Absence}};
  CHECK(observed.reads == expected);
  CHECK(observed.writes == std::vector<std::string>{"/o/dir", "/o/x"});
}

TEST_CASE("where a unit asks to write, and what it lets a rustc write") {
  auto log = script_log();
  log.add(larder_writability, "/p").add(larder_output, "/t/x").add(larder_write, "/t/x");
  log.add(larder_output, "/t/x").add(larder_write, "/t/y").add(larder_output, "/t/y");
  const std::vector<Read> expected{{"/p", ReadKind::Writability},
                                   {"/t/x", ReadKind::Replaceability}};
  CHECK(log.read().reads == expected);
}

TEST_CASE("\"..\" behind a symbolic link leads from where that points to") {
  const test::TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "far/deep");
  std::filesystem::create_directory_symlink(directory / "far/deep", directory / "link");
  auto log = script_log();
  log.add(larder_write, directory / "link/../side");
  CHECK(log.read().writes == std::vector<std::string>{directory / "far/side"});
}

TEST_CASE("rustc's own reads are left out, a macro's are not") {
  auto log = rustc_log();
  log.add(larder_contents, "/tool/lib/libstd.rlib").add(larder_library, "/usr/lib/libc.so.6");
  log.add(larder_contents, "/proc/self/maps").add(larder_contents, "/usr/lib/libz.a");
  log.add(larder_environ, "/tool/lib/librustc_driver.so").add(larder_environ, "/t/libm.so");
  log.add(larder_own_variable, "RUSTC_LOG").add(larder_own_variable, "SDKROOT");
  log.add(larder_variable, "CI");
  const auto observed = log.read();
  CHECK(observed.reads == std::vector<Read>{{"/usr/lib/libz.a", ReadKind::Contents}});
  CHECK(observed.variables == std::vector<std::string>{"CI", "SDKROOT"});
  CHECK(observed.environment_readers == std::vector<std::string>{"/t/libm.so"});
}

TEST_CASE("compilers ask for the terminal and for their directory's name by habit") {
  const std::vector<std::pair<std::string, bool>> rows{
      {"PWD /usr/bin/x86_64-linux-gnu-gcc-12", false},
      {"TERM /usr/lib/gcc/x86_64-linux-gnu/12/cc1plus", false},
      {"TERM /usr/lib/llvm-14/bin/clang", false},
      {"TERM /usr/bin/clang++-14", false},
      {"PWD /usr/bin/ld.bfd", false},
      {"PWD /usr/bin/bash", false},
      {"PWD /t/build-script-build", true},
      {"TERM /usr/bin/python3.11", true},
      {"PWD /opt/gcc-tool", true}};
  for (const auto& [hint, counts] : rows) {
    CAPTURE(hint);
    auto log = script_log();
    log.add(larder_hint, hint);
    CHECK(log.read().variables.empty() != counts);
  }
}

TEST_CASE("a program that asks for the date once and does nothing with it is known") {
  auto log = script_log();
  log.add(larder_date, "gettimeofday /usr/bin/git").add(larder_date, "gettimeofday /x/12/cc1");
  CHECK(log.read().impurities.empty());
  for (const std::string question :
       {"gettimeofday again /usr/bin/git", "time /x/12/cc1", "gettimeofday /usr/bin/date"}) {
    auto asking = script_log();
    asking.add(larder_date, question);
    CHECK(asking.read().impurities == std::vector<Impurity>{{ImpurityKind::Date, question}});
  }
}

TEST_CASE("of the machine only what can change a unit counts") {
  auto log = script_log();
  for (const std::string path : {"/dev/null", "/proc/self/exe", "/sys/devices/system/cpu/online",
                                 "/tmp/GMfifo12", "/usr/share/locale/de/x.mo"})
    log.add(larder_contents, path).add(larder_write, path);
  log.add(larder_contents, "/proc/cpuinfo").add(larder_contents, "/proc/self/environ");
  const auto observed = log.read();
  CHECK(observed.reads == std::vector<Read>{{"/proc/cpuinfo", ReadKind::Contents}});
  CHECK(observed.writes.empty());
  CHECK(observed.environment_readers == std::vector<std::string>{"/proc/self/environ"});
}

TEST_CASE("programs that did not begin with the library are missed") {
  auto log = script_log();
  log.header.started = 3;
  log.header.attached = 2;
  CHECK(log.read().impurities == std::vector<Impurity>{{ImpurityKind::UnobservedProgram, ""}});
}

TEST_CASE("a log that is not whole says so") {
  auto full = script_log();
  full.header.full = 1;
  auto killed = script_log();
  killed.unwritten = 40;
  for (const auto& log : {full, killed})
    CHECK(log.read().impurities == std::vector<Impurity>{{ImpurityKind::LogIncomplete, ""}});
  CHECK(script_log().read().impurities.empty());
}

TEST_CASE("a log cut anywhere is incomplete or refused") {
  auto log = script_log();
  log.add(larder_contents, "/some/file");
  const auto bytes = log.bytes();
  const test::TemporaryDirectory directory;
  for (std::size_t size = 0; size + 64 < bytes.size();
       size += size < sizeof(larder_log) ? 997 : 1) {
    std::ofstream(directory / "log", std::ios::binary) << bytes.substr(0, size);
    CAPTURE(size);
    try {
      const auto impurities = read_log(directory / "log").impurities;
      CHECK(impurities == std::vector<Impurity>{{ImpurityKind::LogIncomplete, ""}});
    } catch (const Error& error) {
      CHECK(error.id() == "observation-unreadable");
      CHECK(size < sizeof(larder_log));
    }
  }
}

TEST_CASE("outside names what lies in none of the directories") {
  CHECK(outside({"/a/b", "/ab", "/c"}, {"/a", "/c"}) == std::vector<std::string>{"/ab"});
}

}  // namespace larder::observe
