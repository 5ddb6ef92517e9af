#include "evidence.hpp"

#include <doctest/doctest.h>

#include "created_objects.hpp"

namespace larder::test {

std::string part(const Step& step) {
  std::string out = step.instruction + (step.cached ? "\nCACHED" : "");
  for (const auto& line : step.lines) out += "\n" + line;
  return out;
}

std::string listed(const std::set<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out.empty() ? "none" : out;
}

BuildLog require_built(const Build& what) {
  const auto built = build(what);
  INFO(built.log.text());
  REQUIRE(built.succeeded);
  return built.log;
}

std::string with_stages(const std::string& dockerfile, const Workspace& workspace,
                        const std::string& name, const std::string& stages) {
  auto path = workspace.path() + "-" + name + ".Dockerfile";
  write_file(path, read_file(dockerfile) + "\n" + stages);
  return path;
}

Contents contents(const std::string& image, const std::string& text) {
  const auto container = run_name("contents");
  CreatedObjects::open().add("container", container);
  const TestDirectory directory("contents");
  const auto archive = directory / "image.tar";
  docker_output({"create", "--name", container, image});
  docker_output({"export", "--output", archive, container});
  docker_output({"rm", container});
  const auto list = capture_process({{"tar", "-tf", archive}, "/", test_environment()});
  return {list.output, read_file(archive).find(text) != std::string::npos};
}

}  // namespace larder::test
