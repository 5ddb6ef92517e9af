// Stands before rustc (RUSTC_WRAPPER) or in its place (RUSTC) and compiles nothing: cargo walks its
// whole unit graph and writes its fingerprints within seconds. Probes are answered by the real
// rustc. Each unit is noted in the file LARDER_UNIT_LOG, if that is set, a line of tab-separated
// words:
//
//   compile  PACKAGE  MANIFEST_DIR  OUT_DIR  EXTRA_FILENAME
//   run      PACKAGE  MANIFEST_DIR  OUT_DIR
//
// Build scripts become scripts with this program as their interpreter.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// One write each, so that lines of concurrent compilers do not mix.
void note(const std::vector<std::string>& words) {
  if (variable("LARDER_UNIT_LOG").empty()) return;
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : "\t") + word;
  line += "\n";
  const int log = ::open(variable("LARDER_UNIT_LOG").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (log < 0 || ::write(log, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    std::perror("larder_stub_rustc: LARDER_UNIT_LOG");
    std::exit(1);
  }
  ::close(log);
}

struct Compilation {
  std::string crate;
  std::string out_dir;
  std::string extra_filename;
  bool emits = false;

  bool is_real() const { return emits && !out_dir.empty() && !crate.empty() && crate != "___"; }
};

Compilation read_arguments(int argc, char** argv) {
  constexpr std::string_view extra = "extra-filename=";
  Compilation out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--emit=")) out.emits = true;
    if (i + 1 == argc) continue;
    const std::string_view next = argv[i + 1];
    if (word == "--crate-name") out.crate = next;
    if (word == "--out-dir") out.out_dir = next;
    if (word == "-C" && next.starts_with(extra)) out.extra_filename = next.substr(extra.size());
  }
  return out;
}

/// Something that cargo can run and that comes back here.
void leave_build_script(const Compilation& compilation) {
  std::string self(4096, '\0');
  const auto size = ::readlink("/proc/self/exe", self.data(), self.size());
  if (size <= 0) std::exit(1);
  self.resize(static_cast<std::size_t>(size));
  const auto path = compilation.out_dir + "/" + compilation.crate + compilation.extra_filename;
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) std::exit(1);
  std::fputs(("#!" + self + "\n").c_str(), file);
  std::fclose(file);
  ::chmod(path.c_str(), 0755);
}

bool is_build_script(std::string_view program) {
  const auto name = program.substr(program.rfind('/') + 1);
  return name.starts_with("build-script-") || name.starts_with("build_script_");
}

}  // namespace

int main(int argc, char** argv) {
  const auto package = variable("CARGO_PKG_NAME");
  const auto manifest = variable("CARGO_MANIFEST_DIR");
  if (argc < 2) return 2;
  if (is_build_script(argv[1])) {
    note({"run", package, manifest, variable("OUT_DIR")});
    return 0;
  }
  const auto compilation = read_arguments(argc, argv);
  if (compilation.is_real()) {
    note({"compile", package, manifest, compilation.out_dir, compilation.extra_filename});
    if (compilation.crate.starts_with("build_script_")) leave_build_script(compilation);
    return 0;
  }
  // As a wrapper the real program is the first argument; in its place it is told apart.
  const auto rustc = variable("LARDER_REAL_RUSTC");
  if (rustc.empty()) {
    ::execvp(argv[1], argv + 1);
  } else {
    argv[0] = const_cast<char*>(rustc.c_str());
    ::execvp(rustc.c_str(), argv);
  }
  std::perror("larder_stub_rustc");
  return 127;
}
