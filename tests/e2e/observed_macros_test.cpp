#include <doctest/doctest.h>
#include <fmt/format.h>

#include "support/files.hpp"
#include "support/observed.hpp"

// What a proc-macro reads in the rustc that has loaded it, and what it does.

namespace larder::test {

namespace {

using observe::ImpurityKind;
using observe::Observation;
using observe::ReadKind;

/// A package `user` that calls a proc-macro with this body, beside a directory `near`.
struct MacroCase {
  MacroCase(const std::string& name, const std::string& body)
      : directory(name),
        workspace(
            directory / "w",
            {{"Cargo.toml", package("user", "[dependencies]\nmaker = { path = \"maker\" }\n")},
             {"src/lib.rs", "maker::make!();\n"},
             {"maker/Cargo.toml", package("maker", "[lib]\nproc-macro = true\n")},
             {"maker/template.txt", "template"},
             {"maker/src/lib.rs",
              "#[proc_macro]\npub fn make(_: proc_macro::TokenStream) -> proc_macro::TokenStream "
              "{\n" +
                  body + "\nproc_macro::TokenStream::new()\n}\n"}}) {
    write_file(directory / "near/file.txt", "text");
  }
  Observation run() { return compilation(workspace.build(), "user"); }

  TestDirectory directory;
  ObservedWorkspace workspace;
};

}  // namespace

TEST_SUITE("observation") {
  TEST_CASE("a macro that does nothing adds nothing to what rustc reads") {
    MacroCase macro("macro-nothing", "");
    const auto seen = macro.run();
    CAPTURE(described(seen));
    CHECK(seen.unit.package == "user");
    CHECK(seen.impurities.empty());
    CHECK(seen.environment_readers.empty());
    CHECK(has_read(seen, ReadKind::Contents, macro.workspace / "src/lib.rs"));
    CHECK(observe::outside(seen.writes, {macro.workspace / "target"}).empty());
    // What is left of rustc's own variables may change what it makes.
    for (const auto& name : seen.variables) {
      CAPTURE(name);
      CHECK(name.starts_with("RUSTC_"));
    }
    for (const auto& read : seen.reads) {
      CAPTURE(read.path);
      CHECK(read.path.starts_with(macro.directory.path()));
    }
  }

  TEST_CASE("what a macro reads is seen where nothing declares it") {
    MacroCase macro("macro-reads",
                    "use std::fs; assert!(fs::read(\"../near/file.txt\").is_ok());"
                    "assert!(fs::read(\"maker/template.txt\").is_ok());"
                    "assert!(fs::read(\"../near/absent\").is_err());"
                    "assert_eq!(fs::read_dir(\"../near\").unwrap().count(), 1);"
                    "let _ = std::env::var(\"PM_KNOB\"); let _ = std::env::var(\"CI\");");
    const auto seen = macro.run();
    CAPTURE(described(seen));
    CHECK(has_read(seen, ReadKind::Contents, macro.directory / "near/file.txt"));
    CHECK(has_read(seen, ReadKind::Contents, macro.workspace / "maker/template.txt"));
    CHECK(has_read(seen, ReadKind::Absence, macro.directory / "near/absent"));
    CHECK(has_read(seen, ReadKind::Listing, macro.directory / "near"));
    CHECK(asks_for(seen, "PM_KNOB"));
    // A variable that rustc itself asks for as well.
    CHECK(asks_for(seen, "CI"));
    CHECK(seen.impurities.empty());
  }

  TEST_CASE("a macro that asks for the date is told from rustc, which always does") {
    MacroCase macro("macro-date", "let _ = std::time::SystemTime::now();");
    const auto seen = macro.run();
    CAPTURE(described(seen));
    CHECK(has_impurity(seen, ImpurityKind::Date));
  }

  TEST_CASE("a macro that can go through the environment is named") {
    MacroCase macro("macro-vars", "assert!(std::env::vars().count() > 0);");
    const auto seen = macro.run();
    CAPTURE(described(seen));
    REQUIRE(seen.environment_readers.size() == 1);
    CHECK(seen.environment_readers[0].starts_with(macro.workspace / "target/debug/deps/libmaker-"));
  }

  TEST_CASE("a macro that starts a program") {
    MacroCase macro(
        "macro-program",
        "std::process::Command::new(\"cat\").arg(\"../near/file.txt\").output().unwrap();");
    const auto seen = macro.run();
    CAPTURE(described(seen));
    CHECK(has_read(seen, ReadKind::Contents, macro.directory / "near/file.txt"));
  }
}

}  // namespace larder::test
