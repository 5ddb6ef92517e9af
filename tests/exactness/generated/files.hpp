#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace larder::test {

inline void write_files(const std::map<std::string, std::string>& files,
                        const std::string& directory) {
  for (const auto& [path, text] : files) {
    const auto file = std::filesystem::path(directory) / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
}

}  // namespace larder::test
