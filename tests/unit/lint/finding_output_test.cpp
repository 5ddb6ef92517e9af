#include "larder/lint/finding_output.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace larder;

namespace {

const std::vector<lint::Finding> two_findings{
    {"target-mount",
     lint::Severity::Error,
     "a,b/Dockerfile",
     {3, 5},
     "100% empty\nlayer",
     "remove it"},
    {"cargo-chef", lint::Severity::Note, "Dockerfile", {1, 1}, "a: b", "switch"}};

}  // namespace

TEST_CASE("findings for people have the place first") {
  CHECK(lint::write_findings("human", {two_findings[1]}) ==
        "Dockerfile:1:1 note[cargo-chef]: a: b\n  help: switch\n");
}

TEST_CASE("findings as JSON are an array") {
  const auto document = nlohmann::json::parse(lint::write_findings("json", two_findings));
  REQUIRE(document.size() == 2);
  CHECK(document[0] == nlohmann::json{{"file", "a,b/Dockerfile"},
                                      {"line", 3},
                                      {"column", 5},
                                      {"severity", "error"},
                                      {"id", "target-mount"},
                                      {"message", "100% empty\nlayer"},
                                      {"fix", "remove it"}});
  CHECK(nlohmann::json::parse(lint::write_findings("json", {})).empty());
}

TEST_CASE("findings as SARIF name their rules") {
  const auto run = nlohmann::json::parse(lint::write_findings("sarif", two_findings))["runs"][0];
  CHECK(run["tool"]["driver"]["rules"].size() == lint::rules().size());
  CHECK(run["results"][0]["ruleId"] == "target-mount");
  CHECK(run["results"][0]["level"] == "error");
  CHECK(run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 3);
}

TEST_CASE("findings for GitHub escape what would end a command") {
  CHECK(
      lint::write_findings("github", two_findings) ==
      "::error file=a%2Cb/Dockerfile,line=3,col=5,title=target-mount::100%25 empty%0Alayer. remove "
      "it\n::notice file=Dockerfile,line=1,col=1,title=cargo-chef::a: b. switch\n");
}
