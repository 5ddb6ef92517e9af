#include "scripted_commits.hpp"

#include "sample_tree.hpp"

namespace larder::test {

namespace {

using report::ChangeKind;
using report::Verdict;
using Changes = std::vector<Expected::Change>;

const std::string lock = "/Cargo.lock";
const std::string root = "/Cargo.toml";
const std::string config = "/.cargo/config.toml";
const std::string toolchain = "/rust-toolchain.toml";

std::string manifest(const std::string& package) {
  return "/crates/" + package + "/Cargo.toml";
}

const Expected same_sources{};
const Expected same_manifests{Verdict::Same, true};

Expected changed(Changes changes, bool touches_manifests = true) {
  return {Verdict::Changed, touches_manifests, std::move(changes)};
}

Expected unreadable(const std::string& id) {
  return {Verdict::Unreadable, true, {}, id};
}

Expected bumped(const std::string& package, const std::string& line) {
  return changed({{ChangeKind::Bump, package, "Cargo.lock", line}});
}

void bump(MemoryTree& tree, const std::string& name, const std::string& from,
          const std::string& to) {
  replace(tree, lock, "name = \"" + name + "\"\nversion = \"" + from + "\"",
          "name = \"" + name + "\"\nversion = \"" + to + "\"");
}

using Commits = std::vector<ScriptedCommit>;

void add_quiet_days(Commits& out) {
  out.push_back(
      {"Edit a source file",
       [](auto& tree) { append(tree, "/crates/shop-core/src/lib.rs", "\npub fn f() {}\n"); },
       same_sources});
  out.push_back({"Write the readme", [](auto& tree) { append(tree, "/README.md", "\nMore.\n"); },
                 same_sources});
  out.push_back(
      {"Add a binary",
       [](auto& tree) { add_file(tree, "/crates/shop-worker/src/bin/again.rs", "fn main() {}\n"); },
       same_sources});
  out.push_back({"Release 0.5.0",
                 [](auto& tree) { replace_all(tree, root, "\"0.4.0\"", "\"0.5.0\""); },
                 same_manifests});
  out.push_back({"Describe a crate",
                 [](auto& tree) {
                   replace(tree, manifest("shop-net"), "description = \"The little",
                           "description = \"All the");
                 },
                 same_manifests});
  out.push_back({"Comment on a dependency",
                 [](auto& tree) {
                   replace(tree, manifest("shop-net"), "httparse = \"1.8\"",
                           "# Small and fast.\nhttparse = \"1.8\"");
                 },
                 same_manifests});
  out.push_back({"An alias",
                 [](auto& tree) { replace(tree, config, "[alias]\n", "[alias]\nb = \"build\"\n"); },
                 same_sources});
  out.push_back({"Test more",
                 [](auto& tree) {
                   replace(tree, manifest("shop-api"), "pretty_assertions = \"1.3\"",
                           "pretty_assertions = \"1.3\"\nfastrand = \"1.8\"");
                   lock_edge(tree, lock, "shop-api", "fastrand");
                 },
                 same_manifests});
  out.push_back({"Move a crate",
                 [](auto& tree) {
                   move_directory(tree, "/crates/shop-net", "/crates/net");
                   replace_all(tree, root, "crates/shop-net", "crates/net");
                 },
                 same_manifests});
  out.push_back(
      {"Another edition",
       [](auto& tree) { replace(tree, root, "edition = \"2021\"", "edition = \"2018\""); },
       same_manifests});
  out.push_back({"The profile of the packages",
                 [](auto& tree) { replace(tree, root, "codegen-units = 1", "codegen-units = 2"); },
                 same_manifests});
}

void add_lock_changes(Commits& out) {
  out.push_back({"Bump serde_json",
                 [](auto& tree) { bump(tree, "serde_json", "1.0.95", "1.0.96"); },
                 bumped("serde_json", "serde_json 1.0.96")});
  out.push_back({"Bump what only crates ask for",
                 [](auto& tree) { bump(tree, "unicode-ident", "1.0.8", "1.0.9"); },
                 bumped("unicode-ident", "unicode-ident 1.0.9")});
  out.push_back({"Bump what only tests need",
                 [](auto& tree) { bump(tree, "tempfile", "3.3.0", "3.99.0"); }, same_manifests});
  out.push_back({"Bump two at once",
                 [](auto& tree) {
                   bump(tree, "memchr", "2.5.0", "2.5.1");
                   bump(tree, "anyhow", "1.0.75", "1.0.76");
                 },
                 changed({{ChangeKind::Bump, "anyhow", "Cargo.lock", "anyhow 1.0.76"},
                          {ChangeKind::Bump, "memchr", "Cargo.lock", "memchr 2.5.1"}})});
  out.push_back({"Merge a bump of log", [](auto& tree) { bump(tree, "log", "0.4.17", "0.4.18"); },
                 bumped("log", "log 0.4.18"), true});
  out.push_back({"Take it back", [](auto& tree) { bump(tree, "log", "0.4.18", "0.4.17"); },
                 bumped("log", "log 0.4.17")});
}

void add_dependency_changes(Commits& out) {
  out.push_back(
      {"Ask for hex",
       [](auto& tree) {
         replace(tree, manifest("shop-core"), "bitflags = \"1.3\"",
                 "bitflags = \"1.3\"\nhex = \"0.4\"");
         lock_dependency(tree, lock, "shop-core", "hex", "0.4.3");
       },
       changed({{ChangeKind::NewCrate, "hex", "crates/shop-core/Cargo.toml", "hex = "}})});
  out.push_back(
      {"A feature of serde",
       [](auto& tree) {
         replace(tree, manifest("shop-api"), R"(features = ["derive", "std"])",
                 R"(features = ["derive", "rc", "std"])");
       },
       changed({{ChangeKind::Features, "serde", "crates/shop-api/Cargo.toml", "serde = {"}})});
  out.push_back({"A feature of a local package",
                 [](auto& tree) {
                   replace(tree, manifest("shop-worker"), "[features]\n",
                           "[features]\ndefault = [\"filter\"]\n");
                 },
                 changed({{ChangeKind::Features, "regex", "crates/shop-worker/Cargo.toml",
                           "default = [\"filter\"]"}})});
  out.push_back(
      {"A feature that switches one on outside",
       [](auto& tree) {
         replace(tree, manifest("shop-worker"), "filter = [\"dep:regex\"]",
                 R"(filter = ["dep:regex", "regex/perf"])");
       },
       changed({{ChangeKind::Features, "regex", "crates/shop-worker/Cargo.toml", "filter = ["}})});
  out.push_back(
      {"Two manifests, one of which matters",
       [](auto& tree) {
         replace(tree, manifest("shop-testkit"), "tempfile = \"3.3\"",
                 "tempfile = \"3.3\"\nlog = { workspace = true, features = [\"kv\"] }");
         replace(tree, manifest("shop-worker"), "log = { workspace = true, features = [\"std\"] }",
                 R"(log = { workspace = true, features = ["kv", "std"] })");
         lock_edge(tree, lock, "shop-testkit", "log");
       },
       changed({{ChangeKind::Features, "log", "crates/shop-worker/Cargo.toml", "log = {"}})});
  out.push_back({"No new itoa in the store",
                 [](auto& tree) {
                   replace(tree, manifest("shop-store"), "itoa = \"1.0\"\n", "");
                   replace(tree, lock, " \"itoa 1.0.6\",\n \"libc\"", " \"libc\"");
                 },
                 changed({{ChangeKind::Request, "itoa", "crates/shop-store/Cargo.toml",
                           "itoa = \"1.0\"", true}})});
  out.push_back({"No page_size",
                 [](auto& tree) {
                   replace(tree, manifest("shop-worker"), "page_size = \"0.5\"\n", "");
                   replace(tree, lock, " \"page_size\",\n", "");
                 },
                 changed({{ChangeKind::RemovedCrate, "page_size", "crates/shop-worker/Cargo.toml",
                           "page_size = ", true}})});
  out.push_back(
      {"libc on Linux alone",
       [](auto& tree) {
         replace(tree, manifest("shop-store"), "cfg(unix)", "cfg(target_os = \"linux\")");
       },
       changed({{ChangeKind::Request, "libc", "crates/shop-store/Cargo.toml", "libc = {"}})});
  out.push_back({"Ask for a git source",
                 [](auto& tree) {
                   replace(tree, manifest("net"), "httparse = \"1.8\"",
                           "httparse = \"1.8\"\nwire = { git = \"https://git.example.com/wire\" }");
                   append(tree, lock,
                          R"(
[[package]]
name = "wire"
version = "0.1.0"
source = "git+https://git.example.com/wire#1111111111111111111111111111111111111111"
)");
                   lock_edge(tree, lock, "shop-net", "wire");
                 },
                 changed({{ChangeKind::NewCrate, "wire", "crates/net/Cargo.toml", "wire = {"}})});
  out.push_back({"Update the git source",
                 [](auto& tree) {
                   replace(tree, lock, "#1111111111111111111111111111111111111111",
                           "#2222222222222222222222222222222222222222");
                 },
                 bumped("wire", "wire 0.1.0 (git+")});
}

void add_member_changes(Commits& out) {
  out.push_back({"A crate that asks for nothing new",
                 [](auto& tree) {
                   add_file(tree, "/crates/shop-mail/Cargo.toml",
                            R"([package]
name = "shop-mail"
version = "0.1.0"
edition = "2021"

[dependencies]
anyhow.workspace = true
)");
                   add_file(tree, "/crates/shop-mail/src/lib.rs", "");
                   replace(tree, root, "    \"crates/net\",\n",
                           "    \"crates/net\",\n    \"crates/shop-mail\",\n");
                   replace(tree, lock, "[[package]]\nname = \"shop-net\"",
                           R"([[package]]
name = "shop-mail"
version = "0.1.0"
dependencies = [
 "anyhow",
]

[[package]]
name = "shop-net")");
                 },
                 same_manifests});
  out.push_back(
      {"The new crate asks for base64",
       [](auto& tree) {
         append(tree, manifest("shop-mail"), "base64 = \"0.21\"\n");
         lock_dependency(tree, lock, "shop-mail", "base64", "0.21.7");
       },
       changed({{ChangeKind::NewCrate, "base64", "crates/shop-mail/Cargo.toml", "base64 = "}})});
  out.push_back({"Not by default any more",
                 [](auto& tree) { replace(tree, root, "    \"crates/shop-mail\",\n", ""); },
                 changed({{ChangeKind::RemovedCrate, "base64", "Cargo.toml",
                           "\"crates/shop-mail\",", true}})});
}

void add_root_changes(Commits& out) {
  out.push_back({"Fat LTO",
                 [](auto& tree) { replace(tree, root, "lto = \"thin\"", "lto = \"fat\""); },
                 changed({{ChangeKind::Profile, "profile.release.lto", "Cargo.toml", "lto = "}})});
  out.push_back({"Optimise memchr in debug builds otherwise",
                 [](auto& tree) { replace(tree, root, "opt-level = 2", "opt-level = 1"); },
                 same_manifests});
  out.push_back({"Optimise memchr for size",
                 [](auto& tree) {
                   append(tree, root, "\n[profile.release.package.memchr]\nopt-level = \"s\"\n");
                 },
                 changed({{ChangeKind::Profile, "profile.release.package.memchr.opt-level",
                           "Cargo.toml", "opt-level = \"s\""}})});
  out.push_back(
      {"A toolchain",
       [](auto& tree) { add_file(tree, toolchain, "[toolchain]\nchannel = \"1.80.0\"\n"); },
       changed({{ChangeKind::Toolchain, "rust-toolchain.toml", "rust-toolchain.toml",
                 "channel = \"1.80.0\""}},
               false)});
  out.push_back({"The next toolchain",
                 [](auto& tree) { replace(tree, toolchain, "1.80.0", "1.81.0"); },
                 changed({{ChangeKind::Toolchain, "rust-toolchain.toml", "rust-toolchain.toml",
                           "channel = \"1.81.0\""}},
                         false)});
  out.push_back(
      {"Flags for rustc",
       [](auto& tree) {
         append(tree, config, "\n[build]\nrustflags = [\"-Ctarget-cpu=native\"]\n");
       },
       changed({{ChangeKind::Config, "build.rustflags", ".cargo/config.toml", "rustflags = ["}},
               false)});
  out.push_back(
      {"Debug information for build scripts",
       [](auto& tree) { append(tree, root, "\n[profile.release.build-override]\ndebug = 2\n"); },
       changed({{ChangeKind::Profile, "profile.release.build-override.debug", "Cargo.toml",
                 "debug = 2"}})});
}

void add_mishaps(Commits& out) {
  out.push_back({"Break a manifest",
                 [](auto& tree) { append(tree, manifest("shop-core"), "[features\n"); },
                 unreadable("manifest-parse")});
  out.push_back({"Edit a source while it is broken",
                 [](auto& tree) { append(tree, "/crates/shop-core/src/lib.rs", "// ?\n"); },
                 {Verdict::Unreadable, false, {}, "manifest-parse"}});
  out.push_back({"Mend it",
                 [](auto& tree) { replace(tree, manifest("shop-core"), "[features\n", ""); },
                 same_manifests});
  out.push_back({"Forget the lock file",
                 [](auto& tree) {
                   tree.write("/kept", *tree.read(lock));
                   tree.remove(lock);
                 },
                 unreadable("lock-missing")});
  out.push_back({"Bring it back with a bump",
                 [](auto& tree) {
                   tree.write(lock, *tree.read("/kept"));
                   tree.remove("/kept");
                   bump(tree, "anyhow", "1.0.76", "1.0.77");
                 },
                 bumped("anyhow", "anyhow 1.0.77")});
}

}  // namespace

std::vector<ScriptedCommit> scripted_commits() {
  Commits out{{"The shop", [](auto&) {}, {Verdict::First, false}}};
  add_quiet_days(out);
  add_lock_changes(out);
  add_dependency_changes(out);
  add_member_changes(out);
  add_root_changes(out);
  add_mishaps(out);
  return out;
}

}  // namespace larder::test
