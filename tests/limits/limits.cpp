// Huge and deep inputs: each ends in a result or an `Error`, in bounded memory and on the usual
// stack. One case a process, since the peak of a process never falls:
//
//   larder_limits CASE DIRECTORY

#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/config/cfg.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/glob.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/recipe/recipe.hpp"

namespace {

using namespace larder;

constexpr std::size_t mebi = std::size_t{1} << 20U;
constexpr std::size_t huge_file = 100 * mebi;
constexpr std::size_t deep = 100'000;

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// As much of `text` as the largest file that is read can hold, less what stands around it.
std::string fill(std::string_view text) {
  return repeat(text, (largest_file - 1024) / text.size());
}

std::string regular_lockfile(std::size_t size) {
  std::string out = "version = 4\n";
  out.reserve(size);
  for (int i = 0; out.size() < size; ++i) {
    const auto name = "package-" + std::to_string(i);
    out += "\n[[package]]\nname = \"" + name + "\"\nversion = \"1.0." + std::to_string(i) +
           "\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"" +
           std::string(64, '0') + "\"\ndependencies = [\n \"package-0\",\n \"" + name + "\",\n]\n";
  }
  return out;
}

void load_manifest(const std::string& rest) {
  MemoryTree tree;
  tree.write("/w/src/lib.rs", "");
  tree.write("/w/Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n" + rest);
  (void)cargo::load_workspace(tree, "/w/Cargo.toml", "");
}

void parse_lock(std::string text) {
  (void)cargo::parse_lockfile("/w/Cargo.lock", std::move(text));
}

void read_recipe(const std::string& text) {
  (void)recipe::read("recipe.json", text);
}

void parse_platform(const std::string& text) {
  (void)cargo::parse_platform(text);
}

void glob_in_deep_tree(std::string_view pattern) {
  MemoryTree tree;
  tree.write("/w" + repeat("/a", 50) + "/Cargo.toml", "");
  (void)cargo::glob_paths(tree, pattern);
}

/// A file of that size on disk is refused rather than read.
void expect_refused(const std::string& path) {
  try {
    (void)DiskTree().read(path);
  } catch (const Error& error) {
    if (error.id() == "file-too-large") return;
    throw std::runtime_error("the wrong error: " + error.id());
  }
  throw std::runtime_error("the file was read");
}

void read_huge_file(const std::string& directory) {
  const auto path = directory + "/Cargo.lock";
  const auto part = regular_lockfile(mebi);
  {
    std::ofstream file(path, std::ios::binary);
    for (std::size_t size = 0; size < huge_file; size += part.size()) file << part;
  }
  expect_refused(path);
  std::filesystem::remove(path);
}

struct Case {
  void (*run)(const std::string& directory);
  /// MiB of memory at the peak.
  std::size_t peak = 64;
};

// The bounds leave some room. The last two hold the most values that a file can hold which is read.
const std::map<std::string, Case> cases{
    {"deep-array", {[](auto&) { load_manifest("[x]\na = " + repeat("[", deep)); }}},
    {"deep-array-closed",
     {[](auto&) { load_manifest("[x]\na = " + repeat("[", deep) + repeat("]", deep)); }}},
    {"deep-inline-table", {[](auto&) { load_manifest("[x]\na = " + repeat("{a=", deep)); }}},
    {"deep-dotted-key", {[](auto&) { load_manifest("[x]\na" + repeat(".a", deep) + " = 1\n"); }}},
    {"deep-table-name", {[](auto&) { load_manifest("[a" + repeat(".a", deep) + "]\n"); }}},
    {"deep-cfg-not", {[](auto&) { parse_platform("cfg(" + repeat("not(", deep)); }}},
    {"deep-cfg-all",
     {[](auto&) { parse_platform("cfg(" + repeat("all(", deep) + repeat(")", deep + 1)); }}},
    {"deep-json-array", {[](auto&) { read_recipe(repeat("[", deep) + repeat("]", deep)); }}},
    {"deep-json-object",
     {[](auto&) { read_recipe(repeat("{\"a\":", deep) + "1" + repeat("}", deep)); }}},
    {"deep-glob", {[](auto&) { glob_in_deep_tree(repeat("/**", deep)); }}},
    {"many-globs", {[](auto&) { glob_in_deep_tree(repeat("/**/a", 25)); }}},
    {"many-stars",
     {[](auto&) { (void)cargo::glob_matches(repeat("*a", 50) + "b", repeat("a", 500)); }}},

    {"huge-file", {read_huge_file}},
    {"endless-file", {[](auto&) { expect_refused("/dev/zero"); }}},
    {"huge-lock-regular", {[](auto&) { parse_lock(regular_lockfile(huge_file)); }, 1024}},
    {"huge-lock-garbage", {[](auto&) { parse_lock(repeat("\xff{[", huge_file / 3)); }, 512}},

    {"full-lock", {[](auto&) { parse_lock("x = [" + fill("1,") + "]\n"); }, 1536}},
    {"full-recipe", {[](auto&) { read_recipe("[" + fill("{},") + "1]"); }, 1536}},
};

void limit(int resource, std::size_t bytes) {
  rlimit limits{};
  getrlimit(resource, &limits);
  limits.rlim_cur = bytes;
  if (setrlimit(resource, &limits) != 0) throw std::runtime_error("cannot set a limit");
}

std::size_t peak_in_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) / 1024;
}

int run(const Case& wanted, const std::string& directory) {
  // A blow-up ends this process, not the machine.
  limit(RLIMIT_AS, 3072 * mebi);
  limit(RLIMIT_STACK, 8 * mebi);
  std::string answer = "a result";
  try {
    wanted.run(directory);
  } catch (const Error& error) {
    answer = error.render() + " [" + error.id() + "]";
  }
  const auto peak = peak_in_mebibytes();
  std::printf("%s\npeak: %zu MiB of %zu\n", answer.c_str(), peak, wanted.peak);
  return peak <= wanted.peak ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto wanted = argc == 3 ? cases.find(argv[1]) : cases.end();
  if (wanted == cases.end()) {
    std::puts("usage: larder_limits CASE DIRECTORY");
    return 2;
  }
  try {
    return run(wanted->second, argv[2]);
  } catch (const std::exception& error) {
    std::printf("failed: %s\n", error.what());
    return 1;
  }
}
