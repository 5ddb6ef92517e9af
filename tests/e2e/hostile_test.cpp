#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "larder/base/digest.hpp"
#include "random.hpp"
#include "support/vendored_workspace.hpp"

// Recipes that were not made by `prepare`: each is refused with an error, or cooked without a byte
// written outside the target directory but for the config, the toolchain and the lock file, and the
// skeleton that is left for those who call it cargo-chef.

namespace larder::test {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using json_pointer = json::json_pointer;

const std::string root_manifest = "/skeleton/manifests/0/contents";
const std::string crate_manifest = "/skeleton/manifests/2/contents";
const std::string first_command = "/larder/commands/0";

/// How cook ended, in short: "cooked", "cargo" (cargo itself failed), or the id of our error.
std::string outcome(const Run& run) {
  if (run.code() == 0) return "cooked";
  if (run.code() == 101) return "cargo";
  if (run.code() == 1 && !run.error_id().empty()) return run.error_id();
  return fmt::format("code {}, signal {}, [{}]", run.code(), run.signal(), run.error_id());
}

class Counts {
 public:
  explicit Counts(std::string what) : what_(std::move(what)) {}
  ~Counts() {
    std::string ends;
    for (const auto& [end, number] : numbers_) ends += fmt::format(", {} {}", number, end);
    fmt::print("hostile: {}: {} cooks{}; {} paths changed that are not cook's to change\n", what_,
               total_, ends, outside_);
    std::fflush(stdout);
  }
  Counts(const Counts&) = delete;
  Counts& operator=(const Counts&) = delete;

  void add(const std::string& end, std::size_t outside) {
    ++total_;
    ++numbers_[end];
    outside_ += outside;
  }

 private:
  std::string what_;
  std::size_t total_ = 0;
  std::map<std::string, std::size_t> numbers_;
  std::size_t outside_ = 0;
};

/// Cooks a recipe and checks how that ends and what it changes.
void check_cook(const VendoredWorkspace& vendored, const std::string& recipe,
                const std::string& expected, Counts& counts,
                const Words& arguments = {"cook", "--offline"}) {
  vendored.set_recipe(recipe);
  const auto before = vendored.outside();
  const auto run = vendored.larder(arguments);
  CAPTURE(run.errors);
  auto changed = changed_paths(before, vendored.outside());
  const auto end = outcome(run);
  CHECK(end == expected);
  // Of a refused recipe nothing at all is written.
  const bool refused = end.starts_with("recipe-") || end == "toolchain-file";
  if (!refused) std::erase_if(changed, VendoredWorkspace::may_be_restored);
  CHECK(joined(changed) == "");
  counts.add(end, changed.size());
}

struct Change {
  std::string pointer;
  json value;
};

void check_changes(const VendoredWorkspace& vendored, const std::string& expected,
                   const std::vector<Change>& changes, Counts& counts) {
  for (const auto& [pointer, value] : changes) {
    auto document = json::parse(vendored.recipe());
    document[json_pointer(pointer)] = value;
    CAPTURE(pointer);
    CAPTURE(value.dump(-1, ' ', true, json::error_handler_t::replace).substr(0, 200));
    check_cook(vendored, document.dump(), expected, counts);
  }
}

std::string text_at(const VendoredWorkspace& vendored, const std::string& pointer) {
  return json::parse(vendored.recipe()).at(json_pointer(pointer)).get<std::string>();
}

json file(const std::string& path, const std::string& contents) {
  return {{"path", path}, {"contents", contents}, {"encoding", "utf8"}, {"executable", true}};
}

/// Up from a crate of the skeleton to the directory of the test.
const std::string far_up = "../../../../../../";

}  // namespace

TEST_SUITE("hostile") {
  TEST_CASE("paths that are absolute, climb, collide, or are reserved or too long") {
    const VendoredWorkspace vendored(TestDirectory("hostile-paths"));
    Counts counts("paths");
    std::vector<Change> changes;
    const auto bad = std::vector<std::string>{"/victim/Cargo.toml",
                                              "../Cargo.toml",
                                              far_up + "victim/Cargo.toml",
                                              "a/../../Cargo.toml",
                                              "a/./Cargo.toml",
                                              "a//Cargo.toml",
                                              "..\\victim\\Cargo.toml",
                                              "Cargo.toml/",
                                              std::string("a\0b/Cargo.toml", 14),
                                              ".git/hooks/Cargo.toml",
                                              "Cargo.lock/Cargo.toml",
                                              "Cargo.toml/Cargo.toml",
                                              ""};
    for (const auto& path : bad) {
      changes.push_back({"/skeleton/manifests/2/relative_path", path});
      changes.push_back({"/skeleton/manifests/2/targets/0/path", path});
      changes.push_back({"/larder/sources", json::array({file(path, "x")})});
    }
    // In a crate this is a name like others.
    std::erase_if(changes, [](const Change& change) {
      return change.pointer.ends_with("targets/0/path") && change.value == "Cargo.lock/Cargo.toml";
    });
    for (const auto* path : {"/", "..", "../victim", "a/../..", "/victim"})
      changes.push_back({"/larder/root", path});
    for (const auto* path : {"/victim", "../victim"}) {
      changes.push_back({first_command + "/args", {"build", "--target-dir", path}});
      changes.push_back({first_command + "/args", {"build", fmt::format("--target-dir={}", path)}});
    }
    check_changes(vendored, "recipe-invalid", changes, counts);
    const std::string too_long(300, 'x');
    check_changes(vendored, "file-write",
                  {{"/skeleton/manifests/2/targets/0/path", too_long + "/lib.rs"},
                   {"/larder/root", too_long},
                   {"/larder/sources", json::array({file(too_long, "x")})}},
                  counts);
  }

  TEST_CASE("commands that are no build of a skeleton") {
    const VendoredWorkspace vendored(TestDirectory("hostile-commands"));
    Counts counts("commands");
    const auto manifest = vendored.victim() + "/Cargo.toml";
    std::vector<Change> changes;
    for (const json& words :
         std::vector<json>{{"build", "--manifest-path", manifest},
                           {"build", "--manifest-path=" + manifest},
                           {"build", "--", "--manifest-path", manifest},
                           {"build", "--artifact-dir", vendored.victim(), "-Z", "unstable-options"},
                           {"build", "-C", vendored.victim()},
                           {"+/victim", "build"},
                           {"run"},
                           {"clean"},
                           {"install", "--path", vendored.victim(), "--locked"},
                           {"uninstall", "x"},
                           {"test"},
                           {"build", std::string("x\0y", 3)},
                           json::array()}) {
      changes.push_back({first_command + "/cook_args", words});
    }
    check_changes(vendored, "recipe-invalid", changes, counts);
    check_changes(vendored, "cooked",
                  {{first_command + "/cook_args", {"build", "--target-dir", vendored.victim()}},
                   {first_command + "/cook_args", {"build", "--target-dir=" + vendored.victim()}}},
                  counts);
  }

  TEST_CASE("manifests that lead out of the skeleton") {
    const VendoredWorkspace vendored(TestDirectory("hostile-manifests"));
    Counts counts("manifests");
    std::vector<Change> refused;
    const auto root = text_at(vendored, root_manifest);
    const auto crate = text_at(vendored, crate_manifest);
    const auto in_package = [&](const std::string& line) {
      auto changed = crate;
      changed.insert(changed.find('\n', changed.find("[package]")) + 1, line + "\n");
      return Change{crate_manifest, changed};
    };
    for (const auto& place : {vendored.victim(), far_up + "victim", "x/../" + far_up + "victim"}) {
      const auto add = [&](const std::string& text) {
        refused.push_back({crate_manifest, crate + "\n" + text});
      };
      const auto path = "{ path = \"" + place + "\" }";
      for (const auto* table :
           {"target.'cfg(unix)'.dependencies", "target.'cfg(all())'.build-dependencies",
            "dev-dependencies", "target.x86_64-unknown-linux-gnu.dependencies"})
        add(fmt::format("[{}]\nvictim = {}\n", table, path));
      for (const auto* kind : {"bin", "test", "bench", "example"})
        add(fmt::format("[[{}]]\nname = \"v\"\npath = \"{}/build.rs\"\n", kind, place));
      refused.push_back(in_package(fmt::format("build = \"{}/build.rs\"", place)));
      refused.push_back(in_package(fmt::format("workspace = \"{}\"", place)));
      refused.push_back(
          {root_manifest, fmt::format("{}\n[patch.crates-io]\ne = {}\n", root, path)});
      refused.push_back(
          {root_manifest, fmt::format("{}\n[replace]\n\"e:1.0.0\" = {}\n", root, path)});
      refused.push_back(
          {root_manifest,
           fmt::format("[workspace]\nresolver = \"2\"\nmembers = [\"{}\"]\n", place)});
      refused.push_back(
          {root_manifest, fmt::format("{}\n[workspace.dependencies]\nv = {}\n", root, path)});
    }
    for (const auto& text : {std::string("no manifest"), std::string("a = \"\0\"", 7)})
      refused.push_back({crate_manifest, text});
    check_changes(vendored, "recipe-invalid", refused, counts);

    check_changes(vendored, "cooked",
                  {in_package(R"(include = ["/victim/**", "../../../**"])"),
                   in_package("readme = \"/victim/build.rs\""),
                   in_package("license-file = \"../../../../../../victim/build.rs\""),
                   {crate_manifest, crate + "\n[package.metadata.v]\npath = \"/victim\"\n"}},
                  counts);
  }

  TEST_CASE("what is fetched for a build without network") {
    const VendoredWorkspace vendored(TestDirectory("hostile-requests"));
    Counts counts("requests");
    const auto manifest = [](const std::string& path, const std::string& contents) {
      return json{{"relative_path", path}, {"contents", contents}, {"targets", json::array()}};
    };
    const auto with = [&](const json& requests) {
      auto larder = json::parse(vendored.recipe()).at("larder");
      larder["whole_lock"] = "version = 3\n";
      larder["commands"][0]["requests"] = requests;
      return Change{"/larder", larder};
    };
    const auto root = manifest("Cargo.toml", "[workspace]\nmembers = [\"requests\"]\n");
    const std::string crate = "[package]\nname = \"requests\"\n\n[lib]\npath = \"../Cargo.toml\"\n";
    std::vector<Change> refused{
        with(json::array({root})),
        with(json::array({root, manifest("requests/Cargo.toml", "[package]\n")})),
        with(json::array({root, manifest("rest/Cargo.toml", crate)})),
        with(json::array({root, manifest("../Cargo.toml", crate)})),
    };
    for (const auto& place : {vendored.victim(), far_up + "victim"}) {
      const auto path = "{ path = \"" + place + "\" }";
      refused.push_back(with(json::array(
          {root, manifest("requests/Cargo.toml", crate + "[dependencies]\nv = " + path + "\n")})));
      refused.push_back(
          with(json::array({manifest("Cargo.toml", "[workspace]\nmembers = [\"" + place + "\"]\n"),
                            manifest("requests/Cargo.toml", crate)})));
      refused.push_back(with(
          json::array({manifest("Cargo.toml",
                                "[workspace]\nmembers = []\n[patch.crates-io]\nv = " + path + "\n"),
                       manifest("requests/Cargo.toml", crate)})));
    }
    check_changes(vendored, "recipe-invalid", refused, counts);
    check_changes(vendored, "cooked",
                  {with(json::array({root, manifest("requests/Cargo.toml", crate)}))}, counts);
  }

  TEST_CASE("config and toolchain files") {
    const TestDirectory directory("hostile-config");
    const VendoredWorkspace vendored(directory);
    Counts counts("config");
    const std::string config = "/skeleton/config_file";
    const auto sources = text_at(vendored, config);
    const auto with = [&](const std::string& text) { return Change{config, text + sources}; };
    check_changes(vendored, "recipe-invalid",
                  {with("paths = [\"/victim\"]\n"), with("include = [\"/victim/x.toml\"]\n"),
                   with("[patch.crates-io]\ne = { path = \"/victim\" }\n"), with("no config"),
                   with(std::string("a = \"\0\"\n", 8))},
                  counts);
    check_changes(vendored, "toolchain-file",
                  {{"/skeleton/rust_toolchain_file", {"Toml", "[toolchain]\npath = \"/victim\"\n"}},
                   {"/skeleton/rust_toolchain_file", {"Toml", "[toolchain"}},
                   {"/skeleton/rust_toolchain_file", {"Bare", ""}}},
                  counts);
    // Wrappers and linkers are run, as they would be from the sources' own config; runners are
    // not, since cook runs no program that it compiled but build scripts.
    const auto marker = vendored.victim() + "/marker";
    write_script(directory / "mark", "touch " + marker + "\nexec \"$@\"\n");
    const auto mark = directory / "mark";
    write_script(directory / "mark-cc", "touch " + marker + "\nexec cc \"$@\"\n");
    check_changes(
        vendored, "cooked",
        {with(fmt::format("[target.'cfg(all())']\nrunner = \"{}\"\n", mark)),
         with(fmt::format("[build]\nrustdoc = \"{}\"\n", mark)),
         with(fmt::format("[env]\nRUSTC = \"{}\"\nCARGO_TARGET_DIR = \"/victim\"\n", mark)),
         with(fmt::format("[alias]\nbuild = \"run --manifest-path {}\"\n", vendored.victim())),
         with("[term]\nquiet = true\n")},
        counts);
    CHECK_FALSE(fs::exists(marker));
    for (const auto& text :
         {fmt::format("[build]\nrustc-wrapper = \"{}\"\n", mark),
          fmt::format("[target.{}]\nlinker = \"{}\"\n", host_triple(), directory / "mark-cc")}) {
      auto document = json::parse(vendored.recipe());
      document[json_pointer(config)] = text + sources;
      fs::remove(marker);
      fs::remove_all(vendored.app() + "/target");
      vendored.set_recipe(document.dump());
      CHECK(outcome(vendored.larder({"cook", "--offline"})) == "cooked");
      CHECK(fs::exists(marker));
    }
  }

  TEST_CASE("links where cook writes") {
    const TestDirectory directory("hostile-links");
    Counts counts("links");
    const auto name = larder::digest(VendoredWorkspace(directory).recipe());
    struct Link {
      const char* at;
      const char* to;
      const char* expected;
    };
    for (const auto& [at, to, expected] :
         std::vector<Link>{{"app/.cargo", "../victim", "file-write"},
                           {"app/.cargo", "../nowhere", "file-write"},
                           {"app/.cargo/config.toml", "../../victim/new", "cargo"},
                           {"app/rust-toolchain.toml", "../victim/new", "cooked"},
                           {"app/target", "../elsewhere", "cooked"},
                           {"app/target", "../nowhere/deep", "file-write"},
                           {"app/target/larder", "../../victim", "file-write"},
                           {"app/target/larder/recipe.json", "../../../victim/build.rs", "cooked"},
                           {"app/target/larder/recipe.json", "../../../victim/new", "cooked"}}) {
      CAPTURE(std::string(at));
      CAPTURE(std::string(to));
      const VendoredWorkspace vendored(directory);
      auto document = json::parse(vendored.recipe());
      if (std::string_view(at).ends_with("rust-toolchain.toml"))
        document["skeleton"]["rust_toolchain_file"] = {"Toml", "[toolchain]\nchannel = \"none\"\n"};
      const auto place = directory / at;
      fs::create_directories(fs::path(place).parent_path());
      fs::create_directories(directory / "elsewhere");
      fs::create_symlink(to, place);
      check_cook(vendored, document.dump(), expected, counts);
    }
    // A target specification is one more file that cook brings.
    const VendoredWorkspace with_target(directory);
    fs::create_directory_symlink("../victim", directory / "app/specs");
    auto targeted = json::parse(with_target.recipe());
    for (const auto* words : {"args", "cook_args"}) {
      for (const auto* word : {"--target", "specs/x.json"})
        targeted[json_pointer(first_command)][words].push_back(word);
    }
    targeted["larder"]["sources"].push_back({{"path", "specs/x.json"},
                                             {"contents", "{}"},
                                             {"encoding", "utf8"},
                                             {"executable", false}});
    check_cook(with_target, targeted.dump(), "file-write", counts);
    fs::remove(directory / "app/specs");

    // A skeleton of a link's name is put in the link's place.
    const VendoredWorkspace vendored(directory);
    auto document = json::parse(vendored.recipe());
    fs::create_directories(directory / "app/target/larder");
    fs::create_directory_symlink("../../../victim", directory / ("app/target/larder/" + name));
    check_cook(vendored, vendored.recipe(), "cooked", counts);
  }

  TEST_CASE("texts that are no JSON, or very large or deep") {
    const VendoredWorkspace vendored(TestDirectory("hostile-texts"));
    Counts counts("texts");
    const auto good = vendored.recipe();
    const auto in_text = [&](const std::string& bytes) {
      auto text = good;
      return text.insert(text.find("version = "), bytes);
    };
    for (const auto& text : {std::string(), std::string("\0", 1), std::string("\xff\xfe{\0}\0", 6),
                             good + "{}", std::string(1000000, '['), std::string(1000000, '{'),
                             in_text("\xff"), in_text("\xc0\xaf"), in_text(std::string("\0", 1)),
                             in_text("\xed\xa0\x80"), std::string("{\"larder\":1e999}")})
      check_cook(vendored, text, "recipe-parse", counts);
    check_cook(vendored, std::string(17U << 20U, ' '), "file-too-large", counts);
    check_cook(vendored, std::string(500000, '[') + std::string(500000, ']'), "recipe-format",
               counts);
    const auto deep = std::string(100000, '[') + std::string(100000, ']');
    check_changes(vendored, "recipe-invalid",
                  {{crate_manifest, "a = " + deep},
                   {crate_manifest, std::string(1U << 20U, '=')},
                   {"/skeleton/config_file", "a = " + deep},
                   {"/skeleton/manifests/1", "text"}},
                  counts);
  }

  TEST_CASE("recipes without a command, whose manifests lead elsewhere") {
    const VendoredWorkspace vendored(TestDirectory("hostile-open"));
    Counts counts("open recipes");
    const Words cook{"cook", "--", "build", "--offline"};
    for (const auto& [text, expected] : std::vector<std::pair<std::string, std::string>>{
             {"[workspace]\nmembers = [\"../victim\"]\n", "workspace-invalid"},
             {"[package]\nname = \"x\"\nversion = \"1.0.0\"\nworkspace = \"../victim\"\n",
              "manifest-missing"},
             {R"([package]
name = "x"
version = "1.0.0"

[dependencies]
victim = { path = "../victim" }
)",
              "manifest-missing"}}) {
      const json document{
          {"skeleton",
           {{"manifests",
             {{{"relative_path", "Cargo.toml"},
               {"contents", text},
               {"targets", {{{"path", "src/main.rs"}, {"kind", "Bin"}, {"name", "x"}}}}}}},
            {"lock_file", "version = 3\n"},
            {"config_file", nullptr},
            {"rust_toolchain_file", nullptr}}}};
      CAPTURE(text);
      check_cook(vendored, document.dump(), expected, counts, cook);
    }
  }

  TEST_CASE("skeletons that would be left on files, links and other directories") {
    const TestDirectory directory("hostile-left");
    Counts counts("skeletons left");
    const auto open = [](const std::vector<std::pair<std::string, std::string>>& members) {
      json manifests = json::array();
      std::string list;
      for (const auto& [where, file] : members) {
        const auto name = "m" + std::to_string(manifests.size());
        list += (list.empty() ? "\"" : ", \"") + where + "\"";
        manifests.push_back({{"relative_path", where + "/Cargo.toml"},
                             {"contents", fmt::format(R"([package]
name = "{}"
version = "0.0.0+larder"

[[bin]]
name = "{}"
path = "{}"
)",
                                                      name, name, file)},
                             {"targets", {{{"path", file}, {"kind", "Bin"}, {"name", name}}}}});
      }
      manifests.push_back({{"relative_path", "Cargo.toml"},
                           {"contents", "[workspace]\nmembers = [" + list + "]\n"},
                           {"targets", json::array()}});
      std::string lock = "version = 3\n";
      for (std::size_t i = 0; i < members.size(); ++i)
        lock += fmt::format("\n[[package]]\nname = \"m{}\"\nversion = \"0.0.0+larder\"\n", i);
      return json{
          {"larder",
           {{"format", 1}, {"root", "."}, {"commands", json::array()}, {"sources", json::array()}}},
          {"skeleton",
           {{"manifests", std::move(manifests)},
            {"lock_file", lock},
            {"config_file", nullptr},
            {"rust_toolchain_file", nullptr}}}}
          .dump();
    };
    /// Cooks by the name cargo-chef; what was in the way stays as it was, whatever else is left.
    const auto check_left = [&](const std::string& recipe, const std::string& expected,
                                const std::set<std::string>& may_be_new) {
      const VendoredWorkspace vendored(directory);
      fs::create_directories(directory / "app/linked-to");
      write_file(directory / "app/mine/Cargo.toml", package("mine"));
      write_file(directory / "app/mine/src/lib.rs", "pub fn mine() {}\n");
      write_file(directory / "app/taken", "mine\n");
      write_file(directory / "app/good/src/other.rs", "mine\n");
      fs::create_directory_symlink("../victim", directory / "app/link");
      fs::create_directories(directory / "app/dangling/src");
      fs::create_symlink("../../../victim/new.rs", directory / "app/dangling/src/main.rs");
      vendored.set_recipe(recipe);
      const auto before = vendored.outside();
      for (const Words& words : {Words{"cook", "--offline"}, {"cook", "--no-build"}}) {
        const auto run = chef(words, vendored.app(), vendored.environment());
        CAPTURE(joined(words));
        CAPTURE(run.errors);
        const auto end = outcome(run);
        CHECK((words[1] == "--offline" ? end == "cooked" : true));
        if (words[1] == "--no-build") CHECK(end == expected);
        std::vector<std::string> changed;
        for (const auto& path : changed_paths(before, vendored.outside())) {
          // Where any stub may be, what all of them read may be as well.
          const bool is_marker =
              !may_be_new.empty() && (path == "app/.larder" || path == "app/.larder/stub-marker");
          const bool is_new = !before.contains(path) && (is_marker || may_be_new.contains(path));
          const bool is_directory = before.contains(path) && before.at(path).kind == "directory";
          if (!is_new && !is_directory && !VendoredWorkspace::may_be_restored(path))
            changed.push_back(path);
        }
        CHECK(joined(changed) == "");
        counts.add(end, changed.size());
      }
    };
    const std::set<std::string> good_files{"app/Cargo.toml", "app/good/Cargo.toml",
                                           "app/good/src/main.rs"};
    check_left(open({{"good", "src/main.rs"}}), "cooked", good_files);
    // A package of somebody else's, and one file of it.
    check_left(
        open({{"good", "src/main.rs"}, {"mine", "src/main.rs"}}), "cooked",
        {"app/Cargo.toml", "app/good/Cargo.toml", "app/good/src/main.rs", "app/mine/src/main.rs"});
    check_left(open({{"good", "src/main.rs"}, {"mine/deep", "src/main.rs"}}), "cooked",
               {"app/Cargo.toml", "app/good/Cargo.toml", "app/good/src/main.rs", "app/mine/deep",
                "app/mine/deep/Cargo.toml", "app/mine/deep/src", "app/mine/deep/src/main.rs"});
    check_left(open({{"good", "src/other.rs"}}), "cooked",
               {"app/Cargo.toml", "app/good/Cargo.toml"});
    // Links, and a file in the place of a directory.
    check_left(open({{"good", "src/main.rs"}, {"link", "src/main.rs"}}), "would-replace",
               good_files);
    check_left(open({{"good", "src/main.rs"}, {"link/deep", "src/main.rs"}}), "would-replace",
               good_files);
    check_left(open({{"good", "src/main.rs"}, {"dangling", "src/main.rs"}}), "would-replace",
               {"app/Cargo.toml", "app/good/Cargo.toml", "app/good/src/main.rs",
                "app/dangling/Cargo.toml"});
    check_left(open({{"good", "src/main.rs"}, {"taken", "src/main.rs"}}), "would-replace",
               good_files);
    // What is no Rust file, lies with cargo's own files, or in the target directory: nothing at
    // all.
    for (const auto& [where, file] :
         std::vector<std::pair<std::string, std::string>>{{"good", "Makefile"},
                                                          {"good", ".git/hooks/x.rs"},
                                                          {".cargo", "src/main.rs"},
                                                          {"target/larder", "src/main.rs"},
                                                          {".larder/stub-marker", "src/main.rs"},
                                                          {"vendor/e", "build.rs/x.rs"}}) {
      CAPTURE(where + "/" + file);
      const bool is_below_file = where == "vendor/e";
      check_left(open({{where, file}}), is_below_file ? "would-replace" : "recipe-invalid",
                 is_below_file ? std::set<std::string>{"app/Cargo.toml"} : std::set<std::string>{});
    }
  }

  TEST_CASE("recipes with random damage") {
    const VendoredWorkspace vendored(TestDirectory("hostile-damage"));
    Counts counts("random damage");
    const auto good = vendored.recipe();
    constexpr std::uint64_t seeds = 150;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      CAPTURE(seed);
      Random random(seed);
      auto text = good;
      for (auto times = 1 + random.below(3); times > 0; --times) {
        const auto at = random.below(text.size());
        if (random.chance(50)) {
          text[at] = static_cast<char>(random.below(256));
        } else if (random.chance(50)) {
          text.erase(at, 1 + random.below(20));
        } else {
          text.insert(at, text.substr(random.below(text.size()), random.below(40)));
        }
      }
      vendored.set_recipe(text);
      const auto before = vendored.outside();
      const auto run = vendored.larder({"cook", "--offline"});
      CAPTURE(run.errors);
      auto changed = changed_paths(before, vendored.outside());
      std::erase_if(changed, VendoredWorkspace::may_be_restored);
      CHECK(joined(changed) == "");
      CHECK((run.code() == 0 || run.code() == 101 || !run.error_id().empty()));
      counts.add(run.error_id().empty() ? outcome(run) : "refused", changed.size());
    }
  }
}

}  // namespace larder::test
