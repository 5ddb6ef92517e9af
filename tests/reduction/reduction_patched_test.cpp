#include <doctest/doctest.h>

#include "larder/base/path.hpp"
#include "tiny_workspace.hpp"

// Local packages that external ones depend on, by [patch] to a path: they are compiled with the
// external ones, so the recipe has their files.

namespace larder::test {

namespace {

MemoryTree patched(const std::string& root = "", const std::string& manifest = "",
                   const std::string& directory = "pat") {
  auto tree = tiny_workspace({"a 1.0.0: pat", "b", "d"});
  lock_packages(tree, {"pat 0.1.0: b d"});
  add_package(tree, "app", "[dependencies]\na = \"1\"\n", {"src/main.rs"});
  add_package(tree, directory,
              manifest + "[dependencies]\nb = \"1\"\n\n[dev-dependencies]\nd = \"1\"\n",
              {"src/lib.rs", "data/table.bin", ".env", "target/junk", "nested/src/lib.rs"});
  add_file(tree, path::join(path::join("/w", directory), "nested/Cargo.toml"),
           "[package]\nname = \"nested\"\n");
  add_file(tree, "/w/Cargo.toml",
           "[workspace]\nmembers = [\"app\"]\n" + root + "\n[patch.crates-io]\npat = { path = \"" +
               directory + "\" }\n");
  return tree;
}

std::string paths(const recipe::Recipe& recipe) {
  std::string out;
  for (const auto& source : recipe.sources) out += (out.empty() ? "" : " ") + source.path;
  return out;
}

void check_refused(const MemoryTree& tree, const std::string& command, const std::string& part) {
  const auto error = error_of([&] { derive(tree, "/w", command); });
  CHECK(error.id() == "unsupported");
  CAPTURE(error.message());
  CHECK(error.message().find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("a target specification is in the recipe, and is no file of a package") {
  auto tree = patched();
  add_file(tree, "/w/conf/board.json", R"({"arch": "arm"})");
  const auto recipe = derive(tree, "/w", "build -p app --target conf/board.json");
  CHECK(paths(recipe) == "conf/board.json pat/Cargo.toml pat/data/table.bin pat/src/lib.rs");
  CHECK(recipe.sources_of(recipe::SourceKind::TargetSpecification).size() == 1);
  CHECK(recipe.sources_of(recipe::SourceKind::TargetSpecification).at(0).contents ==
        R"({"arch": "arm"})");
  CHECK(recipe.sources_of(recipe::SourceKind::Package).size() == 3);
  tree.write("/w/conf/board.json", R"({"arch": "avr"})");
  CHECK(derive(tree, "/w", "build -p app --target conf/board.json") != recipe);
}

TEST_CASE("the files of a patched package are in the recipe, where they lie in the workspace") {
  const auto recipe = derive(patched(), "/w", "build -p app");
  CHECK(paths(recipe) == "pat/Cargo.toml pat/data/table.bin pat/src/lib.rs");
  const auto& manifest = recipe.sources.at(0).contents;
  CHECK(manifest.find("dev-dependencies") == std::string::npos);
  CHECK(manifest.find("[dependencies]") != std::string::npos);

  const SkeletonView skeleton(recipe.commands.at(0).skeleton);
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "dependencies") == "a");
  CHECK(skeleton.has_line("", "exclude = [\"pat\"]"));
  CHECK(skeleton.has_line("", "path = \"pat\""));
  const auto& lock = skeleton.skeleton().lock_file;
  CHECK(lock.find("name = \"pat\"") != std::string::npos);
  CHECK(lock.find("name = \"b\"") != std::string::npos);
  CHECK(lock.find("name = \"d\"") == std::string::npos);
}

TEST_CASE("whether it is compiled incrementally counts for a patched package alone") {
  const std::string profile = "\n[profile.dev]\nincremental = false\n";
  for (const bool is_needed : {true, false}) {
    CAPTURE(is_needed);
    auto tree = patched();
    append(tree, "/w/Cargo.toml", profile);
    add_file(tree, "/w/.cargo/config.toml", "[build]\nincremental = false\n" + profile);
    if (!is_needed) replace(tree, "/w/app/Cargo.toml", "a = \"1\"", "b = \"1\"");
    const auto recipe = derive(tree, "/w", "build -p app");
    const SkeletonView skeleton(recipe.commands.at(0).skeleton);
    CHECK(skeleton.has_line("", "incremental = false") == is_needed);
    CHECK(skeleton.skeleton().config_file.has_value() == is_needed);
  }
}

TEST_CASE("a patched package that no external one needs is local like any other") {
  auto tree = patched();
  replace(tree, "/w/app/Cargo.toml", "a = \"1\"", "pat = \"0.1\"");
  const auto recipe = derive(tree, "/w", "build");
  CHECK(recipe.sources.empty());
  CHECK(SkeletonView(recipe.commands.at(0).skeleton).table("root", "dependencies") == "b");
}

TEST_CASE("a member stays a member, and what it inherits stands in the root") {
  auto tree =
      patched("resolver = \"2\"\n\n[workspace.package]\ndescription = \"d\"\nlicense = \"MIT\"\n",
              "description.workspace = true\n\n");
  replace(tree, "/w/Cargo.toml", "members = [\"app\"]", R"(members = ["app", "pat"])");
  const SkeletonView skeleton(derive(tree, "/w", "build -p app").commands.at(0).skeleton);
  CHECK(skeleton.has_line("", R"(members = ["features", "pat", "root"])"));
  CHECK(skeleton.has_line("", R"(default-members = ["features", "root"])"));
  CHECK(skeleton.has_line("", "[workspace.package]"));
  CHECK(skeleton.has_line("", "description = \"d\""));
  CHECK_FALSE(skeleton.has_line("", "license = \"MIT\""));
}

TEST_CASE("what a package of another workspace inherits is written out in its manifest") {
  auto tree = patched();
  replace(tree, "/w/Cargo.toml", "pat = { path = \"pat\" }", "pat = { path = \"fork/pat\" }");
  replace(tree, "/w/Cargo.toml", "members = [\"app\"]",
          "members = [\"app\"]\nexclude = [\"fork\"]");
  add_file(tree, "/w/fork/Cargo.toml",
           R"([workspace]
members = ["pat"]

[workspace.package]
version = "0.1.0"
readme = "README.md"

[workspace.dependencies]
b = { version = "1", features = ["x"], default-features = false }

[workspace.lints.rust]
unused = "allow"
)");
  add_file(tree, "/w/fork/pat/Cargo.toml",
           R"([package]
name = "pat"
version.workspace = true
readme.workspace = true

[lints]
workspace = true

[dependencies]
b = { workspace = true, features = ["y"], optional = true }

[dev-dependencies]
b.workspace = true
)");
  add_file(tree, "/w/fork/pat/src/lib.rs", "");
  const auto recipe = derive(tree, "/w", "build -p app");
  CHECK(paths(recipe) == "fork/pat/Cargo.toml fork/pat/src/lib.rs");
  CHECK(recipe.sources.at(0).contents ==
        R"([dependencies.b]
default-features = false
features = ["x", "y"]
optional = true
version = "1"

[lints.rust]
unused = "allow"

[package]
autobenches = false
autobins = false
autoexamples = false
autotests = false
name = "pat"
readme = "../README.md"
version = "0.1.0"
)");
  const SkeletonView skeleton(recipe.commands.at(0).skeleton);
  CHECK(skeleton.has_line("", "exclude = [\"fork/pat\"]"));
  CHECK_FALSE(skeleton.has_line("", "[workspace.lints.rust]"));
}

TEST_CASE("a package that [replace] takes from a path is carried, and nothing is merged") {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".",
              "[dependencies]\na = \"1\"\n\n[replace]\n\"a:1.0.0\" = { path = \"mine\" }\n");
  add_file(tree, "/w/mine/Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n");
  add_file(tree, "/w/mine/src/lib.rs", "");
  replace(tree, "/w/Cargo.lock", "checksum = \"" + std::string(63, '0') + "1\"\n",
          "replace = \"a 1.0.0\"\n");
  lock_packages(tree, {"a 1.0.0"});
  const auto recipe = derive(tree, "/w", "build");
  CHECK(paths(recipe) == "mine/Cargo.toml mine/src/lib.rs");
  CHECK(recipe.commands.at(0).unmerged_reason == "[replace] of an external package");
  const SkeletonView skeleton(recipe.commands.at(0).skeleton);
  CHECK(skeleton.has_line("", "exclude = [\"mine\"]"));
  CHECK(skeleton.has_line("", "path = \"mine\""));
}

TEST_CASE("requests of local packages reach a patched one by its path") {
  auto tree = patched();
  append(tree, "/w/app/Cargo.toml", "pat = { version = \"0.1\", default-features = false }\n");
  const auto recipe = derive(tree, "/w", "build -p app");
  const auto& manifests = recipe.commands.at(0).skeleton.manifests;
  CHECK(manifests.back().path == "root/Cargo.toml");
  CHECK(manifests.back().contents.find("pat = { path = \"../pat\", default-features = false }") !=
        std::string::npos);
}

TEST_CASE("a patched package that cannot be carried is an error that says why") {
  check_refused(patched("", "", "../pat"), "build -p app", "outside the workspace root");
  check_refused(patched("", "", "root/pat"), "build -p app", "`root`");
}

TEST_CASE("a member may have the name of a patched package, in another version") {
  const auto changed = [](const std::string& file, const std::string& from, const std::string& to) {
    auto tree = patched();
    replace(tree, "/w/Cargo.toml", "members = [\"app\"]", R"(members = ["app", "own"])");
    add_package_named(tree, "own", "pat 3.0.0", "[dependencies]\na = \"1\"\n", {"src/main.rs"});
    lock_packages(tree, {"pat 3.0.0: a"});
    replace(tree, "/w/Cargo.lock", " \"pat\",", " \"pat 0.1.0\",");
    if (!file.empty()) replace(tree, file, from, to);
    return tree;
  };
  const std::string wanted = "pat/Cargo.toml pat/data/table.bin pat/src/lib.rs";
  for (const auto* command : {"build", "build -p app", "test"}) {
    CAPTURE(command);
    CHECK(paths(derive(changed("", "", ""), "/w", command)) == wanted);
    // Versions may be changed later than the lock file, as long as it is clear whose.
    CHECK(paths(derive(changed("/w/own/Cargo.toml", "3.0.0", "3.1.0"), "/w", command)) == wanted);
    CHECK(paths(derive(changed("/w/pat/Cargo.toml", "0.1.0", "0.1.1"), "/w", command)) == wanted);
  }
}

TEST_CASE("the root of a skeleton that carries the root package is that package") {
  auto tree = tiny_workspace({"a 1.0.0: pat", "b"});
  lock_packages(tree, {"pat 0.1.0: b"});
  add_package_named(
      tree, ".", "pat",
      "resolver = \"2\"\n\n[package.metadata.docs]\nall = true\n\n[dependencies]\nb = \"1\"\n\n"
      "[workspace]\nmembers = [\"app\"]\n\n[patch.crates-io]\npat = { path = \".\" }\n",
      {"src/lib.rs", "README.md", ".gitignore", "out/CACHEDIR.TAG", "out/junk"});
  add_package(tree, "app", "[dependencies]\na = \"1\"\n", {"src/main.rs"});
  add_file(tree, "/w/other.json", "{ \"a\": 1 }");
  const auto recipe = derive(tree, "/w", "build -p app");
  CHECK(paths(recipe) == "Cargo.toml README.md other.json src/lib.rs");
  CHECK(recipe.sources.at(0).contents ==
        R"([dependencies]
b = "1"

[package]
autobenches = false
autobins = false
autoexamples = false
autotests = false
edition = "2021"
name = "pat"
version = "0.1.0"
)");
  const SkeletonView skeleton(recipe.commands.at(0).skeleton);
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "dependencies") == "a");
  CHECK(skeleton.has_line("", "name = \"pat\""));
  CHECK(skeleton.has_line("", "members = [\"features\", \"root\"]"));
  CHECK(skeleton.has_line("", "path = \".\""));
  // Neither recipe nor lock file is a part of the next recipe.
  tree.write("/w/recipe.json", recipe::write(recipe));
  CHECK(derive(tree, "/w", "build -p app") == recipe);
  tree.write("/w/README.md", "more");
  CHECK(derive(tree, "/w", "build -p app") != recipe);
  // An open recipe has only small packages, and this one could not be brought.
  recipe::DeriveRequest open{"/w", "", {}};
  CHECK(paths(recipe::derive(tree, open)) == "Cargo.toml README.md other.json src/lib.rs");
  tree.write("/w/big.bin", std::string(recipe::largest_patched + 1, 'x'));
  CHECK(error_of([&] { recipe::derive(tree, open); }).id() == "unsupported");
}

TEST_CASE("a patched member that the command builds is asked for, and its tests are local") {
  auto tree = patched();
  replace(tree, "/w/Cargo.toml", "members = [\"app\"]", R"(members = ["app", "pat"])");
  const auto recipe = derive(tree, "/w", "test");
  CHECK(paths(recipe) == "pat/Cargo.toml pat/data/table.bin pat/src/lib.rs");
  const SkeletonView skeleton(recipe.commands.at(0).skeleton);
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "dependencies") == ">pat a b d");
  CHECK(skeleton.has_line("", R"(default-members = ["features", "root"])"));
  // Only what lies below it: nothing that is compiled depends on it.
  CHECK(derive(tree, "/w", "build -p pat").sources.empty());
}

TEST_CASE("a [patch] of the config counts like that of the manifest") {
  auto tree = patched();
  replace(tree, "/w/Cargo.toml", "\n[patch.crates-io]\npat = { path = \"pat\" }\n", "");
  const std::string stated = "build -p app --config 'patch.crates-io.pat.path=\"pat\"'";
  CHECK(SkeletonView(derive(tree, "/w", stated).commands.at(0).skeleton)
            .has_line("", "path = \"pat\""));
  check_refused(tree, "build -p app", "in no directory");
  add_file(tree, "/w/.cargo/config.toml", "[patch.crates-io]\npat = { path = \"pat\" }\n");
  CHECK(SkeletonView(derive(tree, "/w", "build -p app").commands.at(0).skeleton)
            .has_line("", "path = \"pat\""));
}

TEST_CASE("a [patch] that one command states is none of the next command's") {
  auto tree = patched();
  tree.write("/w/Cargo.toml", "[workspace]\nmembers = [\"app\"]\n");
  const std::string stated = "build -p app --config 'patch.crates-io.pat.path=\"pat\"'";
  recipe::DeriveRequest request{
      "/w", "", {{"one", cargo::split_command(stated)}, {"two", {"build", "-p", "app"}}}};
  CHECK(error_of([&] { recipe::derive(tree, request); }).id() == "unsupported");
  request.commands.pop_back();
  CHECK(paths(recipe::derive(tree, request)) == "pat/Cargo.toml pat/data/table.bin pat/src/lib.rs");
}

TEST_CASE("a package that [patch] puts in the place of a local one's dependency is local") {
  auto tree = tiny_workspace({"a"});
  lock_packages(tree, {"pat 0.1.0"});
  add_file(tree, "/w/Cargo.toml",
           R"([workspace]
members = ["app"]
resolver = "2"

[patch.crates-io]
pat = { path = "pat" }
)");
  add_package(tree, "app", "[dependencies]\npat = \"0.1\"\n", {"src/main.rs"});
  add_package(tree, "pat", "[dependencies]\na = \"1\"\n");
  const auto skeleton = skeleton_of(tree, "build");
  CHECK(skeleton.crates() == "features root");
  CHECK(skeleton.table("root", "dependencies") == "a");
}

TEST_CASE("sources of a recipe are read back, and told apart") {
  auto tree = patched();
  tree.write("/w/pat/data/table.bin", std::string("\xff\0\x01z", 4));
  const auto recipe = derive(tree, "/w", "build -p app");
  const auto text = recipe::write(recipe);
  CHECK(text.find(R"("contents": "/wABeg==")") != std::string::npos);
  CHECK(recipe::read("r", text) == recipe);
  tree.write("/w/pat/src/lib.rs", "pub fn f() {}");
  CHECK(recipe_bytes(tree, "/w", "build -p app") != text);
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"/wABeg==", "/wABeg="},
                                                        {"/wABeg==", "/wABeh=="},
                                                        {"\"pat/src/lib.rs\"", "\"../x\""},
                                                        {"\"base64\"", "\"rot13\""}}) {
    CAPTURE(to);
    auto broken = text;
    broken.replace(broken.find(from), from.size(), to);
    CHECK(error_of([&] { recipe::read("r", broken); }).id() == "recipe-invalid");
  }
}

}  // namespace larder::test
