#include "local_workspace.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "files.hpp"
#include "larder/base/text.hpp"
#include "store_workspace.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

void give_new_dates(const std::string& directory) {
  const auto now = fs::file_time_type::clock::now();
  for (fs::recursive_directory_iterator it(directory), end; it != end; ++it) {
    const auto name = it->path().filename().string();
    if (name == "target" || name == ".git") {
      if (it.depth() == 0) it.disable_recursion_pending();
    } else if (it->is_regular_file() && !it->is_symlink() &&
               fs::last_write_time(it->path()) <= now) {
      fs::last_write_time(it->path(), now);
    }
  }
}

}  // namespace

const char* const source_of_looks = R"(use proc_macro::TokenStream;
use std::{env, fs, path::PathBuf};

fn said(text: String) -> TokenStream { format!("{text:?}").parse().unwrap() }
fn literal(tokens: TokenStream) -> String { tokens.to_string().trim_matches('"').to_string() }
fn place(path: String) -> PathBuf {
    PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap()).join(path)
}
#[proc_macro] pub fn file(tokens: TokenStream) -> TokenStream {
    said(fs::read_to_string(place(literal(tokens))).unwrap_or("none".into()))
}
#[proc_macro] pub fn names(tokens: TokenStream) -> TokenStream {
    let mut names: Vec<_> = fs::read_dir(place(literal(tokens))).unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    said(names.join(" "))
}
#[proc_macro] pub fn kind(tokens: TokenStream) -> TokenStream {
    let path = place(literal(tokens));
    said(format!("{} {}", path.is_dir(), path.is_file()))
}
#[proc_macro] pub fn size(tokens: TokenStream) -> TokenStream {
    said(fs::metadata(place(literal(tokens))).unwrap().len().to_string())
}
#[proc_macro] pub fn leads(tokens: TokenStream) -> TokenStream {
    said(fs::canonicalize(place(literal(tokens))).unwrap().display().to_string())
}
#[proc_macro] pub fn variable(tokens: TokenStream) -> TokenStream {
    said(env::var(literal(tokens)).unwrap_or("none".into()))
}
#[proc_macro] pub fn variables(tokens: TokenStream) -> TokenStream {
    let start = literal(tokens);
    said(env::vars().filter(|v| v.0.starts_with(&start)).map(|v| v.1).collect())
}
#[proc_macro] pub fn file_of(tokens: TokenStream) -> TokenStream {
    let path = env::var(literal(tokens)).unwrap_or_default();
    said(fs::read_to_string(path).unwrap_or("none".into()))
}
)";

const char* const scripts_library =
    "pub fn text() -> String {\n"
    "    include_str!(concat!(env!(\"OUT_DIR\"), \"/text\")).to_string()\n}\n";

std::string looking_script(const std::string& body) {
  return "#![allow(unused)]\nuse std::{env, fs, path::Path, process::Command};\n"
         "fn output(program: &str, words: &[&str]) -> String {\n"
         "    let ran = Command::new(program).args(words).output().unwrap();\n"
         "    String::from_utf8(ran.stdout).unwrap()\n}\n"
         "fn main() {\n"
         "    println!(\"cargo:rerun-if-changed=build.rs\");\n"
         "    let text: String = {\n" +
         body +
         "\n    };\n"
         "    fs::write(env::var(\"OUT_DIR\").unwrap() + \"/text\", text).unwrap();\n}\n";
}

ToldOfLocal told_of_local(const Run& run) {
  ToldOfLocal out;
  constexpr std::string_view form = " local units from the store";
  const auto end = run.errors.find(form);
  if (end == std::string::npos) return out;
  const auto line = run.errors.rfind('\n', end) + 1;
  std::sscanf(run.errors.c_str() + line,
              "    Restored %d of %d local units from the store, compiled %d, saved %d",
              &out.restored, &out.total, &out.compiled, &out.saved);
  return out;
}

LocalWorkspace::LocalWorkspace(const std::string& directory, const std::string& name)
    : directory_(directory), root_(directory + "/" + name), environment_(test_environment()) {
  environment_.set("CARGO_HOME", directory + "/home");
  environment_.set("CARGO_INCREMENTAL", "0");
  environment_.set("CARGO_PROFILE_DEV_DEBUG", "0");
  fs::create_directories(directory + "/home");
  fs::create_directories(outside());
  fs::create_directories(root_);
}

void LocalWorkspace::write(const std::string& file, std::string_view text) const {
  write_old_file(root_ + "/" + file, std::string(text));
}

void LocalWorkspace::add_below(const std::string& name, const std::string& source,
                               const std::string& rest,
                               const std::map<std::string, std::string>& more) {
  write(name + "/Cargo.toml", package(name, rest));
  write(name + "/src/lib.rs", source);
  for (const auto& [file, text] : more) write(name + "/" + file, text);
  members_.push_back(name);
}

void LocalWorkspace::add(const std::string& name, const std::string& source,
                         const std::string& rest, const std::map<std::string, std::string>& more) {
  add_below(name, source, rest, more);
  printed_.push_back(name);
}

void LocalWorkspace::finish(const std::string& rest) const {
  std::string dependencies;
  std::string lines;
  for (const auto& name : printed_) {
    dependencies += name + " = { path = \"../" + name + "\" }\n";
    lines += "    println!(\"" + name + ": {}\", " + replaced(name, "-", "_") +
             "::text().replace(char::is_whitespace, \" \").trim());\n";
  }
  write("app/Cargo.toml", package("app", "[dependencies]\n" + dependencies));
  write("app/src/main.rs", "fn main() {\n" + lines + "}\n");
  std::string members = "\"app\"";
  for (const auto& name : members_) members += ", \"" + name + "\"";
  write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [" + members + "]\n" + rest);
  const auto run = cargo({"generate-lockfile", "--offline"}, root(), environment_);
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
}

Run LocalWorkspace::build(const Words& words) const {
  auto run =
      larder(Words{words.front(), "--store", store()} + Words(words.begin() + 1, words.end()),
             root(), environment_);
  CAPTURE(run.errors);
  REQUIRE(run.code() == 0);
  return run;
}

Run LocalWorkspace::build_anew(const Words& words) const {
  clean();
  give_new_dates(root());
  return build(words);
}

void LocalWorkspace::clean() const {
  fs::remove_all(root() + "/target");
}

std::string LocalWorkspace::answer() const {
  const auto ran = capture_process({{root() + "/target/debug/app"}, root(), environment_});
  CHECK(succeeded(ran.status));
  return ran.output;
}

std::string LocalWorkspace::true_answer() const {
  clean();
  const auto built = cargo({"build"}, root(), environment_);
  CAPTURE(built.errors);
  REQUIRE(built.code() == 0);
  auto out = answer();
  clean();
  return out;
}

void LocalWorkspace::check_truth() const {
  const auto built = answer();
  CHECK(built == true_answer());
}

LocalWorkspace three_crates(const std::string& directory, const std::string& name) {
  LocalWorkspace workspace(directory, name);
  workspace.add("lower", "pub fn text() -> String { let unused = 1; \"lower 1\".into() }\n");
  workspace.add("upper", "pub fn text() -> String { format!(\"upper 1, {}\", lower::text()) }\n",
                "[dependencies]\nlower = { path = \"../lower\" }\n");
  workspace.add("other", "pub fn text() -> String { \"other 1\".into() }\n");
  workspace.finish();
  return workspace;
}

void edit_source(const LocalWorkspace& workspace, const std::string& crate, const char* from,
                 const char* to) {
  edit_file(workspace.root() + "/" + crate + "/src/lib.rs", from, to);
}

}  // namespace larder::test
