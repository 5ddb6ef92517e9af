#include <doctest/doctest.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "sparse_registry.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"

// The store's rules for packages of each kind of source: after every change what is restored makes
// the program of a clean build.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

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

  void publish_other(const std::string& description) {
    publish("other", "",
            {{"src/lib.rs", "pub fn text() -> &'static str { env!(\"TOLD\") }\n"},
             {"build.rs",
              "use std::{env, fs};\nfn main() {\n"
              "    println!(\"cargo:rerun-if-changed=build.rs\");\n"
              "    println!(\"cargo:rustc-env=TOLD={} {} {}\", "
              "env::var(\"CARGO_PKG_DESCRIPTION\").unwrap(), "
              "env::var(\"ASKED\").unwrap(), fs::read_to_string(\"" +
                  outside("f") + "\").unwrap());\n}\n"}},
            description);
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
    }
  }
}

}  // namespace larder::test
