#include "larder/report/freshness.hpp"

#include <doctest/doctest.h>

using namespace larder::report;
using Texts = std::vector<std::string>;

namespace {

std::string artifact(const std::string& id, bool fresh) {
  return "{\"reason\":\"compiler-artifact\",\"package_id\":\"" + id +
         "\",\"fresh\":" + (fresh ? "true" : "false") + "}\n";
}

}  // namespace

TEST_CASE("a package id in the old and in the new notation is told local or external, and named") {
  struct Row {
    std::string id;
    bool local;
    std::string package;
  };
  for (const auto& row :
       std::vector<Row>{{"registry+https://github.com/rust-lang/crates.io-index#serde@1.0.0", false,
                         "serde 1.0.0"},
                        {"sparse+https://x/index/#serde@1.0.0-rc.1+b", false, "serde 1.0.0-rc.1+b"},
                        {"git+https://h/o/tool?branch=b#0.3.0", false, "tool 0.3.0"},
                        {"git+https://h/o/repo?rev=abc#inner@0.3.0", false, "inner 0.3.0"},
                        {"path+file:///w/app#0.1.0", true, "app 0.1.0"},
                        {"path+file:///w/dir#app@0.1.0", true, "app 0.1.0"},
                        {"serde 1.0.0 (registry+https://github.com/rust-lang/crates.io-index)",
                         false, "serde 1.0.0"},
                        {"tool 0.3.0 (git+https://h/o/tool?branch=b#abcdef)", false, "tool 0.3.0"},
                        {"app 0.1.0 (path+file:///w/app)", true, "app 0.1.0"}}) {
    CAPTURE(row.id);
    CHECK(is_local_package_id(row.id) == row.local);
    CHECK(package_of_id(row.id) == row.package);
  }
}

TEST_CASE("external units are counted as reused or compiled, local ones not at all") {
  Freshness freshness;
  const std::string index = "registry+https://github.com/rust-lang/crates.io-index#";
  CHECK(freshness.take(artifact(index + "a@1.0.0", true)));
  CHECK(freshness.take(artifact(index + "b@2.0.0", false)));
  CHECK(freshness.take(artifact("c 3.0.0 (git+https://h/c#abc)", false)));
  CHECK(freshness.take(artifact("path+file:///w/app#0.1.0", false)));
  CHECK(freshness.take(artifact("old 0.1.0 (path+file:///w/old)", true)));
  CHECK(freshness.external_reused() == 1);
  CHECK(freshness.external_total() == 3);
  Texts compiled;
  for (const auto& unit : freshness.external_compiled())
    compiled.push_back(unit.name + " " + unit.version);
  CHECK(compiled == Texts{"b 2.0.0", "c 3.0.0"});
}

TEST_CASE("other messages are taken without being counted") {
  Freshness freshness;
  CHECK(freshness.take("{\"reason\":\"build-finished\",\"success\":true}\n"));
  CHECK(freshness.take(
      "{\"reason\":\"build-script-executed\",\"package_id\":\"a 1.0.0 (registry+x)\"}\n"));
  CHECK(freshness.external_total() == 0);
}

TEST_CASE("what a program printed is no message of cargo's, however it looks") {
  Freshness freshness;
  for (const std::string line : {"hello\n", "\n", "", "{}\n", "{\"reason\":\n", "{\"reason\": [\n",
                                 " {\"reason\":\"compiler-artifact\"}\n", "{\"a\":1}\n"}) {
    CAPTURE(line);
    CHECK_FALSE(freshness.take(line));
  }
  CHECK(freshness.external_total() == 0);
}

TEST_CASE("a message of unexpected types neither throws nor counts") {
  Freshness freshness;
  for (const std::string line :
       {"{\"reason\":1}\n", "{\"reason\":null}\n",
        "{\"reason\":\"compiler-artifact\",\"package_id\":7,\"fresh\":true}\n",
        "{\"reason\":\"compiler-artifact\",\"package_id\":\"a 1.0.0 "
        "(registry+x)\",\"fresh\":\"no\"}\n"}) {
    CAPTURE(line);
    CHECK_NOTHROW(freshness.take(line));
  }
  CHECK(freshness.external_total() == 0);
}
