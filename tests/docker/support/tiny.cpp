#include "tiny.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "created_objects.hpp"

namespace larder::test {

Tiny::Tiny(const std::string& subdirectory)
    : directory_("tiny"),
      sources_(subdirectory.empty() ? context() : context() + "/" + subdirectory) {
  std::filesystem::create_directories(sources_);
  copy_tree(LARDER_SOURCE_DIRECTORY "/tests/docker/tiny", sources_);
  // A step over the same sources may be in BuildKit's cache since an earlier run, and says nothing.
  edit_sources();
}

void Tiny::edit_sources() const {
  // Not the same twice: two examples whose steps are alike share them.
  for (const std::string crate : {"app", "shelf"}) {
    const auto file =
        sources_ + "/crates/" + crate + "/src/" + (crate == "app" ? "main" : "lib") + ".rs";
    std::ofstream(file, std::ios::app)
        << "// " << run_name(directory()) << ", edit " << ++edits_ << '\n';
  }
}

Build Tiny::build(const std::string& example_name) const {
  const auto images = test_images();
  Build build;
  build.dockerfile = example(example_name + ".Dockerfile");
  build.context = context();
  build.name = example_name;
  build.mounts = "examples";
  build.arguments = {{"RUST_IMAGE", images.rust},
                     {"RUNTIME_IMAGE", images.runtime},
                     {"LARDER_IMAGE", images.program}};
  return build;
}

Run run_image(const std::string& image, const Words& command) {
  const auto container = run_name("once");
  CreatedObjects::open().add("container", container);
  return docker(Words{"run", "--rm", "--name", container, image} + command);
}

void claim_says(const std::string& image, const std::string& text, const Builder* builder,
                const Words& command) {
  const auto run = builder != nullptr ? builder->run(image) : run_image(image, command);
  claim(run.output.find(text) != std::string::npos, "the image runs and says \"" + text + "\"",
        run.output + run.errors);
}

BuildLog check_example(const Tiny& tiny, const Build& what, const std::string& cook,
                       const std::string& built, const std::function<void()>& before) {
  before();
  const auto first = require_built(what);
  claim(first.step(cook).cached || !first.step(cook).compiled_external().empty(),
        "cook compiles the dependencies", part(first.step(cook)));
  claim(first.step(built).compiled_external().empty(), "the build compiles none of them again",
        part(first.step(built)));
  tiny.edit_sources();
  before();
  const auto second = require_built(what);
  claim(second.step(cook).cached, "a source edit leaves the cook step CACHED",
        part(second.step(cook)));
  claim(second.step(built).compiled_local().size() ==
            2 + (second.text().find("--bin admin") != std::string::npos),
        "what was edited is built", part(second.step(built)));
  claim(second.step(built).compiled_external().empty(), "0 external crates are compiled",
        part(second.step(built)));
  claim_says(run_name(what.name), "app: 42 jars", what.builder);
  return first;
}

}  // namespace larder::test
