#include "workspace.hpp"

#include <filesystem>

#include "test_images.hpp"

namespace larder::test {

void Workspace::write(const std::string& file, const std::string& text) const {
  const std::filesystem::path whole(path() + "/" + file);
  std::filesystem::create_directories(whole.parent_path());
  write_file(whole, text);
}

void Workspace::add_test() const {
  write("crates/app/tests/new.rs", "#[test]\nfn adds() {\n    assert_eq!(1 + 1, 2);\n}\n");
}

void Workspace::bump_members() const {
  edit("Cargo.toml", "version = \"0.1.0\"", "version = \"0.2.0\"");
  for (const std::string member : {"admin", "app", "shelf"}) {
    edit("Cargo.lock", "name = \"" + member + "\"\nversion = \"0.1.0\"",
         "name = \"" + member + "\"\nversion = \"0.2.0\"");
  }
}

void Workspace::add_member() const {
  write("crates/notes/Cargo.toml", package("notes"));
  write("crates/notes/src/lib.rs", "pub const NOTE: &str = \"noted\";\n");
  edit("crates/app/Cargo.toml", "[dependencies]\n",
       "[dependencies]\nnotes = { path = \"../notes\" }\n");
  edit("Cargo.lock", " \"itoa\",\n \"serde_json\",\n \"shelf\",\n",
       " \"itoa\",\n \"notes\",\n \"serde_json\",\n \"shelf\",\n");
  edit("Cargo.lock", "[[package]]\nname = \"proc-macro2\"\n",
       R"([[package]]
name = "notes"
version = "1.0.0"

[[package]]
name = "proc-macro2"
)");
}

void Workspace::bump_itoa() const {
  edit("Cargo.lock",
       R"(version = "1.0.14"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "d75a2a4b1b190afb6f5425f10f6a8f959d2ea0b9c2b1d79553551850539e4674")",
       R"(version = "1.0.15"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "4a5f13b858c8d314ee3e8f639011f7ccefe71f97f96e50151fb991f267928e2c")");
}

std::string example(const std::string& name) {
  return LARDER_SOURCE_DIRECTORY "/examples/docker/" + name;
}

Build example_build(const std::string& dockerfile, const Workspace& workspace,
                    const std::string& name) {
  const auto images = test_images();
  Build build;
  build.dockerfile = dockerfile;
  build.context = workspace.path();
  build.name = name;
  build.arguments = {{"RUST_IMAGE", images.rust},
                     {"RUNTIME_IMAGE", images.runtime},
                     {"LARDER_IMAGE", images.program}};
  return build;
}

}  // namespace larder::test
