#include "docker.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <thread>

#include "claim.hpp"
#include "created_objects.hpp"
#include "test_images.hpp"

extern char** environ;

namespace larder::test {

namespace {

Environment environment_of_docker() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string::npos)
      environment.set(text.substr(0, equals), text.substr(equals + 1));
  }
  environment.set("DOCKER_BUILDKIT", "1");
  return environment;
}

Run run_client(const std::string& client, const Words& arguments) {
  return run_in("/", Words{client} + arguments, environment_of_docker());
}

/// The client on PATH may lack the plugin that BuildKit needs since Docker 23, where the
/// distribution's own has BuildKit built in. LARDER_DOCKER names another one.
std::string find_client() {
  const char* named = std::getenv("LARDER_DOCKER");
  for (const std::string client : {named == nullptr ? "docker" : named, "/usr/bin/docker"}) {
    const auto help = run_client(client, {"build", "--help"});
    if (help.code() == 0 && help.output.find("--progress") != std::string::npos) return client;
  }
  return "";
}

const std::string& client() {
  static const std::string found = find_client();
  return found;
}

/// The time as docker writes it, in whole seconds.
std::string now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

/// What a server says to one request; empty when it does not listen (yet).
std::string ask(const std::string& host, int port) {
  const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection < 0) return "";
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  std::string answer;
  const std::string request = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
  const timeval patience{5, 0};
  ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  // NOLINTNEXTLINE(*-reinterpret-cast): how the interface wants it
  if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(connection, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
    std::array<char, 4096> part{};
    for (ssize_t count = 1; count > 0;) {
      count = ::recv(connection, part.data(), part.size(), 0);
      if (count > 0) answer.append(part.data(), static_cast<std::size_t>(count));
    }
  }
  ::close(connection);
  return answer;
}

}  // namespace

std::string what_is_missing() {
  if (run_client("docker", {"--version"}).code() != 0 && client().empty())
    return "docker is not installed";
  if (client().empty()) return "docker's client has no BuildKit (install its buildx plugin)";
  const auto info = docker({"info", "--format", "{{.ServerVersion}}"});
  if (info.code() != 0) return "docker's daemon does not answer: " + info.errors;
  const bool has_base = std::getenv("LARDER_DOCKER_BASE") != nullptr;
  const auto debootstrap = run_client("sh", {"-c", "command -v debootstrap"});
  if (!has_base && debootstrap.code() != 0) return "debootstrap is not installed";
  return "";
}

Environment docker_environment() {
  auto environment = environment_of_docker();
  const auto slash = client().rfind('/');
  if (slash == std::string::npos) return environment;
  environment.set("PATH", client().substr(0, slash) + ":" + environment.get("PATH").value_or(""));
  return environment;
}

Run docker(const Words& arguments) {
  return run_client(client(), arguments);
}

Run docker_within(int seconds, const Words& arguments) {
  return run_client("timeout", Words{std::to_string(seconds), client()} + arguments);
}

std::string docker_output(const Words& arguments) {
  const auto run = docker(arguments);
  if (run.code() != 0) {
    throw std::runtime_error("docker " + joined(arguments) + " failed:\n" + run.errors);
  }
  return run.output.substr(0, run.output.find_last_not_of('\n') + 1);
}

std::string run_name(const std::string& name) {
  return "larder-test-" + CreatedObjects::open().last("run") + "-" + name;
}

Built build(const Build& build) {
  if (build.builder != nullptr) return build.builder->build(build);
  // Once a signal has ended a build, what would follow is no result.
  static bool was_interrupted = false;
  if (was_interrupted) throw std::runtime_error("interrupted");
  const auto created = CreatedObjects::open();
  Built built;
  built.image = run_name(build.name);
  created.add("image", built.image);
  auto arguments = build.arguments;
  arguments["BUILDKIT_CACHE_MOUNT_NS"] = run_name(build.mounts);
  Words words{"build", "--progress=plain", "-t", built.image, "-f", build.dockerfile};
  for (const auto& [name, value] : arguments)
    words = words + Words{"--build-arg", name + "=" + value};
  created.add("began", now());
  const auto run = docker(words + build.flags + Words{build.context});
  created.add("ended", now());
  built.succeeded = run.code() == 0;
  built.log = BuildLog(run.output + run.errors);
  for (const auto& step : built.log.steps()) {
    if (step.instruction.starts_with("RUN ")) created.add("step", step.instruction);
  }
  was_interrupted = run.signal() != 0 || run.code() == 130 ||
                    built.log.text().find("context canceled") != std::string::npos;
  if (was_interrupted) throw std::runtime_error("interrupted");
  return built;
}

std::string answer_of(const std::string& image, int port) {
  static int number = 0;
  const auto container = run_name("service-" + std::to_string(++number));
  CreatedObjects::open().add("container", container);
  docker_output({"run", "--detach", "--name", container, "--publish",
                 "127.0.0.1::" + std::to_string(port), image});
  std::string answer;
  const auto published = docker({"port", container, std::to_string(port)}).output;
  const auto colon = published.rfind(':');
  for (int attempt = 0; attempt < 100 && answer.empty() && colon != std::string::npos; ++attempt) {
    answer = ask("127.0.0.1", std::stoi(published.substr(colon + 1)));
    if (answer.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  const auto said = docker({"logs", container});
  docker({"rm", "--force", container});
  if (answer.empty()) {
    throw std::runtime_error("no answer from " + image + ":\n" + said.output + said.errors);
  }
  const auto body = answer.find("\r\n\r\n");
  return body == std::string::npos ? answer : answer.substr(body + 4);
}

}  // namespace larder::test
