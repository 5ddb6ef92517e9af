#include "fuzz.hpp"
#include "larder/dockerfile/dockerfile.hpp"
#include "larder/dockerfile/expand.hpp"
#include "larder/dockerfile/ignore_file.hpp"
#include "larder/dockerfile/shell_commands.hpp"
#include "larder/lint/lint.hpp"

// Dockerfiles, and the languages in them: words with variables, shell scripts, ignore patterns.

namespace larder::test {

namespace {

void check_places(const dockerfile::Dockerfile& file, std::string_view text) {
  const auto lines = split(text, '\n').size();
  dockerfile::Position before;
  for (const auto& instruction : file.instructions) {
    require(before < instruction.at, "instructions come one after the other");
    require(instruction.at.line <= lines, "a place is in the file");
    const auto end = instruction.arguments.position(instruction.arguments.str().size());
    require(end.line <= lines, "an argument ends in the file");
    before = instruction.at;
  }
}

void check_words(std::string_view text) {
  const dockerfile::Variables variables{{"A", "b c"}, {"B", ""}};
  (void)dockerfile::expand_in_shell(text, variables);
  require(dockerfile::expand(text, variables, '\\').size() <= text.size() * 100 + 100,
          "nothing grows out of nothing");
}

void check_script(std::string_view text) {
  for (const auto& command : dockerfile::split_shell(text)) {
    require(!command.words.empty(), "a command has words");
    for (const auto& word : command.words)
      require(text.substr(word.offset, word.text.size()) == word.text, "a word is where it stands");
  }
}

void check_ignored(std::string_view text) {
  const dockerfile::IgnoreFile file(text);
  for (const auto* path : {"target", "a/b/c", "Cargo.lock"})
    require(!file.excludes(path) || file.deciding_line(path) > 0, "a line excludes");
}

}  // namespace

void run(std::string_view text) {
  check_script(text);
  check_ignored(text);
  for (const auto& line : split(text, '\n')) check_words(line);
  accepts([&] { check_places(dockerfile::parse("Dockerfile", text), text); });
  const MemoryTree tree({{"/Cargo.toml", "[package]\nname = \"app\"\n"}, {"/src/main.rs", ""}});
  const auto around = lint::surroundings_of(tree, "/Dockerfile", "/");
  accepts([&] { (void)lint::lint_dockerfile("Dockerfile", text, around); });
  (void)lint::lint_pipeline("ci.yml", text);
}

}  // namespace larder::test
