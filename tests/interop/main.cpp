// For every workspace of a corpus that has a lock file: our recipe is accepted by cargo-chef's
// `cook --no-build`, and its recipe by ours; and what we make of its recipe for some commands is
// compared with what we make of the workspace itself. One line for each that is not as wanted, the
// totals last; exit 1 when a recipe was not accepted.
//
//   larder_chef_interop CARGO_CHEF [CORPUS_DIR [EVERY]]
//
// Without a directory, or with `-`, that of LARDER_CORPUS_DIR. Of EVERY workspaces, one is taken.

#include <fmt/format.h>

#include <filesystem>

#include "exactness/toolchain.hpp"
#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"
#include "larder/recipe/recipe.hpp"
#include "parity/corpus.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> commands{"build", "build --release", "test --workspace",
                                        "clippy --workspace --all-features"};

struct Totals {
  std::size_t workspaces = 0;
  /// Of ours: made, accepted by cargo-chef, and what it wrote by cargo.
  std::size_t ours = 0;
  std::size_t ours_accepted = 0;
  std::size_t ours_refused = 0;
  /// Of cargo-chef: made, accepted by us, and those that say less than we need.
  std::size_t theirs = 0;
  std::size_t theirs_accepted = 0;
  std::size_t theirs_lossy = 0;
  /// Of workspaces that we refuse as they are.
  std::size_t refused_alike = 0;
  std::size_t theirs_failed = 0;
  std::size_t not_theirs = 0;
  /// Commands of which their recipe gives what the workspace gives, and does not.
  std::size_t same = 0;
  std::size_t different = 0;
};

std::string short_text(const std::string& text) {
  std::string out;
  for (const char c : text.substr(0, 400)) out += c == '\n' ? ' ' : c;
  return out;
}

class Interop {
 public:
  Interop(std::string cargo_chef, std::string directory)
      : cargo_chef_(std::move(cargo_chef)),
        directory_(std::move(directory)),
        toolchain_(find_toolchain("")),
        environment_(environment_for(toolchain_)) {
    environment_.set("CARGO_HOME", directory_ + "/cargo-home");
    environment_.set("CARGO", program(toolchain_, "cargo"));
    fs::create_directories(directory_ + "/cargo-home");
  }

  void take(const Repository& repository, const std::string& root) {
    const auto place = repository.name + ":" + path::relative(root, root_directory);
    ++totals_.workspaces;
    const bool is_usable = give_ours(repository, root, place);
    take_theirs(repository, root, place, is_usable);
  }

  void lay_out_sources(const Repository& repository) const { lay_out(repository, sources()); }

  int finish() const {
    const auto& t = totals_;
    fmt::print(
        R"({} workspaces, {}
our recipes: {} of {} accepted by cargo-chef, and what it wrote by cargo; {} workspaces refused by us
recipes of cargo-chef: {} of {} accepted by us, {} say too little, {} of the workspaces refused by us, {} not accepted; {} workspaces refused by cargo-chef
commands given to recipes of cargo-chef: {} as from the workspace, {} otherwise
)",
        t.workspaces, toolchain_.version, t.ours_accepted, t.ours, t.ours_refused,
        t.theirs_accepted, t.theirs, t.theirs_lossy, t.refused_alike, t.theirs_failed, t.not_theirs,
        t.same, t.different);
    return t.ours > 0 && t.ours == t.ours_accepted && t.theirs_failed == 0 ? 0 : 1;
  }

 private:
  std::string sources() const { return directory_ + "/sources"; }
  std::string image_directory() const { return directory_ + "/image_directory"; }

  Captured run(const std::vector<std::string>& words, const std::string& directory) const {
    return capture_process({words, directory, environment_});
  }

  void lay_kitchen(const std::string& recipe) const {
    fs::remove_all(image_directory());
    write_new_file(image_directory() + "/recipe.json", recipe);
  }

  /// Whether we can read the workspace.
  bool give_ours(const Repository& repository, const std::string& root, const std::string& place) {
    std::string recipe;
    try {
      recipe = recipe::write(recipe::derive(repository.tree, {root, "", {{"", {"build"}}}}));
    } catch (const Error& error) {
      ++totals_.ours_refused;
      fmt::print("{}: refused by us: {}\n", place, short_text(error.message()));
      return false;
    }
    ++totals_.ours;
    lay_kitchen(recipe);
    const auto cooked = run({cargo_chef_, "chef", "cook", "--no-build"}, image_directory());
    // Of the toolchain file and config of the workspace, cargo needs nothing to read manifests.
    const auto read = run({program(toolchain_, "cargo"), "metadata", "--no-deps", "--offline",
                           "--format-version", "1"},
                          image_directory());
    if (succeeded(cooked.status) && succeeded(read.status)) {
      ++totals_.ours_accepted;
    } else {
      fmt::print("{}: our recipe is not accepted: {}\n", place,
                 short_text(succeeded(cooked.status) ? read.errors : cooked.errors));
    }
    return true;
  }

  void take_theirs(const Repository& repository, const std::string& root, const std::string& place,
                   bool is_usable) {
    const auto file = directory_ + "/chef.json";
    const auto workspace = path::join(sources(), path::relative(root, root_directory));
    const auto prepared = run({cargo_chef_, "chef", "prepare", "--recipe-path", file}, workspace);
    if (!succeeded(prepared.status)) {
      ++totals_.not_theirs;
      fmt::print("{}: refused by cargo-chef: {}\n", place, short_text(prepared.errors));
      return;
    }
    ++totals_.theirs;
    const auto text = read_file(file).value();
    lay_kitchen(text);
    const auto cooked = run({LARDER_PROGRAM, "cook", "--no-build"}, image_directory());
    if (!succeeded(cooked.status)) {
      count_refusal(place, cooked.errors, is_usable);
      return;
    }
    ++totals_.theirs_accepted;
    const auto theirs = recipe::read(file, text);
    for (const auto& command : commands) compare(repository, root, place, theirs, command);
  }

  /// What cargo-chef loses are path dependencies that are no members, and local packages that
  /// [patch] puts in the place of others.
  void count_refusal(const std::string& place, const std::string& errors, bool is_usable) {
    const auto has_id = [&](std::string_view id) {
      return errors.find("error[" + std::string(id) + "]") != std::string::npos;
    };
    if (!is_usable) {
      ++totals_.refused_alike;
    } else if (has_id("manifest-missing") || has_id("lock-outdated") || has_id("unsupported")) {
      ++totals_.theirs_lossy;
      fmt::print("{}: the recipe of cargo-chef says too little: {}\n", place, short_text(errors));
    } else {
      ++totals_.theirs_failed;
      fmt::print("{}: the recipe of cargo-chef is not accepted: {}\n", place, short_text(errors));
    }
  }

  void compare(const Repository& repository, const std::string& root, const std::string& place,
               const recipe::Recipe& theirs, const std::string& command) {
    const recipe::DeriveRequest request{root, "", {{"", cargo::split_command(command)}}};
    const auto outcome = [&](auto&& make) -> std::string {
      try {
        return recipe::write(make());
      } catch (const Error& error) {
        return "error: " + error.message();
      }
    };
    const auto wanted = outcome([&] { return recipe::derive(repository.tree, request); });
    const auto got = outcome([&] { return recipe::derive_from(theirs, request); });
    const bool both_refuse = wanted.starts_with("error: ") && got.starts_with("error: ");
    if (wanted == got || both_refuse) {
      ++totals_.same;
      return;
    }
    ++totals_.different;
    fmt::print("{}: cargo {}: {}\n", place, command, first_difference(wanted, got));
  }

  static std::string first_difference(const std::string& wanted, const std::string& got) {
    if (got.starts_with("error: ") || wanted.starts_with("error: ")) return short_text(got);
    std::size_t at = 0;
    while (at < wanted.size() && at < got.size() && wanted[at] == got[at]) ++at;
    constexpr std::size_t before = 40;
    const auto from = at < before ? 0 : at - before;
    return fmt::format("`{}` instead of `{}`", got.substr(from, 2 * before),
                       wanted.substr(from, 2 * before));
  }

  std::string cargo_chef_;
  std::string directory_;
  Toolchain toolchain_;
  Environment environment_;
  Totals totals_;
};

int run(const std::string& cargo_chef, const std::string& corpus, std::size_t every) {
  const auto directory = (fs::temp_directory_path() / "larder-chef-interop").string();
  Interop interop(fs::absolute(cargo_chef).string(), directory);
  std::size_t number = 0;
  for (const auto& repository : read_corpus(corpus)) {
    bool laid_out = false;
    for (const auto& workspace : repository.workspaces) {
      const auto root = path::join(root_directory, workspace.at("root").get<std::string>());
      if (!repository.tree.is_file(path::join(root, "Cargo.lock")) || number++ % every != 0)
        continue;
      if (!laid_out) interop.lay_out_sources(repository);
      laid_out = true;
      interop.take(repository, root);
      std::fflush(stdout);
    }
  }
  fs::remove_all(directory);
  return interop.finish();
}

}  // namespace

}  // namespace larder::test

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: larder_chef_interop CARGO_CHEF [CORPUS_DIR [EVERY]]\n");
    return 2;
  }
  const std::string cargo_chef = argv[1];
  return larder::test::run_on_corpus(argc - 1, argv + 1,
                                     [&](const std::string& corpus, std::size_t every) {
                                       return larder::test::run(cargo_chef, corpus, every);
                                     });
}
