#include "larder/cook/stub_wrapper.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "larder/base/path.hpp"
#include "larder/base/process.hpp"

namespace larder::cook {

StubDecision decide_stub(const std::vector<std::string>& arguments, const Environment& environment,
                         const std::string& skeleton_directory) {
  std::string crate;
  std::string out_dir;
  std::string extra;
  bool emits = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const bool has_value = i + 1 < arguments.size();
    constexpr std::string_view extra_option = "extra-filename=";
    if (argument == "--crate-name" && has_value) crate = arguments[i + 1];
    if (argument == "--out-dir" && has_value) out_dir = arguments[i + 1];
    if (argument.starts_with("--emit=")) emits = true;
    if (argument == "-C" && has_value && arguments[i + 1].starts_with(extra_option)) {
      extra = arguments[i + 1].substr(extra_option.size());
    }
  }
  const bool compiles = emits && !out_dir.empty() && !crate.empty() && crate != "___";
  const auto manifest = environment.get("CARGO_MANIFEST_DIR").value_or("");
  if (!compiles || !path::is_within(manifest, skeleton_directory)) return {};
  StubDecision decision{false, ""};
  if (crate.starts_with("build_script_"))
    decision.build_script = path::join(out_dir, crate + extra);
  return decision;
}

int run_stub_wrapper(const std::vector<std::string>& argv, const Environment& environment) {
  const std::vector<std::string> arguments(argv.begin() + 1, argv.end());
  if (arguments.empty()) return 2;
  const auto decision = decide_stub(arguments, environment, path::parent(argv[0]));
  if (decision.pass_on) {
    std::vector<char*> words;
    auto copy = arguments;
    for (auto& word : copy) words.push_back(word.data());
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    std::fprintf(stderr, "error: cannot start %s: %s\n", words[0], std::strerror(errno));
    return 127;
  }
  if (decision.build_script.empty()) return 0;
  // Cargo runs it; the program recognises itself by the name.
  ::unlink(decision.build_script.c_str());
  if (::symlink(own_executable().c_str(), decision.build_script.c_str()) != 0) {
    std::fprintf(stderr, "error: cannot make %s: %s\n", decision.build_script.c_str(),
                 std::strerror(errno));
    return 1;
  }
  return 0;
}

bool is_stubbed_build_script(const std::string& program) {
  const auto name = path::file_name(program);
  return name.starts_with("build-script-build") || name.starts_with("build_script_build");
}

}  // namespace larder::cook
