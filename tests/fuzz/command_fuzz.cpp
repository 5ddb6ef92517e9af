#include "fuzz.hpp"
#include "larder/cargo/command/command_line.hpp"

// A cargo command: words divided by NUL, or by line ends where there is none; and as a shell would
// divide it.

namespace larder::test {

namespace {

using Words = std::vector<std::string>;

void check_words(const Words& words) {
  const auto joined = cargo::join_command(words);
  const auto split_again =
      surely("splits what it joined", [&] { return cargo::split_command("cargo " + joined); });
  require(split_again == words, "words that were joined are split again");

  const auto arguments = cargo::parse_command_line(words).arguments();
  const auto again =
      surely("reads what it wrote", [&] { return cargo::parse_command_line(arguments); });
  require(again.arguments() == arguments, "the canonical form is canonical");
  for (const auto& filter : {again.bins, again.tests}) (void)filter.selects("some-name");
}

}  // namespace

void run(std::string_view text) {
  const char separator = text.find('\0') == std::string_view::npos ? '\n' : '\0';
  accepts([&] { check_words(split(text, separator)); });
  accepts([&] { check_words(cargo::expand_alias(cargo::split_command(text), {}, {})); });
}

}  // namespace larder::test
