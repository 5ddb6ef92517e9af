#include <doctest/doctest.h>

#include <filesystem>

#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"
#include "support/till_workspace.hpp"

// Published crates in a store: build scripts that ask rustc, one of which leaves a file in /tmp,
// that compile C, and that write sources; derive macros, one of which asks cargo.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

const char* const dependencies = R"(
[dependencies]
anyhow = "=1.0.102"
libc = "=0.2.182"
libz-sys = { version = "=1.1.22", default-features = false, features = ["libc", "static"] }
num_enum = "=0.7.5"
regex = "=1.12.3"
ring = "=0.17.14"
rustix = { version = "=1.1.2", features = ["fs"] }
serde = { version = "=1.0.228", features = ["derive"] }
serde_json = "=1.0.149"
syn = { version = "=2.0.117", features = ["full"] }
thiserror = "=2.0.18"
)";

const char* const program = R"(
#[derive(serde::Serialize)]
struct Named { n: u32 }
#[derive(thiserror::Error, Debug)]
#[error("failed with {0}")]
struct Failed(u32);
#[derive(num_enum::TryFromPrimitive)]
#[repr(u8)]
enum Numbered { One = 1 }
fn main() -> anyhow::Result<()> {
    println!("{} {}", serde_json::to_string(&Named { n: 3 })?, Failed(1));
    println!("{}", regex::Regex::new("a+")?.is_match("aa") && unsafe { libc::getpid() } > 0);
    println!("{:?}", unsafe { std::ffi::CStr::from_ptr(libz_sys::zlibVersion()) });
    println!("{:?}", ring::digest::digest(&ring::digest::SHA256, b"x"));
    println!("{}", syn::parse_str::<syn::Type>("u8").is_ok());
    println!("{}", Numbered::try_from(1).is_ok_and(|n| matches!(n, Numbered::One)));
    println!("{}", rustix::fs::stat("/").is_ok());
    Ok(())
}
)";

std::string answer(const std::string& app, const Environment& environment) {
  const auto built = must(larder({"build"}, app, environment));
  CAPTURE(built.errors);
  CHECK(reused_in(built).all());
  return capture_process({{app + "/target/debug/app"}, app, environment}).output;
}

}  // namespace

TEST_SUITE("store-crates") {
  TEST_CASE("published crates are restored, in another directory but those that name their own") {
    const TestDirectory directory("store-crates");
    const auto environment = hasty_environment();
    for (const auto* app : {"one", "other"}) {
      write_file(directory / app + "/Cargo.toml", package("app", dependencies));
      write_file(directory / app + "/src/main.rs", program);
    }
    must(cargo({"generate-lockfile"}, directory / "one"));
    fs::copy(directory / "one/Cargo.lock", directory / "other/Cargo.lock");
    const auto cook = [&](const std::string& app) {
      fs::remove_all(directory / app + "/target");
      const auto run = must(larder({"deps", "--store", directory / "store", "build", "--locked"},
                                   directory / app, environment));
      CAPTURE(run.errors);
      CHECK_FALSE(run.says("not stored"));
      return told_by(run);
    };
    const auto first = cook("one");
    CHECK(first.total > 50);
    CHECK(first.saved == first.total);
    const auto truth = answer(directory / "one", environment);
    CHECK(truth.starts_with("{\"n\":3} failed with 1\ntrue\n\"1."));

    const auto again = cook("one");
    CHECK(again.restored == first.total);
    CHECK(again.compiled == 0);
    CHECK(answer(directory / "one", environment) == truth);

    // serde, serde_core, thiserror and rustversion include what their scripts wrote, serde_json and
    // num_enum are above one of them, and zlib's description of itself names where it is.
    const auto other = cook("other");
    CHECK(other.restored == first.total - 8);
    CHECK(other.compiled == 8);
    CHECK(answer(directory / "other", environment) == truth);
    CHECK(cook("other").restored == first.total);
    CHECK(cook("one").restored == first.total);
  }
}

}  // namespace larder::test
