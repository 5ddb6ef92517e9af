#include "asking_workspace.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "larder/base/text.hpp"

namespace larder::test {

namespace fs = std::filesystem;

const char* const text_of_script =
    "pub fn text() -> &'static str { include_str!(concat!(env!(\"OUT_DIR\"), \"/text\")) }\n";

std::string script(std::string body, const std::string& outside) {
  body = replaced(std::move(body), "{}", outside);
  return "use std::{env, fs, path::Path, process::Command};\n"
         "fn output(command: &mut Command) -> String {\n"
         "    String::from_utf8(command.output().unwrap().stdout).unwrap()\n}\n"
         "fn text() -> String {\n" +
         body +
         "\n}\nfn main() {\n    let _ = (Path::new(\".\").exists(), output as fn(&mut Command) -> "
         "String, env::var(\"X\"));\n"
         "    let out = env::var(\"OUT_DIR\").unwrap();\n"
         "    fs::write(out + \"/text\", text()).unwrap();\n"
         "    println!(\"cargo:rerun-if-changed=build.rs\");\n}\n";
}

ScriptWorkspace::ScriptWorkspace(const TestDirectory& directory, const std::string& body)
    : StoreWorkspace(directory.path()) {
  vendor("other", "", text_of_script, {{"build.rs", script(body, directory / "outside")}});
  lock();
}

Asking::Action writing(const std::string& text) {
  return
      [text](StoreWorkspace&, const std::string& outside) { write_old_file(outside + "/f", text); };
}

Asking::Action setting(const std::string& variable, const std::string& value) {
  return [variable, value](StoreWorkspace& workspace, const std::string&) {
    workspace.set(variable, value);
  };
}

AskingWorkspace::AskingWorkspace(const TestDirectory& directory, std::vector<Asking> rows,
                                 int units, int compiled)
    : StoreWorkspace(directory.path()), rows_(std::move(rows)), units_(units), compiled_(compiled) {
  for (const auto& row : rows_) fs::create_directories(outside(row.name));
}

void AskingWorkspace::finish() {
  std::string expressions;
  std::string dependencies;
  for (const auto& row : rows_) {
    if (row.before) row.before(*this, outside(row.name));
    expressions += (expressions.empty() ? "" : ", ") + row.name + "::text().trim()";
    dependencies += row.name + " = \"1\"\n";
  }
  set_main(replaced(expressions, "-", "_"), dependencies);
}

void AskingWorkspace::check() {
  const auto change = [&] {
    for (const auto& row : rows_) {
      if (row.change) row.change(*this, outside(row.name));
    }
  };
  const auto unchanged =
      std::count_if(rows_.begin(), rows_.end(), [](const Asking& row) { return !row.change; });
  const auto all = static_cast<int>(rows_.size());
  check_is_condition(common_ + units_ * all, change,
                     compiled_ * (all - static_cast<int>(unchanged)),
                     static_cast<std::size_t>(unchanged));
}

ScriptsWorkspace::ScriptsWorkspace(const TestDirectory& directory, std::vector<Asking> rows)
    : AskingWorkspace(directory, std::move(rows), 3, 2) {
  for (const auto& row : this->rows())
    vendor(row.name, "", text_of_script, {{"build.rs", script(row.body, outside(row.name))}});
  finish();
}

MacrosWorkspace::MacrosWorkspace(const TestDirectory& directory, std::vector<Asking> rows)
    : AskingWorkspace(directory, std::move(rows), 1, 1) {
  std::string macros = "use proc_macro::TokenStream;\n";
  for (const auto& row : this->rows()) {
    const auto macro = "of_" + replaced(row.name, "-", "_");
    macros += "#[proc_macro]\npub fn " + macro +
              "(_: TokenStream) -> TokenStream {\n    let text: String = { " +
              replaced(row.body, "{}", outside(row.name)) +
              " };\n    format!(\"{text:?}\").parse().unwrap()\n}\n";
    vendor(row.name, "[dependencies]\nmacros = \"1\"\n",
           "pub fn text() -> &'static str { macros::" + macro + "!() }\n", {{"note", "a"}});
  }
  vendor("macros", "[lib]\nproc-macro = true\n", macros);
  add_units(1);
  finish();
}

}  // namespace larder::test
