#include "corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::test {

using nlohmann::json;

namespace {

/// Paths as a corpus file has them: as seen from the workspace root.
json relative(const json& path, const std::string& root) {
  return path::relative(path::normalize(path.get<std::string>()), root);
}

json target_in_corpus_form(const json& target, const std::string& package_directory) {
  auto out = target;
  out["src"] = relative(target.at("src_path"), package_directory);
  out.erase("src_path");
  if (!out.contains("required-features")) out["required-features"] = nullptr;
  return out;
}

json package_in_corpus_form(const json& package, const std::string& root) {
  const auto directory = path::parent(package.at("manifest_path").get<std::string>());
  json out;
  for (const auto* key : {"name", "version", "edition", "links", "rust_version", "features"})
    out[key] = package.at(key);
  out["manifest"] = relative(package.at("manifest_path"), root);
  out["targets"] = json::array();
  for (const auto& target : package.at("targets"))
    out["targets"].push_back(target_in_corpus_form(target, directory));
  out["deps"] = json::array();
  for (auto dependency : package.at("dependencies")) {
    if (dependency.contains("path")) dependency["path"] = relative(dependency["path"], root);
    out["deps"].push_back(dependency);
  }
  return out;
}

/// Sorted directories of packages by their ids.
json directories(const json& ids, const std::map<std::string, std::string>& by_id) {
  std::vector<std::string> out;
  for (const auto& id : ids) out.push_back(by_id.at(id));
  std::sort(out.begin(), out.end());
  return out;
}

Repository read_repository(const std::string& name, const std::string& text) {
  const auto document = nlohmann::json::parse(text);
  Repository out;
  out.name = name;
  for (const auto& [path, contents] : document.at("files").items())
    out.tree.write(path::join(root_directory, path), contents.get<std::string>());
  for (const auto& path : document.at("rust_files"))
    out.tree.write(path::join(root_directory, path.get<std::string>()), "");
  for (const auto& workspace : document.at("workspaces")) out.workspaces.push_back(workspace);
  for (const auto& entry : document.at("rejected")) {
    std::string words;
    for (const auto& line : entry.at("cargo_says")) words += line.get<std::string>() + "\n";
    out.rejected.push_back({entry.at("manifest"), std::move(words)});
  }
  return out;
}

}  // namespace

void sort_packages(json& workspace) {
  auto& packages = workspace.at("packages");
  std::sort(packages.begin(), packages.end(),
            [](const json& a, const json& b) { return a.at("manifest") < b.at("manifest"); });
}

json in_corpus_form(const json& metadata) {
  const auto root = metadata.at("workspace_root").get<std::string>();
  std::map<std::string, std::string> by_id;
  json out;
  out["packages"] = json::array();
  for (const auto& package : metadata.at("packages")) {
    auto found = package_in_corpus_form(package, root);
    const auto directory = path::parent(found.at("manifest").get<std::string>());
    by_id[package.at("id")] = directory.empty() ? "." : directory;
    out["packages"].push_back(std::move(found));
  }
  sort_packages(out);
  out["members"] = directories(metadata.at("workspace_members"), by_id);
  out["default_members"] = directories(metadata.at("workspace_default_members"), by_id);
  return out;
}

std::vector<Repository> read_corpus(const std::string& directory) {
  const DiskTree disk;
  std::vector<Repository> out;
  for (const auto& entry : disk.list(directory)) {
    if (!entry.name.ends_with(".json")) continue;
    const auto file = path::join(directory, entry.name);
    try {
      out.push_back(read_repository(entry.name.substr(0, entry.name.size() - 5),
                                    disk.read(file).value_or("")));
    } catch (const nlohmann::json::exception& error) {
      throw Error("corpus-invalid", error.what()).in_file(file);
    }
  }
  if (out.empty()) throw Error("corpus-missing", "there are no corpus files").in_file(directory);
  return out;
}

void lay_out(const Repository& repository, const std::string& directory) {
  std::filesystem::remove_all(directory);
  for (const auto& [file, text] : repository.tree.files())
    write_new_file(path::join(directory, path::relative(file, root_directory)), text);
}

int run_on_corpus(int argc, char** argv,
                  const std::function<int(const std::string&, std::size_t)>& run) {
  const char* variable = std::getenv("LARDER_CORPUS_DIR");
  std::string corpus = variable == nullptr ? "" : variable;
  if (argc > 1 && argv[1] != std::string("-")) corpus = argv[1];
  const std::size_t every = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1;
  if (every == 0) return 2;
  if (corpus.empty()) {
    constexpr int skipped = 77;
    fmt::print("skipped: name a directory of corpus files, or set LARDER_CORPUS_DIR\n");
    return skipped;
  }
  try {
    return run(corpus, every);
  } catch (const std::exception& error) {
    const auto* own = dynamic_cast<const Error*>(&error);
    fmt::print(stderr, "error: {}\n", own == nullptr ? error.what() : own->render());
    return 1;
  }
}

}  // namespace larder::test
