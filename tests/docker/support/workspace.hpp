#pragma once

#include <string>

#include "../../e2e/support/files.hpp"
#include "docker.hpp"

namespace larder::test {

/// A copy of the sample workspace, to be changed as a developer would.
class Workspace {
 public:
  Workspace() : directory_("workspace") {
    copy_tree(LARDER_SOURCE_DIRECTORY "/examples/docker/sample", path());
  }

  const std::string& path() const { return directory_.path(); }
  void edit(const std::string& file, const std::string& from, const std::string& to) const {
    edit_file(path() + "/" + file, from, to);
  }
  void write(const std::string& file, const std::string& text) const;

  /// What `app` answers.
  void set_greeting(const std::string& from, const std::string& to) const {
    edit("crates/app/src/main.rs", from, to);
  }
  void add_test() const;
  /// As a release does: the version of all members, in manifest and lock file.
  void bump_members() const;
  void add_member() const;
  /// As `cargo update -p itoa` does.
  void bump_itoa() const;

 private:
  TestDirectory directory_;
};

/// A file of examples/docker.
std::string example(const std::string& name);
/// A build of an example over a workspace, with the images of this run.
Build example_build(const std::string& dockerfile, const Workspace& workspace,
                    const std::string& name);

}  // namespace larder::test
