#include "larder/driver/jobserver.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "../support/temporary_directory.hpp"

using namespace larder;
using namespace larder::driver;

TEST_CASE("a jobserver has a token for every processor but one") {
  const test::TemporaryDirectory directory;
  Environment environment;
  const NamedJobserver jobserver(directory.path());
  jobserver.offer_to(environment);
  const auto pipe = directory / "jobserver";
  CHECK(environment.get("CARGO_MAKEFLAGS") == "-j --jobserver-auth=fifo:" + pipe);
  const int file = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  REQUIRE(file >= 0);
  std::string tokens(10'000, '\0');
  const auto count = ::read(file, tokens.data(), tokens.size());
  ::close(file);
  const auto processors = static_cast<ssize_t>(std::thread::hardware_concurrency());
  CHECK(count == (processors > 1 ? processors - 1 : -1));
}

TEST_CASE("without a pipe, or with a name that cargo could not read, there is no jobserver") {
  const test::TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "a b");
  for (const auto* name : {"none", "a b"}) {
    Environment environment;
    NamedJobserver(directory / name).offer_to(environment);
    CHECK(environment.variables().empty());
  }
}
