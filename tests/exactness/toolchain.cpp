#include "toolchain.hpp"

#include <unistd.h>

#include <string_view>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"

namespace larder::test {

namespace {

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

bool is_passed_on(std::string_view name) {
  if (name == "PATH" || name == "HOME" || name == "RUSTUP_HOME" || name == "TMPDIR") return true;
  for (const std::string_view prefix : {"SSL_CERT_", "CARGO_HTTP_", "CARGO_NET_"}) {
    if (name.starts_with(prefix)) return true;
  }
  return name.ends_with("_proxy") || name.ends_with("_PROXY");
}

Environment own_environment() {
  Environment out;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view line = *entry;
    const auto sign = line.find('=');
    if (sign != std::string_view::npos && is_passed_on(line.substr(0, sign)))
      out.set(std::string(line.substr(0, sign)), std::string(line.substr(sign + 1)));
  }
  return out;
}

std::string output_of(const std::vector<std::string>& words, const Environment& environment) {
  const auto run = capture_process({words, "/", environment});
  return succeeded(run.status) ? run.output : "";
}

}  // namespace

Toolchain find_toolchain(const std::string& name) {
  std::vector<std::string> which{"rustup", "which", "rustc"};
  if (!name.empty()) which.insert(which.end(), {"--toolchain", name});
  Toolchain out;
  const auto found = first_line(output_of(which, own_environment()));
  if (!found.empty()) out.directory = path::parent(found);
  if (found.empty() && !name.empty())
    throw Error("toolchain-missing", "rustup has no toolchain `" + name + "`");
  const auto environment = environment_for(out);
  out.version = first_line(output_of({"cargo", "--version"}, environment));
  const auto verbose = output_of({"rustc", "-vV"}, environment);
  if (const auto at = verbose.find("host: "); at != std::string::npos)
    out.host = first_line(verbose.substr(at + 6));
  if (out.version.empty() || out.host.empty())
    throw Error("toolchain-missing", "cargo and rustc are not installed");
  return out;
}

Environment environment_for(const Toolchain& toolchain) {
  auto out = own_environment();
  if (!toolchain.directory.empty())
    out.set("PATH", toolchain.directory + ":" + out.get("PATH").value_or(""));
  return out;
}

std::string program(const Toolchain& toolchain, const std::string& name) {
  return toolchain.directory.empty() ? name : toolchain.directory + "/" + name;
}

}  // namespace larder::test
