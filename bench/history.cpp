// Generates repositories of a workspace with 40 members, and times `cargo larder history` in them.
// One commit in twenty touches manifests or the lock file.
//
//   larder_history ROUNDS LARDER SCRATCH COMMITS...

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>

#include "repository_builder.hpp"
#include "timing.hpp"

namespace larder::bench {

namespace {

constexpr int members = 40;
constexpr int sources = 4;

/// The history of a generated workspace. It only uses the raw bits of the random generator, because
/// distributions differ between libraries.
class Workspace {
 public:
  Workspace() {
    for (const auto* stem : {"serde", "tokio", "hyper", "json", "hash", "time", "trace", "crypt",
                             "bytes", "url", "tls", "rand", "sync", "string"}) {
      for (const auto* ending : {"", "-core", "-util", "-macros", "-types", "-io", "-sys", "-fmt",
                                 "-map", "-pool", "-codec", "-derive"})
        externals_.push_back({stem + std::string(ending), 0});
    }
    for (int i = 0; i < members; ++i) {
      for (int k = 0; k < 6; ++k) requests_[i][pick(externals_.size())];
    }
    write("/Cargo.toml", root());
    write_lock();
    for (int i = 0; i < members; ++i) {
      write_manifest(i);
      for (int k = 0; k < sources; ++k) write(source(i, k), "");
      write(directory(i) + "/tests/works.rs", "");
    }
  }

  const MemoryTree& files() const { return files_; }

  /// Makes the next commit and returns its message.
  std::string live() {
    if (pick(20) != 0) return edit_source();
    const auto chance = pick(100);
    if (chance < 38) return bump();
    if (chance < 56) return ask_for_feature();
    if (chance < 68) return add_dependency();
    if (chance < 76) return drop_dependency();
    if (chance < 90) return release();
    return chance < 96 ? tune_profile() : change_toolchain();
  }

 private:
  struct External {
    std::string name;
    int patch = 0;
  };

  std::size_t pick(std::size_t count) { return random_() % count; }
  static std::string directory(int member) { return fmt::format("/crates/member-{:02}", member); }
  static std::string source(int member, int index) {
    return fmt::format("{}/src/{}.rs", directory(member),
                       index == 0 ? "lib" : fmt::format("m{}", index));
  }
  void write(const std::string& path, std::string text) { files_.write(path, std::move(text)); }
  std::string version(std::size_t external) const {
    return fmt::format("1.{}.{}", external % 9, externals_[external].patch);
  }

  std::string root() const {
    return fmt::format(
        "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n\n[workspace.package]\nversion = "
        "\"0.{}.0\"\nedition = \"2021\"\n\n[profile.release]\nopt-level = {}\n",
        releases_, profile_ % 2 + 2);
  }

  void write_manifest(int member) {
    auto text = fmt::format(
        "[package]\nname = \"member-{:02}\"\nversion.workspace = true\nedition.workspace = "
        "true\n\n[dependencies]\n",
        member);
    for (const auto& [external, features] : requests_[member]) {
      std::string list;
      for (const auto& feature : features) list += (list.empty() ? "\"" : ", \"") + feature + "\"";
      text += fmt::format("{} = {{ version = \"1\", features = [{}] }}\n",
                          externals_[external].name, list);
    }
    for (int i = 1; i <= 2 && i <= member; ++i)
      text += fmt::format("member-{0:02} = {{ path = \"../member-{0:02}\" }}\n", member - i);
    write(directory(member) + "/Cargo.toml", text);
  }

  void write_lock() {
    std::string text = "version = 4\n";
    for (std::size_t i = 0; i < externals_.size(); ++i) {
      text += fmt::format(
          "\n[[package]]\nname = \"{}\"\nversion = \"{}\"\nsource = "
          "\"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"{:064x}\"\n",
          externals_[i].name, version(i), i * 1000 + static_cast<std::size_t>(externals_[i].patch));
      std::string dependencies;
      for (auto next = 3 * i + 1; next <= 3 * i + 3 && next < externals_.size(); ++next)
        dependencies += " \"" + externals_[next].name + "\",\n";
      if (!dependencies.empty()) text += "dependencies = [\n" + dependencies + "]\n";
    }
    for (int i = 0; i < members; ++i) {
      text += fmt::format(
          "\n[[package]]\nname = \"member-{:02}\"\nversion = \"0.{}.0\"\n"
          "dependencies = [\n",
          i, releases_);
      for (const auto& [external, features] : requests_[i])
        text += " \"" + externals_[external].name + "\",\n";
      for (int k = 1; k <= 2 && k <= i; ++k) text += fmt::format(" \"member-{:02}\",\n", i - k);
      text += "]\n";
    }
    write("/Cargo.lock", text);
  }

  std::string edit_source() {
    const auto member = static_cast<int>(pick(members));
    write(source(member, static_cast<int>(pick(sources))), fmt::format("// {}\n", random_()));
    return fmt::format("member-{:02}: handle the next case", member);
  }
  std::string bump() {
    const auto external = pick(externals_.size());
    ++externals_[external].patch;
    write_lock();
    return fmt::format("Update {} to {}", externals_[external].name, version(external));
  }
  std::string ask_for_feature() {
    const auto member = static_cast<int>(pick(members));
    auto& requests = requests_[member];
    const auto request =
        std::next(requests.begin(), static_cast<std::ptrdiff_t>(pick(requests.size())));
    static constexpr std::array features{"std", "full", "fast", "rc", "alloc"};
    request->second.insert(features[pick(features.size())]);
    write_manifest(member);
    return fmt::format("member-{:02}: more of {}", member, externals_[request->first].name);
  }
  std::string add_dependency() {
    const auto member = static_cast<int>(pick(members));
    const auto external = pick(externals_.size());
    requests_[member][external];
    write_manifest(member);
    write_lock();
    return fmt::format("member-{:02}: use {}", member, externals_[external].name);
  }
  std::string drop_dependency() {
    const auto member = static_cast<int>(pick(members));
    auto& requests = requests_[member];
    if (requests.size() < 3) return edit_source();
    const auto name = externals_[requests.begin()->first].name;
    requests.erase(requests.begin());
    write_manifest(member);
    write_lock();
    return fmt::format("member-{:02}: do without {}", member, name);
  }
  std::string release() {
    ++releases_;
    write("/Cargo.toml", root());
    write_lock();
    return fmt::format("Release 0.{}.0", releases_);
  }
  std::string tune_profile() {
    ++profile_;
    write("/Cargo.toml", root());
    return "Tune the release profile";
  }
  std::string change_toolchain() {
    ++toolchain_;
    write("/rust-toolchain.toml",
          fmt::format("[toolchain]\nchannel = \"1.{}.0\"\n", 70 + toolchain_));
    return fmt::format("Rust 1.{}", 70 + toolchain_);
  }

  std::mt19937 random_{20260101};
  MemoryTree files_;
  std::vector<External> externals_;
  std::map<int, std::map<std::size_t, std::set<std::string>>> requests_;
  int releases_ = 1;
  int profile_ = 0;
  int toolchain_ = 0;
};

void generate(const std::string& directory, int commits) {
  std::filesystem::remove_all(directory);
  test::RepositoryBuilder builder(directory);
  builder.seconds_between = 5 * 3600;
  Workspace workspace;
  auto last = builder.commit(workspace.files(), "The workspace");
  for (int i = 1; i < commits; ++i) {
    const auto subject = workspace.live();
    last = builder.commit(workspace.files(), subject, {last});
  }
}

}  // namespace

}  // namespace larder::bench

int main(int argc, char** argv) {
  using namespace larder::bench;
  if (argc < 5) {
    fmt::print(stderr, "usage: larder_history ROUNDS LARDER SCRATCH COMMITS...\n");
    return 2;
  }
  fmt::print("{:>8} {:>12} {:>14} {:>12}\n", "commits", "history", "per commit", "memory");
  for (int i = 4; i < argc; ++i) {
    const auto commits = std::atoi(argv[i]);
    const auto directory = fmt::format("{}/history-{}", argv[3], commits);
    generate(directory, commits);
    const auto run = measure({{argv[2], "history", "-n", argv[i], "--", "build", "--release"}},
                             directory, std::atoi(argv[1]))[0];
    if (!run.succeeded) {
      fmt::print(stderr, "history failed in {}\n", directory);
      return 1;
    }
    fmt::print("{:>8} {:>9.0f} ms {:>11.2f} ms {:>8.1f} MiB\n", commits, run.milliseconds,
               run.milliseconds / commits, run.mebibytes);
  }
  return 0;
}
