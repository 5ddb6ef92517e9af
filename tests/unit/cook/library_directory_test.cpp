#include "larder/cook/library_directory.hpp"

#include <doctest/doctest.h>

#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"

using namespace larder;
using namespace larder::cook;

TEST_CASE("which files in a directory of compiled crates were made for a crate") {
  UnitPlan plan;
  for (const auto* crate : {"my_app", "clang"}) {
    plan.units.emplace_back();
    plan.units.back().call.arguments = {"rustc", "--crate-name", crate};
  }
  plan.units.front().is_local = true;
  struct Row {
    const char* file;
    bool is_of_crate;
  };
  for (const auto& row :
       {Row{"libserde-0123456789abcdef.rlib", true}, Row{"libserde-0123456789abcdef.rmeta", true},
        Row{"serde-0123456789abcdef.d", true}, Row{"app-0123456789abcdef", true},
        Row{"app-0123456789abcdef.app.1a2b-cgu.0.rcgu.o", true},
        Row{"build_script_build-0123456789abcdef", true}, Row{"build-script-build", true},
        Row{"build-script-build.d", true}, Row{"build_script_build", true},
        Row{".cargo-lock", true}, Row{".fingerprint/x", true}, Row{"build/x", true},
        // The workspace's own, beside `deps`.
        Row{"my-app", true}, Row{"my-app.d", true}, Row{"libmy_app.so", true},
        Row{"libmy_app.rlib", true}, Row{"libclang.so", false}, Row{"libclang.so.16", false},
        Row{"libclang-16.so", false}, Row{"libother-0123456789abcde.so", false},
        Row{"libother-0123456789abcdefa.so", false}, Row{"0123456789abcdef", false},
        Row{"-0123456789abcdef", false}, Row{"app", false}, Row{"notes", false}}) {
    CAPTURE(row.file);
    const test::TemporaryDirectory directory;
    write_file_atomically(directory / row.file, "");
    CHECK(has_only_crates(directory.path(), &plan) == row.is_of_crate);
  }
  const test::TemporaryDirectory empty;
  CHECK(has_only_crates(empty.path(), nullptr));
  CHECK(has_only_crates(empty / "none", nullptr));
}
