#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "larder/base/error.hpp"
#include "larder/dockerfile/dockerfile.hpp"
#include "larder/dockerfile/stages.hpp"

using namespace larder;

namespace {

dockerfile::Dockerfile parsed_dockerfile(const std::string& text) {
  return dockerfile::parse("Dockerfile", text);
}

std::string parse_error_of(const std::string& text) {
  try {
    (void)dockerfile::stages_of(parsed_dockerfile(text));
    return {};
  } catch (const Error& error) {
    CHECK(error.id() == "dockerfile-parse");
    return error.message();
  }
}

}  // namespace

TEST_CASE("an instruction goes on over comments and empty lines, and every byte keeps its place") {
  const auto file =
      parsed_dockerfile("FROM scratch\nRUN a \\\n  # a comment\n\n    b \\ \n\tc\nUSER x\n");
  REQUIRE(file.instructions.size() == 3);
  const auto& run = file.instructions[1];
  CHECK(run.arguments.str() == "a     b \tc");
  CHECK(run.arguments.position(run.arguments.str().find('b')) == dockerfile::Position{5, 5});
  CHECK(run.arguments.position(run.arguments.str().find('c')) == dockerfile::Position{6, 2});
  CHECK(file.comments.at(0).text == "a comment");
  CHECK(file.comments.at(0).at == dockerfile::Position{3, 3});
  CHECK(file.instructions[2].at == dockerfile::Position{7, 1});
}

TEST_CASE("the escape character decides where a line goes on") {
  CHECK(parsed_dockerfile("# escape=`\nFROM a\nRUN x `\n y \\\nRUN z\n").instructions.size() == 3);
  CHECK(parsed_dockerfile("FROM a\nRUN x \\\\\nRUN z\n").instructions.size() == 3);
  CHECK(parsed_dockerfile("FROM a\nRUN x \\\n").instructions[1].arguments.str() == "x");
}

TEST_CASE("directives stand in front of everything else") {
  const auto file =
      parsed_dockerfile("# Syntax = docker/dockerfile:1\n#check=skip=all\n# escape=`\nFROM a\n");
  CHECK(file.syntax == "docker/dockerfile:1");
  CHECK(file.check == "skip=all");
  CHECK(file.escape == '`');
  CHECK(parsed_dockerfile("# a comment\n# escape=`\nFROM a\n").escape == '\\');
  CHECK(parsed_dockerfile("\n# escape=`\nFROM a\n").escape == '\\');
  CHECK(parse_error_of("# escape=x\nFROM a\n") == "the directive `escape` must be \\ or `");
  CHECK(parse_error_of("# escape=`\n# escape=`\nFROM a\n").find("twice") != std::string::npos);
}

TEST_CASE("flags stand between the keyword and the arguments") {
  const auto file = parsed_dockerfile(
      "FROM a\nRUN --mount=type=cache,target=/x \\\n  --network=none make --jobs\nCOPY --from=b "
      "--chown=\"a b\" x y\nCOPY --link -- --x y\n");
  const auto& run = file.instructions[1];
  REQUIRE(run.flags.size() == 2);
  CHECK(run.flags[0].name == "mount");
  CHECK(run.flags[0].value == "type=cache,target=/x");
  CHECK(run.flags[1].at == dockerfile::Position{3, 3});
  CHECK(run.arguments.str() == "make --jobs");
  CHECK(file.instructions[2].flag("chown")->value == "a b");
  CHECK_FALSE(file.instructions[3].flag("link")->value);
  CHECK(file.instructions[3].arguments.str() == "--x y");
}

TEST_CASE("the exec form is a JSON array of strings, and everything else a command") {
  const auto list = [](const std::string& arguments) {
    return parsed_dockerfile("FROM a\nRUN " + arguments + "\n").instructions[1].list;
  };
  using Words = std::vector<std::string>;
  CHECK(list(R"(["a", "b\n\u00e4"])") == Words{"a", "b\n\xC3\xA4"});
  CHECK(list(R"(["\ud83d\ude00"])") == Words{"\xF0\x9F\x98\x80"});
  CHECK(list("[]") == Words{});
  for (const std::string text :
       {R"(["a", "b"] c)", "['a']", R"(["a",])", R"([1])", R"(["a\x"])", "[ -f x ]"}) {
    CAPTURE(text);
    CHECK_FALSE(list(text));
  }
}

TEST_CASE("here-documents belong to RUN, COPY and ADD") {
  const auto file = parsed_dockerfile(
      "FROM a\nRUN <<EOF\n# no comment\ncargo build\nEOF\nRUN <<-\"X\" cat\n\ty\n\tX\nCOPY <<A <<B "
      "/\n1\nA\n2\nB\nENV X=<<EOF\n");
  REQUIRE(file.instructions.size() == 5);
  REQUIRE(file.instructions[1].heredocs.size() == 1);
  const auto& script = file.instructions[1].heredocs[0];
  CHECK(script.text.str() == "# no comment\ncargo build\n");
  CHECK(script.text.position(script.text.str().find("cargo")) == dockerfile::Position{4, 1});
  CHECK(script.expands);
  CHECK(file.instructions[2].heredocs[0].text.str() == "y\n");
  CHECK_FALSE(file.instructions[2].heredocs[0].expands);
  CHECK(file.instructions[3].heredocs[1].text.str() == "2\n");
  CHECK(file.comments.empty());
  CHECK(parse_error_of("FROM a\nRUN <<EOF\nx\n").find("has no end") != std::string::npos);
}

TEST_CASE("ONBUILD has an instruction of its own") {
  const auto file = parsed_dockerfile("FROM a\nONBUILD RUN --mount=type=cache,target=/x make\n");
  const auto inner = dockerfile::triggered(file.instructions[1], file.escape);
  REQUIRE(inner);
  CHECK(inner->keyword == "RUN");
  CHECK(inner->flags.size() == 1);
  CHECK_FALSE(dockerfile::triggered(file.instructions[0], file.escape));
}

TEST_CASE("pairs of ENV keep their quotes, and the old form is one pair") {
  const auto words = [](const std::string& line) {
    std::vector<std::string> out;
    for (const auto& word :
         dockerfile::assignments(parsed_dockerfile("FROM a\n" + line + "\n").instructions[1], '\\'))
      out.push_back(word.text);
    return out;
  };
  using Words = std::vector<std::string>;
  CHECK(words("ENV A=1 B=\"x y\" C=a\\ b") == Words{"A=1", "B=\"x y\"", "C=a\\ b"});
  CHECK(words("ENV J   a   b") == Words{"J=a   b"});
  CHECK(words("ARG A B=c") == Words{"A", "B=c"});
}

TEST_CASE("the fields of a mount may be quoted") {
  using Fields = std::vector<std::pair<std::string, std::string>>;
  CHECK(dockerfile::mount_fields("type=cache,\"target=/a,b\",ro") ==
        Fields{{"type", "cache"}, {"target", "/a,b"}, {"ro", ""}});
}

TEST_CASE("stages are found by name and number") {
  const auto file =
      parsed_dockerfile("ARG I=x\nFROM ${I}:1 AS Base\nFROM base\nFROM 0 as c\nFROM base:2\n");
  const auto stages = dockerfile::stages_of(file);
  REQUIRE(stages.stages.size() == 4);
  CHECK(stages.stages[0].image == "x:1");
  CHECK(stages.stages[1].base == 0);
  CHECK(stages.stages[2].base == 0);
  CHECK_FALSE(stages.stages[3].base);
  CHECK(stages.find("1", 3) == 1);
  CHECK_FALSE(stages.find("3", 3));
  CHECK(stages.arguments.at(0).name == "I");
}

TEST_CASE("what BuildKit refuses is an error with its place") {
  CHECK(parse_error_of("FROM a\nNOPE x\n") == "unknown instruction `NOPE`");
  CHECK(parse_error_of("FROM a b\n") == "FROM takes an image, and AS with a name");
  CHECK(parse_error_of("FROM\n") == "FROM takes an image, and AS with a name");
  CHECK(parse_error_of("RUN x\nFROM a\n") == "RUN stands in front of the first FROM");
  CHECK(parse_error_of("# nothing\n") == "there is no FROM");
}
