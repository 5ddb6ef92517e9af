// As RUSTC_WRAPPER: answers cargo's questions as rustc does and compiles nothing. A build script
// becomes a program that does nothing.

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <string_view>

namespace {

struct Compilation {
  std::string crate;
  std::string directory;
  std::string suffix;
  bool emits = false;
};

Compilation parse(int argc, char** argv) {
  Compilation out;
  constexpr std::string_view suffix_option = "extra-filename=";
  for (int i = 2; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--emit=")) out.emits = true;
    if (i + 1 == argc) break;
    const std::string_view value = argv[i + 1];
    if (word == "--crate-name") out.crate = value;
    if (word == "--out-dir") out.directory = value;
    if (word == "-C" && value.starts_with(suffix_option))
      out.suffix = value.substr(suffix_option.size());
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const auto unit = parse(argc, argv);
  if (!unit.emits || unit.directory.empty() || unit.crate == "___") {
    ::execvp(argv[1], argv + 1);
    return 127;
  }
  if (unit.crate.starts_with("build_script_")) {
    const auto program = unit.directory + "/" + unit.crate + unit.suffix;
    std::ofstream(program) << "#!/bin/true\n";
    ::chmod(program.c_str(), 0755);
  }
  return 0;
}
