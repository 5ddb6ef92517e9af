// Makes a corpus file of a directory: its manifests, lock files and configs, the names of its Rust
// files, and what the cargo of this machine says of every workspace in it.
//
//   larder_make_corpus DIRECTORY >NAME.json

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "corpus.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Maker {
 public:
  explicit Maker(std::string root) : root_(std::move(root)) {
    for (const auto* name : {"PATH", "HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"}) {
      if (const char* value = std::getenv(name)) environment_.set(name, value);
    }
    // Nothing of this machine's own config.
    environment_.set("CARGO_HOME", path::join(root_, "no-cargo-home"));
  }

  json make() {
    json out = {{"repository", path::file_name(root_)},
                {"files", json::object()},
                {"rust_files", json::array()},
                {"workspaces", json::array()},
                {"rejected", json::array()}};
    for (const auto& file : files()) add_file(file, out);
    return out;
  }

 private:
  /// As seen from the root, sorted.
  std::set<std::string> files() const {
    std::set<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      if (entry.is_regular_file()) out.insert(path::relative(entry.path().string(), root_));
    }
    return out;
  }

  void add_file(const std::string& file, json& out) {
    if (file.ends_with(".rs")) {
      out["rust_files"].push_back(file);
    } else {
      out["files"][file] = read_file(path::join(root_, file)).value_or("");
      if (path::file_name(file) == "Cargo.toml") ask_cargo(file, out);
    }
  }

  void ask_cargo(const std::string& manifest, json& out) {
    const auto directory = path::parent(path::join(root_, manifest));
    const auto run = capture_process(
        {{"cargo", "metadata", "--no-deps", "--format-version", "1"}, directory, environment_});
    if (!succeeded(run.status)) {
      out["rejected"].push_back({{"manifest", manifest}, {"cargo_says", lines_of(run.errors)}});
      return;
    }
    const auto metadata = json::parse(run.output);
    const auto workspace_root = metadata.at("workspace_root").get<std::string>();
    if (workspace_root != directory) return;  // a member: its root is asked as well
    auto workspace = in_corpus_form(metadata);
    workspace["root"] = path::relative(workspace_root, root_);
    out["workspaces"].push_back(std::move(workspace));
  }

  /// Without empty lines, and without the place of the directory.
  json lines_of(const std::string& text) const {
    json out = json::array();
    std::size_t start = 0;
    while (start < text.size()) {
      const auto end = std::min(text.find('\n', start), text.size());
      auto line = text.substr(start, end - start);
      start = end + 1;
      const auto prefix = root_ + "/";
      for (auto at = line.find(prefix); at != std::string::npos; at = line.find(prefix))
        line.erase(at, prefix.size());
      if (!line.empty() && !line.starts_with("warning")) out.push_back(line);
    }
    return out;
  }

  std::string root_;
  Environment environment_;
};

}  // namespace

}  // namespace larder::test

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: larder_make_corpus DIRECTORY >NAME.json\n");
    return 2;
  }
  try {
    const auto root = std::filesystem::canonical(argv[1]).string();
    fmt::print("{}\n", larder::test::Maker(root).make().dump(1));
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
