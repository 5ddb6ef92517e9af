#include "subject.hpp"

namespace larder::lint {

/// Once for a file: what cargo-larder would do that cargo-chef cannot.
void check_chef(const Subject& subject, Findings& findings) {
  for (const auto cook : subject.cooks()) {
    if (subject.call(cook).tool != Tool::Chef) continue;
    findings.add(
        "cargo-chef", Severity::Note, subject.at(cook),
        "with cargo-larder, cook compiles no stubs of your crates, the recipe changes only "
        "when a dependency does, and the build reports what it reused",
        "replace the program and keep this file: docs/migrating-from-cargo-chef.md");
    return;
  }
}

}  // namespace larder::lint
