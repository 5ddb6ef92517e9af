// Writes a workspace of the corpus to disk, with its manifests and with empty Rust files.
//
// A corpus file is JSON: `files` maps paths to contents, `rust_files` lists the other paths.

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace {

namespace fs = std::filesystem;

nlohmann::json read_corpus_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return nlohmann::json::parse(in);
}

void write_file(const fs::path& path, const std::string& contents) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << contents;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

void materialise(const nlohmann::json& corpus, const fs::path& directory) {
  for (const auto& path : corpus.at("rust_files"))
    write_file(directory / path.get<std::string>(), "");
  for (const auto& [path, contents] : corpus.at("files").items())
    write_file(directory / path, contents.get<std::string>());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: larder_materialise CORPUS.json DIRECTORY\n";
    return 2;
  }
  try {
    materialise(read_corpus_file(argv[1]), argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "larder_materialise: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
