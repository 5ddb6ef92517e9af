#include "larder/base/url.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace larder;

namespace {

struct Row {
  std::string text;
  std::string url;
};

}  // namespace

TEST_CASE("a URL is printed as the url crate prints it") {
  for (const auto& row :
       std::vector<Row>{{"HTTPS://GitHub.com/A/b", "https://github.com/A/b"},
                        {"https://h", "https://h/"},
                        {"https://h?q", "https://h/?q"},
                        {" https://h/\t\n", "https://h/"},
                        {"https://h/a/../b/./c/.", "https://h/b/c/"},
                        {"https://h/%2e%2E/b%2Fc", "https://h/b%2Fc"},
                        {"https://h/..", "https://h/"},
                        {"https://h/a b{}?c'{}#d`", "https://h/a%20b%7B%7D?c%27{}#d%60"},
                        {"https://h//a//b", "https://h//a//b"},
                        {"https:\\\\h\\x", "https://h/x"},
                        {"https:h/x", "https://h/x"},
                        {"https://h:443/", "https://h/"},
                        {"https://h:08443/", "https://h:8443/"},
                        {"https://u:p@h/", "https://u:p@h/"},
                        {"https://a@b:@h/", "https://a%40b@h/"},
                        {"https://127.1/", "https://127.0.0.1/"},
                        {"https://0x7f.017.1/", "https://127.15.0.1/"},
                        {"https://[1:2:0:0:0:0:0:3]/", "https://[1:2::3]/"},
                        {"https://[::ffff:1.2.3.4]/", "https://[::ffff:102:304]/"},
                        {"https://a%62c/", "https://abc/"},
                        {"file:///a//b", "file:///a//b"},
                        {"file:x/../y", "file:///y"},
                        {"file://localhost/x", "file:///x"},
                        {"file://C:/x", "file:///C:/x"},
                        {"ssh://git@Host.XZ:22/~u/x", "ssh://git@Host.XZ:22/~u/x"},
                        {"foo:/a/../../b", "foo:/b"},
                        {"foo:/.//x", "foo:/.//x"},
                        {"foo://h", "foo://h"},
                        {"git+https://h/x", "git+https://h/x"},
                        {"sparse+https://Host/i/", "sparse+https://Host/i/"},
                        {"https://h/\xc3\xa9", "https://h/%C3%A9"}}) {
    CAPTURE(row.text);
    CHECK(normalized_url(row.text).value_or("nothing") == row.url);
  }
}

TEST_CASE("what could be no source of a package is no URL") {
  for (const std::string text : {"",
                                 "../x",
                                 "/x",
                                 "git@github.com:a/b",
                                 "github.com/a/b",
                                 "1:x",
                                 "a_b://x",
                                 "foo:x",
                                 "mailto:a@b",
                                 "https://",
                                 "https://h:65536/",
                                 "https://h:x/",
                                 "https://a b/",
                                 "https://a%00b/",
                                 "https://a^b/",
                                 "https://256.1.1.1/",
                                 "https://1.2.3.4.5/",
                                 "https://08/",
                                 "https://[::1",
                                 "foo://a|b/",
                                 "foo://@/x",
                                 "foo://:1/x"}) {
    CAPTURE(text);
    CHECK_FALSE(normalized_url(text));
  }
}

TEST_CASE("spellings of the same repository have one canonical form") {
  for (const auto& row :
       std::vector<Row>{{"https://h/a/", "https://h/a"},
                        {"https://h/a.git", "https://h/a"},
                        {"https://h/a.git/", "https://h/a"},
                        {"https://h/A", "https://h/A"},
                        {"https://github.com/A/B.git", "https://github.com/a/b"},
                        {"ssh://git@github.com/A/b", "https://git@github.com/a/b"},
                        {"https://h/a.git?x#y", "https://h/a?x#y"},
                        {"https://h/", "https://h/"}}) {
    CAPTURE(row.text);
    CHECK(canonical_url(row.text) == row.url);
  }
}

TEST_CASE("a password is seen before the host only") {
  CHECK(has_password("https://u:p@h/"));
  CHECK_FALSE(has_password("https://u@h:1/"));
  CHECK_FALSE(has_password("https://h/a:b@c"));
}

TEST_CASE("a path as a URL") {
  CHECK(file_url("/a/b") == "file:///a/b");
  CHECK(file_url("/\xc3\xa9") == "file:///%C3%A9");
  CHECK(file_url("/a b/#?%/{^}\\") == "file:///a%20b/%23%3F%25/%7B^%7D%5C");
}

TEST_CASE("a URL with a password or a token is found in a text") {
  for (const std::string text :
       {"https://u:p@h/x", "https://token@h/x", "sparse+https://me@h/", "git+HTTPS://x:y@h/r?rev=1",
        "ssh://me:secret@h/x", "postgres://u:p#w@h/db", "redis://:secret@h", "postgres://u:a@b@h/",
        "-Dx=http://h/ -Dy=http://u:p@h"}) {
    CAPTURE(text);
    CHECK(has_credentials(text));
  }
  for (const std::string text :
       {"", "://", "u:p@h", "https://h/u:p@x", "https://h?u:p@x", "https://git@h/x", "ssh://me@h/x",
        "ssh://git@h:22/x", "postgres://u@h/db", "postgres://u:@h/db", "http://@h/",
        "https://h:1/@"}) {
    CAPTURE(text);
    CHECK_FALSE(has_credentials(text));
  }
}
