#include "chef.hpp"

#include <memory>
#include <utility>

#include "help_formatter.hpp"
#include "session.hpp"

namespace larder::cli {

namespace {

/// `cook` passes cargo's flags on without defining them, so its help lists them here.
constexpr const char* cook_footer = R"(Cargo flags, as for `cargo build`:
  --release, --profile NAME             The profile
  -p, --package SPEC; --workspace       Which packages; also --exclude SPEC
  --bin NAME; --bins                    Which targets; also --lib, --example, --test, --bench
  --examples, --tests, --benches, --all-targets
  --features LIST; --all-features; --no-default-features
  --target TRIPLE; --target-dir DIR; --manifest-path PATH
  --locked, --offline, --frozen
  -Z FLAG; --config KEY=VALUE
  -j, --jobs N; --timings; --keep-going; --message-format FORMAT
Flags that name something may be repeated. Give the real build the same flags.)";

constexpr const char* main_footer =
    R"(This is cargo-larder under cargo-chef's name. It takes the same arguments and reads the same
recipes. `cargo larder --help` shows what else it can do.)";

class ChefProgram {
 public:
  explicit ChefProgram(const Environment& environment)
      : environment_(environment),
        app_("Compile only the dependencies of a Rust project, from a recipe", "cargo chef") {
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.set_version_flag("-V,--version",
                          std::string("cargo-chef 0.1.78 (cargo-larder " LARDER_VERSION ")"));
    app_.require_subcommand(1);
    app_.footer(main_footer);
    add_prepare();
    add_cook();
  }

  int run(std::vector<std::string> words) {
    // `cargo chef …` runs `cargo-chef chef …`.
    if (!words.empty() && words[0] == "chef") words.erase(words.begin());
    const auto trailing = take_trailing(words);
    if (trailing) prepare_options_.commands = cook_options_.commands = {{"", *trailing}};
    return parse_and_run(app_, std::move(words), environment_, global_,
                         [&](const commands::Context& context) { return dispatch(context); });
  }

 private:
  void add_prepare() {
    prepare_ = app_.add_subcommand(
        "prepare", "Write the recipe, which says which dependencies to compile and how");
    add_global_options(*prepare_, global_);
    prepare_options_.open = true;
    prepare_options_.makes_lockfile = true;
    prepare_
        ->add_option("--recipe-path", prepare_options_.recipe_path,
                     "Where to write the recipe; - is standard output")
        ->capture_default_str();
    prepare_->add_option("--bin", prepare_options_.bin,
                         "Leave out the workspace members that this package (or the package with "
                         "this binary) does not use");
    prepare_->footer(
        "The recipe works with any flags of `cook`. `cargo chef prepare -- CARGO COMMAND` makes "
        "one for a\nsingle command, which changes less often.");
  }

  void add_cook() {
    cook_ = app_.add_subcommand("cook", "Compile the dependencies in a recipe, and nothing else");
    add_global_options(*cook_, global_);
    cook_options_.builds_by_default = true;
    cook_options_.leaves_skeleton = true;
    cook_->add_option("--recipe-path", cook_options_.recipe_path, "The recipe")
        ->capture_default_str();
    add_chef_flags(*cook_, flags_);
    cook_->allow_extras();
    cook_->footer(cook_footer);
  }

  ExitStatus dispatch(const commands::Context& context) {
    if (prepare_->parsed()) return commands::prepare(context, prepare_options_);
    cook_options_.flags = concat(flags_for_cargo(global_), cook_->remaining());
    return cook_with(context, cook_options_, flags_);
  }

  const Environment& environment_;
  GlobalOptions global_;
  commands::PrepareOptions prepare_options_;
  commands::CookOptions cook_options_;
  ChefFlags flags_;
  CLI::App app_;
  CLI::App* prepare_ = nullptr;
  CLI::App* cook_ = nullptr;
};

}  // namespace

void add_chef_flags(CLI::App& command, ChefFlags& flags) {
  auto* check = command.add_flag("--check", flags.check, "Compile for `cargo check`");
  auto* clippy = command.add_flag("--clippy", flags.clippy, "Compile for `cargo clippy`");
  auto* zigbuild = command.add_flag("--zigbuild", flags.zigbuild,
                                    "Compile for `cargo zigbuild`, which must be installed");
  auto* no_build = command.add_flag("--no-build", flags.no_build,
                                    "Compile nothing. Write the skeleton of the workspace here, so "
                                    "that another tool can build it. Existing files are kept");
  command.add_flag("--no-std", flags.no_std,
                   "With --no-build: write programs for a target without the standard library");
  const std::vector<CLI::Option*> exclusive{check, clippy, zigbuild, no_build};
  for (auto* one : exclusive) {
    for (auto* other : exclusive) {
      if (one != other) one->excludes(other);
    }
  }
}

ExitStatus cook_with(const commands::Context& context, commands::CookOptions options,
                     const ChefFlags& flags) {
  if (flags.no_build)
    return commands::write_skeleton(context, {options.recipe_path, flags.no_std, options.flags});
  if (flags.check) options.subcommand = "check";
  if (flags.clippy) options.subcommand = "clippy";
  if (flags.zigbuild) options.subcommand = "zigbuild";
  return commands::cook(context, options);
}

int run_chef(std::vector<std::string> words, const Environment& environment) {
  return ChefProgram(environment).run(std::move(words));
}

}  // namespace larder::cli
