#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <thread>

#include "sparse_registry.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"

// The store's rules for packages of each kind of source: after every change what is restored makes
// the program of a clean build.

namespace larder::test {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

enum class Form { Vendored, Registry, Git };

/// `upper` is compiled against `lower`; `other` has a build script.
class FormWorkspace : public StoreWorkspace {
 public:
  FormWorkspace(const TestDirectory& directory, Form form)
      : StoreWorkspace(directory.path()), form_(form), repository_(directory / "repository") {
    set("ASKED", "a");
    set("CARGO_NET_GIT_FETCH_WITH_CLI", "false");
    write_old_file(outside("f"), "a");
    std::string place = "version = \"1\"";
    if (form == Form::Registry) {
      registry_ = std::make_unique<SparseRegistry>(directory / "registry");
      write_file(app() + "/.cargo/config.toml",
                 "[source.crates-io]\nreplace-with = \"here\"\n[source.here]\nregistry = \"" +
                     registry_->index() + "\"\n");
    }
    if (form == Form::Git) {
      fs::remove(app() + "/.cargo/config.toml");
      fs::create_directories(repository_);
      git({"init", "-q"});
      place = "git = \"file://" + repository_ + "\"";
    }
    publish_lower("lower 1");
    publish(
        "upper",
        "[dependencies]\nlower = " +
            std::string(form == Form::Git ? "{ path = \"../lower\" }" : "\"1\"") + "\n",
        {{"src/lib.rs", "pub fn text() -> String { format!(\"upper, {}\", lower::text()) }\n"}});
    publish_other("a");
    write_file(app() + "/Cargo.toml", package("app", "[dependencies]\nupper = { " + place +
                                                         " }\nother = { " + place + " }\n"));
    write_file(app() + "/src/main.rs",
               "fn main() { println!(\"{}\\n{}\", upper::text(), other::text()); }\n");
    lock_anew();
  }

  void publish_lower(const std::string& text) {
    publish("lower", "", {{"src/lib.rs", "pub fn text() -> &'static str { \"" + text + "\" }\n"}});
  }

  /// Compiling it takes about a second.
  void publish_slow_lower(const std::string& text) {
    publish("lower", "", {{"src/lib.rs", R"(#![allow(long_running_const_eval)]
const fn slow() -> u64 {
    let mut i = 0;
    while i < 1_000_000 { i += 1; }
    i
}
pub const SLOW: u64 = slow();
pub fn text() -> &'static str { ")" + text + "\" }\n"}});
  }

  /// Its library has the path of `OUT_DIR`, and says whether that is there.
  void publish_other(const std::string& description) {
    publish("other", "",
            {{"src/lib.rs", R"(pub fn text() -> String {
    let there = std::path::Path::new(env!("PLACE")).exists();
    format!("{} {there}", env!("TOLD"))
}
)"},
             {"build.rs", R"(use std::{env, fs};
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=PLACE={}", env::var("OUT_DIR").unwrap());
    let of_package = env::var("CARGO_PKG_DESCRIPTION").unwrap();
    let asked = env::var("ASKED").unwrap();
    let read = fs::read_to_string(")" +
                              outside("f") +
                              R"(").unwrap();
    println!("cargo:rustc-env=TOLD={of_package} {asked} {read}");
}
)"}},
            description);
  }

  /// Build scripts whose runs must never be stored: cargo runs that of `other` every time, and that
  /// of `lower` leaves a process running.
  void publish_unstorable() {
    publish("lower", "",
            {{"src/lib.rs", "pub fn text() -> &'static str { env!(\"TOLD\") }\n"},
             {"build.rs", R"(use std::process::{Command, Stdio};
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=TOLD={}", std::env::var("ASKED").unwrap());
    Command::new("sleep").arg("10").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
}
)"}});
    publish("other", "",
            {{"src/lib.rs", "pub fn text() -> &'static str { env!(\"TOLD\") }\n"},
             {"build.rs", R"(fn main() {
    println!("cargo:rerun-if-changed=missing");
    println!("cargo:rustc-env=TOLD={}", std::env::var("ASKED").unwrap());
}
)"}});
    lock_anew();
  }

  /// The dates of all files of external packages in the target directory, each once.
  std::set<fs::file_time_type> dates_in_target() const {
    std::set<fs::file_time_type> out;
    for (const auto* part : {"deps", "build", ".fingerprint"}) {
      for (const auto& entry : fs::recursive_directory_iterator(app() + "/target/debug/" + part)) {
        if (entry.is_regular_file()) out.insert(fs::last_write_time(entry));
      }
    }
    return out;
  }

  /// As on a machine that has downloaded nothing yet.
  void lock_anew() {
    if (form_ == Form::Git) {
      git({"add", "-A"});
      git({"-c", "user.name=a", "-c", "user.email=a", "commit", "-q", "-m", "x"});
    }
    fs::remove_all(environment().get("CARGO_HOME").value() + "/registry");
    fs::remove(app() + "/Cargo.lock");
    const auto run = cargo({"generate-lockfile"}, app(), environment());
    CAPTURE(run.errors);
    REQUIRE(run.code() == 0);
  }

  /// Whether cargo has started to compile a library of the package.
  bool has_begun(const std::string& name) const {
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(app() + "/target/debug/.fingerprint", absent)) {
      if (entry.path().filename().string().starts_with(name + "-") &&
          fs::exists(entry.path() / "invoked.timestamp"))
        return true;
    }
    return false;
  }

  /// Files of the store and of the target directory that have another name too. Cargo links only
  /// programs.
  std::vector<std::string> hard_links() const {
    std::vector<std::string> out;
    for (const auto& root : {store(), app() + "/target/debug/deps"}) {
      for (const auto& entry : fs::recursive_directory_iterator(root)) {
        const auto extension = entry.path().extension();
        if (entry.is_regular_file() && (root == store() || extension == ".rlib") &&
            entry.hard_link_count() > 1)
          out.push_back(entry.path());
      }
    }
    return out;
  }

  /// Where cargo has the sources of a package.
  std::string sources_of(const std::string& name) const {
    const auto root =
        form_ == Form::Vendored ? app() + "/vendor" : environment().get("CARGO_HOME").value();
    std::vector<std::pair<fs::file_time_type, std::string>> found;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const auto directory = entry.path().filename().string();
      if ((directory == name || directory == name + "-1.0.0") &&
          fs::exists(entry.path() / "src/lib.rs"))
        found.emplace_back(fs::last_write_time(entry.path()), entry.path());
    }
    REQUIRE_FALSE(found.empty());
    return std::max_element(found.begin(), found.end())->second;
  }

 private:
  void publish(const std::string& name, const std::string& rest,
               std::map<std::string, std::string> files, const std::string& description = "a") {
    files["Cargo.toml"] = package(name, "description = \"" + description + "\"\n" + rest, "1.0.0");
    if (form_ == Form::Registry) {
      registry_->publish(files);
    } else if (form_ == Form::Git) {
      for (const auto& [path, text] : files)
        write_file(repository_ + "/" + name + "/" + path, text);
    } else {
      const auto source = files["src/lib.rs"];
      vendor(name, "description = \"" + description + "\"\n" + rest, source, files);
    }
  }

  void git(const Words& words) const {
    REQUIRE(succeeded(capture_process({Words{"git"} + words, repository_, environment()}).status));
  }

  Form form_;
  std::string repository_;
  std::unique_ptr<SparseRegistry> registry_;
};

/// How many of five units are compiled after a change. A revision is part of what all packages of a
/// repository are.
struct Row {
  const char* rule;
  std::function<void(FormWorkspace&)> change;
  int compiled, of_git;
};

}  // namespace

TEST_SUITE("store-conditions") {
  TEST_CASE("the rules hold for packages of registries, of repositories and in directories") {
    const std::vector<Row> rows{
        // What scripts are told of their package; the version stays.
        {"R1",
         [](auto& w) {
           w.publish_other("b");
           w.lock_anew();
         },
         3, 5},
        // What was compiled against other bytes.
        {"R2",
         [](auto& w) {
           w.publish_lower("lower 2");
           w.lock_anew();
         },
         2, 5},
        // Sources that were changed where they lie.
        {"R4",
         [](auto& w) {
           const auto file = w.sources_of("lower") + "/src/lib.rs";
           const auto date = fs::last_write_time(file);
           edit_file(file, "lower 2", "lower 3");
           fs::last_write_time(file, date);
         },
         2, 2},
        {"R10", [](auto& w) { w.set("ASKED", "b"); }, 2, 2},
        {"R11", [](auto& w) { write_old_file(w.outside("f"), "b"); }, 2, 2}};
    for (const auto form : {Form::Vendored, Form::Registry, Form::Git}) {
      CAPTURE(static_cast<int>(form));
      const TestDirectory directory("store-forms");
      FormWorkspace workspace(directory, form);
      CHECK(workspace.cook_anew().saved == 5);
      CHECK(workspace.cook_anew().restored == 5);
      CHECK(workspace.dates_in_target().size() == 1);  // R5
      auto before = workspace.answer();
      for (const auto& row : rows) {
        CAPTURE(row.rule);
        row.change(workspace);
        CHECK(workspace.cook_anew().compiled == (form == Form::Git ? row.of_git : row.compiled));
        const auto after = workspace.answer();
        CHECK(after == workspace.clean_answer());
        CHECK(after != before);
        before = after;
      }
      CHECK(workspace.cook_anew().restored == 5);
      CHECK(workspace.hard_links().empty());  // R7

      // R3: what names its target directory is only restored there.
      workspace.clean();
      workspace.set("CARGO_TARGET_DIR", workspace.outside("target"));
      CHECK(told_by(workspace.cook()).compiled == 1);
      workspace.run({"build", "--strict"});
      const auto there = workspace.outside("target/debug/app");
      CHECK(capture_process({{there}, workspace.app(), workspace.environment()}).output == before);
    }
  }

  TEST_CASE("what must not be stored is not, wherever the package comes from") {
    for (const auto form : {Form::Vendored, Form::Registry, Form::Git}) {
      CAPTURE(static_cast<int>(form));
      const TestDirectory directory("store-unstorable");
      FormWorkspace workspace(directory, form);
      workspace.publish_unstorable();
      const auto first = workspace.cook();
      CAPTURE(first.errors);
      // Of seven units, the two build scripts themselves.
      CHECK(told_by(first).compiled == 7);
      CHECK(told_by(first).saved == 2);
      CHECK(first.says("`rerun-if-changed` names a missing file (other 1.0.0)"));  // R8
      CHECK(first.says("leaving a process running (lower 1.0.0)"));                // R9
      workspace.set("ASKED", "b");
      CHECK(workspace.cook_anew().restored == 2);
      // Not `answer`, because not all units are reused: cargo runs that script again.
      CHECK(cargo({"run", "-q"}, workspace.app(), workspace.environment()).output ==
            "upper, b\nb\n");
    }
  }

  TEST_CASE("a source that is edited while it is compiled is not saved") {
    for (const auto form : {Form::Vendored, Form::Registry, Form::Git}) {
      CAPTURE(static_cast<int>(form));
      const TestDirectory directory("store-edited");
      FormWorkspace workspace(directory, form);
      workspace.publish_slow_lower("lower 1");
      workspace.lock_anew();
      CHECK(workspace.cook_anew().saved == 5);
      fs::remove_all(workspace.store());
      workspace.clean();
      const auto source = workspace.sources_of("lower") + "/src/lib.rs";
      std::thread editor([&] {
        // rustc reads its sources first of all.
        while (!workspace.has_begun("lower")) std::this_thread::sleep_for(milliseconds(5));
        std::this_thread::sleep_for(milliseconds(300));
        edit_file(source, "lower 1", "lower 2");
      });
      const auto cooked = workspace.cook();
      editor.join();
      CAPTURE(cooked.errors);
      CHECK(told_by(cooked).compiled == 5);
      CHECK(told_by(cooked).saved == 3);
      // Neither the edited text nor the one before was saved.
      CHECK(workspace.cook_anew().compiled == 2);
      CHECK(workspace.answer() == workspace.clean_answer());
      edit_file(source, "lower 2", "lower 1");
      CHECK(workspace.cook_anew().compiled == 2);
      CHECK(workspace.answer().starts_with("upper, lower 1"));
    }
  }

  TEST_CASE("a patched package is never stored, and what is compiled against it follows it") {
    const TestDirectory directory("store-patched");
    const StoreWorkspace workspace(directory.path());
    const auto has_lower = [&] {
      const auto units = workspace.files_of("units");
      return std::any_of(units.begin(), units.end(), [](const std::string& unit) {
        return read_file(unit).find("\"lower") != std::string::npos;
      });
    };
    workspace.cook_anew();
    CHECK(has_lower());
    fs::remove_all(workspace.store());
    write_file(workspace.app() + "/lower/Cargo.toml", package("lower", "", "1.0.0"));
    const auto source = workspace.app() + "/lower/src/lib.rs";
    const auto write = [&](const std::string& text) {
      write_file(source, "pub fn text() -> &'static str { \"" + text + "\" }\n");
    };
    write("ours 1");
    write_file(workspace.app() + "/Cargo.toml",
               read_file(workspace.app() + "/Cargo.toml") +
                   "\n[workspace]\n\n[patch.crates-io]\nlower = { path = \"lower\" }\n");
    workspace.lock();
    for (const std::string text : {"ours 1", "ours 2", "ours 1"}) {
      CAPTURE(text);
      write(text);
      workspace.cook_anew();
      CHECK(workspace.answer() == "upper 1, " + text + "\nother 1\n");
      CHECK_FALSE(has_lower());
    }
  }

  TEST_CASE("a submodule of a repository is source as well") {
    const TestDirectory directory("store-submodule");
    const auto git = [&](const std::string& place, const Words& words) {
      const Words program{"git", "-c",          "protocol.file.allow=always", "-c", "user.name=a",
                          "-c",  "user.email=a"};
      const auto run = capture_process({program + words, place, test_environment()});
      CAPTURE(run.errors);
      REQUIRE(succeeded(run.status));
    };
    const auto shared = directory / "shared";
    const auto repository = directory / "repository";
    const auto commit = [&](const std::string& place) {
      git(place, {"add", "-A"});
      git(place, {"commit", "-q", "-m", "x"});
    };
    write_file(shared + "/text", "text 1");
    git(shared, {"init", "-q"});
    commit(shared);
    write_file(repository + "/Cargo.toml", package("lower", "", "1.0.0"));
    write_file(repository + "/src/lib.rs",
               "pub fn text() -> &'static str { include_str!(\"../shared/text\") }\n");
    git(repository, {"init", "-q"});
    git(repository, {"submodule", "--quiet", "add", "file://" + shared, "shared"});
    commit(repository);
    const StoreWorkspace workspace(directory.path());
    fs::remove(workspace.app() + "/.cargo/config.toml");
    const auto lock = [&] {
      fs::remove(workspace.app() + "/Cargo.lock");
      const auto run = cargo({"generate-lockfile"}, workspace.app(), workspace.environment());
      CAPTURE(run.errors);
      REQUIRE(run.code() == 0);
    };
    write_file(workspace.app() + "/Cargo.toml",
               package("app", "[dependencies]\nlower = { git = \"file://" + repository + "\" }\n"));
    write_file(workspace.app() + "/src/main.rs",
               "fn main() { println!(\"{}\", lower::text()); }\n");
    lock();
    CHECK(workspace.cook_anew().saved == 1);
    CHECK(workspace.cook_anew().restored == 1);
    CHECK(workspace.answer() == "text 1\n");
    // In the checkout, by hand, with the same size; then by a commit.
    for (const auto& entry : fs::recursive_directory_iterator(
             workspace.environment().get("CARGO_HOME").value() + "/git/checkouts")) {
      if (entry.path().filename() == "text") edit_file(entry.path(), "text 1", "text 2");
    }
    CHECK(workspace.cook_anew().compiled == 1);
    CHECK(workspace.answer() == workspace.clean_answer());
    write_file(shared + "/text", "text 3");
    commit(shared);
    git(repository + "/shared", {"pull", "-q"});
    commit(repository);
    lock();
    CHECK(workspace.cook_anew().compiled == 1);
    CHECK(workspace.answer() == "text 3\n");
  }
}

}  // namespace larder::test
