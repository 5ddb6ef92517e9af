#include "larder/driver/fingerprints.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace larder::driver;

TEST_CASE("a fingerprint without the values of variables") {
  // As cargo 1.95 writes it for a build script that asks for two variables; shortened.
  const auto fingerprint = [](const std::string& token) {
    return R"({"rustc":1,"local":[{"RerunIfChanged":{"output":"o","paths":["build.rs"]}},)"
           R"({"RerunIfEnvChanged":{"var":"TOKEN","val":)" +
           token + R"(}},{"RerunIfEnvChanged":{"var":"CC","val":null}}],"config":0})";
  };
  CHECK(without_values(fingerprint("\"secret\"")) == fingerprint("null"));
  // What is no such document has nothing to keep.
  CHECK(without_values("secret") == "{}");
}
