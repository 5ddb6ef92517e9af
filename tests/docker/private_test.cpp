#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "larder/base/process.hpp"
#include "support/tiny.hpp"

// examples/docker/private.Dockerfile, with a registry that asks for a token and a git server behind
// ssh on this machine.

namespace larder::test {

namespace {

/// tests/docker/private/serve while it lives.
class Servers {
 public:
  Servers() : directory_("servers") {
    const auto command =
        std::string(LARDER_SOURCE_DIRECTORY "/tests/docker/private/serve '") + path() + "'";
    // Its standard input is what ends it, also when this process is killed.
    pipe_ = ::popen(command.c_str(), "we");
    for (int attempt = 0; attempt < 150; ++attempt) {
      if (std::filesystem::exists(directory_ / "ready")) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    FAIL("the servers do not answer: sshd, ssh-keygen, git and python3 are needed; see " << path());
  }
  ~Servers() { ::pclose(pipe_); }
  Servers(const Servers&) = delete;
  Servers& operator=(const Servers&) = delete;

  const std::string& path() const { return directory_.path(); }
  std::string line(const std::string& file) const {
    const auto text = read_file(directory_ / file);
    return text.substr(0, text.find('\n'));
  }

 private:
  TestDirectory directory_;
  FILE* pipe_ = nullptr;
};

/// Lets `app` depend on a package of each server, and writes the lock file anew.
void add_private_dependencies(const Tiny& tiny, const Servers& servers) {
  const auto& sources = tiny.sources();
  std::filesystem::create_directories(sources + "/.cargo");
  write_file(sources + "/.cargo/config.toml",
             "[registries.company]\nindex = \"" + servers.line("index") +
                 "\"\n[registry]\nglobal-credential-providers = [\"cargo:token\"]\n");
  write_file(sources + "/known_hosts", servers.line("known_hosts") + "\n");
  edit_file(sources + "/crates/app/Cargo.toml", "anyhow.workspace = true\n",
            "anyhow.workspace = true\npantry = { git = \"" + servers.line("repository") +
                "\" }\nsauce = { version = \"1\", registry = \"company\" }\n");
  edit_file(sources + "/crates/app/src/main.rs", ".parse()?;",
            ".parse::<u32>()? * (sauce::sauce() * pantry::pantry() - 41);");
  auto environment = test_environment();
  environment.set("CARGO_REGISTRIES_COMPANY_TOKEN", servers.line("token"));
  environment.set("CARGO_NET_GIT_FETCH_WITH_CLI", "true");
  environment.set("GIT_SSH_COMMAND", "ssh -o IdentitiesOnly=yes -i " + servers.path() +
                                         "/key -o UserKnownHostsFile=" + servers.path() +
                                         "/known_hosts");
  const auto run = test::cargo({"generate-lockfile"}, sources, environment);
  INFO(run.errors);
  REQUIRE(run.code() == 0);
}

}  // namespace

TEST_SUITE("private") {
  TEST_CASE("a registry that asks for a token, and git behind ssh") {
    const Servers servers;
    const Tiny tiny;
    add_private_dependencies(tiny, servers);
    auto what = tiny.build("private");
    const Words secret{"--secret", "id=registry-token,src=" + servers.path() + "/token"};
    what.flags = secret + Words{"--ssh", "default=" + servers.path() + "/key", "--network", "host"};
    const auto log = check_example(tiny, what);
    const auto& cook = log.step(cook_step);
    claim(cook.compiled_external().contains("sauce 1.0.0") && cook.says("Compiling pantry"),
          "cook has both packages", part(cook));

    auto look = what;
    look.name = "private-look";
    look.dockerfile = tiny.directory() + "/look.Dockerfile";
    write_file(look.dockerfile, read_file(what.dockerfile) +
                                    R"(
FROM builder AS look
RUN --mount=type=secret,id=registry-token,required \
    if grep -rlFf /run/secrets/registry-token /app /etc /home /root /tmp /usr/local/cargo /var; then exit 1; else test $? = 1; fi \
    && test -s recipe.json && ! ls /root/.ssh && touch /empty
FROM scratch
COPY --from=look /empty /
)");
    const auto looked = build(look);
    claim(looked.succeeded, "the token is neither in the recipe nor in a layer", looked.log.text());
    const auto history = docker_output({"history", "--no-trunc", run_name(what.name)});
    claim(history.find(servers.line("token")) == std::string::npos, "nor in the image's history",
          history);
  }
}

}  // namespace larder::test
