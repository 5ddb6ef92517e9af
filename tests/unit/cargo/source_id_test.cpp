#include "larder/cargo/lockfile/source_id.hpp"

#include <doctest/doctest.h>

#include "larder/cargo/command/package_spec.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"

using namespace larder::cargo;

namespace {

SourceId source(const std::string& text) {
  return SourceId::parse(text, ReferenceEncoding::Percent).value();
}

}  // namespace

// cargo: core/source_id.rs, util/canonical_url.rs
TEST_CASE("a source is its kind, its reference and its canonical URL, not its commit") {
  const auto plain = source("git+https://github.com/O/R#1");
  for (const auto* same : {"git+https://github.com/o/r.git#2", "git+https://github.com/o/r/",
                           "git+ssh://git@github.com/o/r.git"}) {
    CAPTURE(same);
    const bool user = std::string_view(same).find('@') != std::string_view::npos;
    CHECK((source(same) == plain) != user);
  }
  CHECK_FALSE(source("git+https://github.com/o/r#2").is_same_code(plain));
  for (const auto* other :
       {"git+https://github.com/o/r?branch=master#1", "registry+https://github.com/o/r",
        "git+https://github.com/o/r?tag=v1#1", "git+https://h/o/r#1"}) {
    CAPTURE(other);
    CHECK(source(other) != plain);
  }
  CHECK(source("registry+https://h/i") != source("sparse+https://h/i/"));
}

// cargo-util-schemas: core/source_kind.rs
TEST_CASE("registries sort before git, tags before branches before commits before no reference") {
  const std::vector<std::string> sorted{"registry+https://z/i",     "sparse+https://a/i/",
                                        "git+https://z/r?tag=z",    "git+https://a/r?branch=b",
                                        "git+https://z/r?branch=b", "git+https://a/r?rev=a",
                                        "git+https://a/r"};
  for (std::size_t i = 1; i < sorted.size(); ++i) CHECK(source(sorted[i - 1]) < source(sorted[i]));
}

TEST_CASE("a source is written as it was read, in either encoding") {
  const std::string commit(40, 'a');
  const auto encoded = source("git+https://h/r?branch=a%2Fb%23c+%C3%A9%25#" + commit);
  CHECK(encoded.reference().name == "a/b#c \u00e9%");
  CHECK(encoded.text() == "git+https://h/r?branch=a%2Fb%23c+%C3%A9%25#" + commit);
  const auto plain = encoded.text(ReferenceEncoding::Plain);
  CHECK(plain == "git+https://h/r?branch=a/b#c \u00e9%#" + commit);
  CHECK(SourceId::parse(plain, ReferenceEncoding::Plain)->is_same_code(encoded));
  CHECK_FALSE(encoded.is_plain_enough());
  CHECK(source("git+https://h/r?branch=a%2Fb#" + commit).is_plain_enough());
}

TEST_CASE("a reference that ends like a commit, where none follows") {
  for (const std::string name : {"a+b#c", "fix#12", "a#b#deadbee"}) {
    CAPTURE(name);
    const auto plain = SourceId::parse("git+https://h/r?branch=" + name, ReferenceEncoding::Plain);
    CHECK(plain->reference().name == name);
    CHECK(plain->commit().empty());
  }
}

TEST_CASE("a package id with a URL names the package of that source alone") {
  LockedPackage package;
  package.name = "one";
  package.version = parse_version("1.0.0").value();
  package.source = source("git+https://h/r?branch=a%2Fb#12");
  const auto names = [&](const std::string& text) {
    return parse_package_spec(text).value().names(package);
  };
  for (const auto* good : {"one", "one@1", "https://h/r#one", "https://h/r.git#one@1.0.0",
                           "git+https://h/r?branch=a%2Fb#one@1.0.0"}) {
    CAPTURE(good);
    CHECK(names(good));
  }
  for (const auto* bad : {"two", "one@2", "https://h/s#one", "git+https://h/r#one",
                          "git+https://h/r?tag=a%2Fb#one", "registry+https://h/r#one"}) {
    CAPTURE(bad);
    CHECK_FALSE(names(bad));
  }
}
