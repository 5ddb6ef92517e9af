#include "sample_tree.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "larder/base/path.hpp"
#include "larder/cargo/command/command_line.hpp"

namespace larder::test {

namespace fs = std::filesystem;

namespace {

std::string contents_of(const MemoryTree& tree, const std::string& path) {
  auto text = tree.read(path);
  if (!text) throw std::logic_error("the sample has no file " + path);
  return *text;
}

std::size_t replace_in(std::string& text, std::string_view from, std::string_view to) {
  std::size_t count = 0;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    ++count;
  }
  return count;
}

}  // namespace

MemoryTree load_directory(const std::string& directory, const std::string& root) {
  MemoryTree tree;
  for (auto entry = fs::recursive_directory_iterator(directory);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && entry->path().filename() == "target") {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      std::ifstream file(entry->path(), std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(file), {}};
      tree.write(path::join(root, fs::relative(entry->path(), directory).generic_string()),
                 std::move(text));
    }
  }
  if (tree.files().empty()) throw std::logic_error("no sample in " + directory);
  return tree;
}

void replace_all(MemoryTree& tree, const std::string& path, std::string_view from,
                 std::string_view to) {
  auto text = contents_of(tree, path);
  if (replace_in(text, from, to) == 0)
    throw std::logic_error(fmt::format("{} does not contain: {}", path, from));
  tree.write(path, std::move(text));
}

void replace(MemoryTree& tree, const std::string& path, std::string_view from,
             std::string_view to) {
  auto text = contents_of(tree, path);
  if (replace_in(text, from, to) != 1)
    throw std::logic_error(fmt::format("{} does not contain once: {}", path, from));
  tree.write(path, std::move(text));
}

void append(MemoryTree& tree, const std::string& path, std::string_view text) {
  tree.write(path, contents_of(tree, path).append(text));
}

Change replacing(const std::string& path, const std::string& from, const std::string& to) {
  return [=](MemoryTree& tree) { replace(tree, path, from, to); };
}

Change appending(const std::string& path, const std::string& text) {
  return [=](MemoryTree& tree) { append(tree, path, text); };
}

void add_file(MemoryTree& tree, const std::string& path, std::string contents) {
  if (tree.is_file(path)) throw std::logic_error("the sample already has " + path);
  tree.write(path, std::move(contents));
}

void move_directory(MemoryTree& tree, const std::string& from, const std::string& to) {
  const auto files = tree.files();
  bool moved = false;
  for (const auto& [path, contents] : files) {
    if (!path::is_within(path, from)) continue;
    tree.remove(path);
    tree.write(path::join(to, path::relative(path, from)), contents);
    moved = true;
  }
  if (!moved) throw std::logic_error("the sample has no directory " + from);
}

void lock_edge(MemoryTree& tree, const std::string& lock, const std::string& dependent,
               const std::string& dependency) {
  const auto text = contents_of(tree, lock);
  const auto package = text.find(fmt::format("name = \"{}\"\n", dependent));
  if (package == std::string::npos) throw std::logic_error(lock + " has no " + dependent);
  const std::string_view list = "dependencies = [\n";
  const auto at = text.find(list, package);
  if (at == std::string::npos || at > text.find("[[package]]", package))
    throw std::logic_error(dependent + " has no dependencies in " + lock);
  auto edited = text;
  edited.insert(at + list.size(), fmt::format(" \"{}\",\n", dependency));
  tree.write(lock, std::move(edited));
}

void lock_dependency(MemoryTree& tree, const std::string& lock, const std::string& dependent,
                     const std::string& name, const std::string& version) {
  append(tree, lock,
         fmt::format(R"(
[[package]]
name = "{}"
version = "{}"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "{:064x}"
)",
                     name, version, 7));
  lock_edge(tree, lock, dependent, name);
}

recipe::DeriveRequest request_for(const std::string& directory, std::string_view command) {
  if (command.empty()) return {directory, "", {}};
  return {directory, "", {{"", cargo::split_command(command)}}};
}

recipe::Recipe derive(const SourceTree& tree, const std::string& directory,
                      std::string_view command) {
  return recipe::derive(tree, {directory, "", {{"", cargo::split_command(command)}}});
}

recipe::Recipe derive_open(const SourceTree& tree, const std::string& directory,
                           const std::string& bin) {
  auto request = request_for(directory, "");
  request.open = true;
  request.bin = bin;
  return recipe::derive(tree, request);
}

recipe::Recipe derive_later(const recipe::Recipe& open, std::string_view command) {
  const auto read = recipe::read("recipe.json", recipe::write(open));
  return recipe::derive_from(read, request_for("/elsewhere", command));
}

std::string recipe_bytes(const SourceTree& tree, const std::string& directory,
                         std::string_view command) {
  return recipe::write(derive(tree, directory, command));
}

std::string first_difference(const std::string& before, const std::string& after) {
  std::istringstream left(before);
  std::istringstream right(after);
  for (int number = 1;; ++number) {
    std::string a;
    std::string b;
    const bool has_a = static_cast<bool>(std::getline(left, a));
    const bool has_b = static_cast<bool>(std::getline(right, b));
    if (!has_a && !has_b) return "";
    if (a != b || has_a != has_b)
      return fmt::format("line {}\n  before: {}\n  after:  {}", number, a, b);
  }
}

Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("an error was expected, but there was none");
}

}  // namespace larder::test
