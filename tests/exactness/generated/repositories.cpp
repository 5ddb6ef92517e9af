#include "repositories.hpp"

#include <filesystem>
#include <stdexcept>

#include "files.hpp"
#include "larder/base/digest.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"
#include "written.hpp"

// Repositories are written by `git fast-import`, in one go, with fixed dates.

namespace larder::test {

namespace {

std::map<std::string, std::string> files_below(const std::map<std::string, std::string>& files,
                                               const std::string& directory) {
  std::map<std::string, std::string> out;
  if (directory.empty()) return out;
  for (const auto& [path, text] : files) {
    if (path.starts_with(directory + "/")) out.emplace(path.substr(directory.size() + 1), text);
  }
  return out;
}

class RepositoryWriter {
 public:
  RepositoryWriter(const Cargo& cargo, WorkspaceSketch& workspace, std::size_t index)
      : workspace_(workspace),
        index_(index),
        directory_(path::join(workspace.base, "repositories/" + sketch().name)),
        environment_(cargo.environment()) {
    environment_.set("GIT_CONFIG_GLOBAL", "/dev/null");
    environment_.set("GIT_CONFIG_SYSTEM", "/dev/null");
  }

  void create() {
    create_directory();
    commit("refs/heads/trunk", version_of("", "trunk"));
    for (std::size_t i = 0; i < sketch().references.size(); ++i) {
      const auto& reference = sketch().references[i];
      if (reference.kind == "branch" && reference.name != "trunk")
        commit("refs/heads/" + reference.name, reference.patch_version);
      if (reference.kind == "tag") commit("refs/tags/" + reference.name, reference.patch_version);
      if (reference.kind != "rev") continue;
      // A commit without a name is below a branch that nobody names.
      const bool named = !reference.name.empty();
      commit(named ? reference.name : "refs/heads/hidden", reference.patch_version);
      if (!named) stream_ += "get-mark :" + std::to_string(commits_) + "\n";
    }
    const auto id = import();
    for (auto& reference : workspace_.repositories[index_].references) {
      if (reference.kind == "rev" && reference.name.empty()) reference.name = id.substr(0, 40);
    }
  }

  void move_on() {
    constexpr std::size_t newer = 9;
    commit("refs/heads/trunk", newer);
    for (const auto& reference : sketch().references) {
      if (reference.kind == "branch" && reference.name != "trunk")
        commit("refs/heads/" + reference.name, newer);
    }
    import();
  }

 private:
  /// Another repository for the same one.
  RepositoryWriter(const RepositoryWriter& other, std::string directory)
      : workspace_(other.workspace_),
        index_(other.index_),
        directory_(std::move(directory)),
        environment_(other.environment_) {}

  const RepositorySketch& sketch() const { return workspace_.repositories[index_]; }

  /// Of the branch that HEAD is, which may be named as well.
  std::size_t version_of(const std::string& kind, const std::string& name) const {
    std::size_t out = 0;
    for (const auto& reference : sketch().references) {
      if (reference.kind == kind || (reference.kind == "branch" && reference.name == name))
        out = reference.patch_version;
    }
    return out;
  }

  void data(const std::string& text) {
    stream_ += "data " + std::to_string(text.size()) + "\n" + text + "\n";
  }

  void create_directory() const {
    std::filesystem::create_directories(directory_);
    git("git init --quiet --bare --initial-branch=trunk .");
  }

  void start_commit(const std::string& name, std::size_t patch_version) {
    stream_ += "commit " + name + "\nmark :" + std::to_string(++commits_) +
               "\ncommitter Forge <forge@example.com> 17000000" +
               std::to_string(10 + patch_version) + " +0000\n";
    data(name);
    stream_ += "deleteall\n";
  }

  void commit(const std::string& name, std::size_t patch_version) {
    start_commit(name, patch_version);
    const auto files = repository_files(workspace_, index_, patch_version);
    const auto inner = files_below(files, sketch().submodule);
    for (const auto& [path, text] : files) {
      if (inner.empty() || !path.starts_with(sketch().submodule + "/")) add_file(path, text);
    }
    if (!inner.empty()) add_submodule(inner);
  }

  void add_file(const std::string& path, const std::string& text) {
    stream_ += "M 100644 inline " + path + "\n";
    data(text);
  }

  void add_submodule(const std::map<std::string, std::string>& files) {
    const auto name = sketch().name + "-parts";
    const auto beside = path::join(path::parent(directory_), name);
    const auto url = sketch().submodule_is_relative ? "../" + name : "file://" + beside;
    add_file(".gitmodules",
             "[submodule \"parts\"]\n\tpath = " + sketch().submodule + "\n\turl = " + url + "\n");
    stream_ += "M 160000 " + submodule_commit(beside, files) + " " + sketch().submodule + "\n";
  }

  /// The same files are the same commit.
  std::string submodule_commit(const std::string& directory,
                               const std::map<std::string, std::string>& files) const {
    std::string all;
    for (const auto& [path, text] : files) all += path + "\n" + text;
    RepositoryWriter writer(*this, directory);
    writer.create_directory();
    writer.start_commit("refs/heads/" + digest(all), 0);
    for (const auto& [path, text] : files) writer.add_file(path, text);
    writer.stream_ += "get-mark :1\n";
    return writer.import().substr(0, 40);
  }

  std::string import() {
    write_files({{"import", stream_}}, directory_);
    // A branch may go on with a commit that does not descend from it.
    return git("git fast-import --quiet --force <import && rm import");
  }

  std::string git(const std::string& command) const {
    const auto run = capture_process({{"sh", "-c", command}, directory_, environment_});
    if (!succeeded(run.status)) throw std::runtime_error(command + ": " + run.errors);
    return run.output;
  }

  WorkspaceSketch& workspace_;
  std::size_t index_;
  std::string directory_;
  Environment environment_;
  std::string stream_;
  std::size_t commits_ = 0;
};

}  // namespace

void write_repositories(const Cargo& cargo, WorkspaceSketch& workspace) {
  for (std::size_t i = 0; i < workspace.repositories.size(); ++i)
    RepositoryWriter(cargo, workspace, i).create();
}

void move_repositories_on(const Cargo& cargo, WorkspaceSketch& workspace) {
  for (std::size_t i = 0; i < workspace.repositories.size(); ++i) {
    if (workspace.repositories[i].moves_on) RepositoryWriter(cargo, workspace, i).move_on();
  }
}

}  // namespace larder::test
