#include "larder/cook/skeleton_files.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"

using namespace larder;
using cargo::TargetKind;

namespace {

reduce::SkeletonTarget target(const std::string& path, TargetKind kind,
                              bool is_proc_macro = false) {
  return {path, kind, "x", is_proc_macro};
}

}  // namespace

TEST_CASE("every manifest, the lock and one file for each target are written") {
  const reduce::Skeleton skeleton{
      {{"Cargo.toml", "[workspace]\n", {}},
       {"features/Cargo.toml", "[package]\n", {target("lib.rs", TargetKind::Lib)}},
       {"root/Cargo.toml",
        "[package]\n",
        {target("lib.rs", TargetKind::Lib), target("main.rs", TargetKind::Bin),
         target("t.rs", TargetKind::Test), target("b.rs", TargetKind::Bench),
         target("e.rs", TargetKind::Example), target("build.rs", TargetKind::BuildScript)}},
       {"macro/Cargo.toml", "[package]\n", {target("lib.rs", TargetKind::Lib, true)}}},
      "version = 3\n",
      {},
      {}};
  CHECK(cook::skeleton_files(skeleton) ==
        std::map<std::string, std::string>{{"Cargo.toml", "[workspace]\n"},
                                           {"Cargo.lock", "version = 3\n"},
                                           {"features/Cargo.toml", "[package]\n"},
                                           {"features/lib.rs", "#![no_std]\n"},
                                           {"macro/Cargo.toml", "[package]\n"},
                                           {"macro/lib.rs", ""},
                                           {"root/Cargo.toml", "[package]\n"},
                                           {"root/b.rs", ""},
                                           {"root/build.rs", "fn main() {}\n"},
                                           {"root/e.rs", "pub fn main() {}\n"},
                                           {"root/lib.rs", "#![no_std]\n"},
                                           {"root/main.rs", "fn main() {}\n"},
                                           {"root/t.rs", ""}});
}

TEST_CASE("a library that is linked brings std, which has the panic handler") {
  const reduce::Skeleton skeleton{
      {{"Cargo.toml", "[lib]\ncrate-type = [\"cdylib\"]\n", {target("lib.rs", TargetKind::Lib)}}},
      "",
      {},
      {}};
  CHECK(cook::skeleton_files(skeleton).at("lib.rs").empty());
}

TEST_CASE("two files of one path are refused before anything is written") {
  const test::TemporaryDirectory directory;
  const reduce::Skeleton skeleton{
      {{"Cargo.toml", "", {target("Cargo.lock", TargetKind::Lib)}}}, "version = 3\n", {}, {}};
  CHECK(test::error_id_of([&] { cook::write_skeleton(skeleton, directory.path()); }) ==
        "recipe-invalid");
  CHECK(directory.names().empty());
}

TEST_CASE("a skeleton is written with its directories") {
  const test::TemporaryDirectory directory;
  const reduce::Skeleton skeleton{
      {{"a/Cargo.toml", "new", {target("src/lib.rs", TargetKind::Lib)}}}, "version = 3\n", {}, {}};
  cook::write_skeleton(skeleton, directory / "deep/0");
  CHECK(read_file(directory / "deep/0/a/Cargo.toml") == "new");
  CHECK(read_file(directory / "deep/0/a/src/lib.rs") == "#![no_std]\n");
  CHECK(read_file(directory / "deep/0/Cargo.lock") == "version = 3\n");
}

TEST_CASE("a file that is there already, as where case does not count, is not written over") {
  const test::TemporaryDirectory directory;
  write_file_atomically(directory / "a/Cargo.toml", "other");
  const reduce::Skeleton skeleton{{{"a/Cargo.toml", "new", {}}}, "version = 3\n", {}, {}};
  CHECK(test::error_id_of([&] { cook::write_skeleton(skeleton, directory.path()); }) ==
        "recipe-invalid");
  CHECK(read_file(directory / "a/Cargo.toml") == "other");
}

TEST_CASE("sources are written with old dates, executable where they were") {
  namespace fs = std::filesystem;
  const test::TemporaryDirectory directory;
  cook::write_sources({{"p/Cargo.toml", "[package]\nname = \"p\"\n", false},
                       {"p/src/lib.rs", "pub fn f() {}", false},
                       {"p/run.sh", "#!", true}},
                      directory.path());
  CHECK(read_file(directory / "p/src/lib.rs") == "pub fn f() {}");
  CHECK(fs::last_write_time(directory / "p/src/lib.rs") ==
        fs::last_write_time(directory / "p/run.sh"));
  // So cargo finds the same newest file in any order of the directory.
  CHECK(fs::last_write_time(directory / "p/run.sh") <
        fs::last_write_time(directory / "p/Cargo.toml"));
  CHECK(fs::last_write_time(directory / "p/Cargo.toml") <
        fs::file_time_type::clock::now() - std::chrono::hours(24 * 365 * 20));
  const auto executable = [&](const std::string& path) {
    return (fs::status(directory / path).permissions() & fs::perms::owner_exec) != fs::perms::none;
  };
  CHECK(executable("p/run.sh"));
  CHECK_FALSE(executable("p/src/lib.rs"));
}

TEST_CASE("files of a checkout get the dates of the cooked ones where they are equal") {
  const test::TemporaryDirectory directory;
  const std::vector<recipe::SourceFile> sources{
      {"p/Cargo.toml", "[package]\nname = \"p\"\n", false},
      {"p/src/lib.rs", "one", false},
      {"p/src/two.rs", "two", false},
      {"p/gone.rs", "gone", false}};
  CHECK(cook::package_names(sources) == std::set<std::string>{"p"});
  cook::write_sources(sources, directory / "cooked");
  const auto old = modified(directory / "cooked/p/src/lib.rs");
  const auto dates = [&](bool same_recipe, std::int64_t cooked_at) {
    write_file_atomically(directory / "p/Cargo.toml", "# theirs");
    write_file_atomically(directory / "p/src/lib.rs", "one");
    write_file_atomically(directory / "p/src/two.rs", "changed");
    cook::date_sources(sources, directory.path(), same_recipe, cooked_at);
  };
  dates(true, 0);
  CHECK(modified(directory / "p/src/lib.rs") == old);
  CHECK(modified(directory / "p/Cargo.toml") == modified(directory / "cooked/p/Cargo.toml"));
  const auto changed = modified(directory / "p/src/two.rs").value();
  CHECK(changed != old);

  // A file that differs and is older than the cook would pass for the cooked one.
  const auto later = changed + 3'600'000'000'000;
  dates(false, later);
  CHECK(modified(directory / "p/Cargo.toml").value() > changed);
  CHECK(modified(directory / "p/src/two.rs").value() > changed);
  CHECK_FALSE(modified(directory / "p/gone.rs"));
}
