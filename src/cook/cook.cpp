#include "larder/cook/cook.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "larder/base/digest.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/cook_notes.hpp"
#include "larder/cook/extern_names.hpp"
#include "larder/cook/fetch.hpp"
#include "larder/cook/files_above.hpp"
#include "larder/cook/recipe_checks.hpp"
#include "larder/cook/skeleton_files.hpp"
#include "larder/cook/skeleton_place.hpp"
#include "larder/cook/stub_wrapper.hpp"
#include "larder/cook/target_stamp.hpp"
#include "larder/driver/build_directories.hpp"
#include "larder/driver/cargo.hpp"
#include "larder/reduce/tables/whole_lock.hpp"
#include "lock_check.hpp"
#include "redirections.hpp"
#include "restored_files.hpp"
#include "skeleton_calls.hpp"

namespace larder::cook {

namespace {

/// One command of a recipe being cooked.
class CommandCook {
 public:
  CommandCook(const recipe::Recipe& recipe, std::size_t index, const CookRequest& request,
              const Environment& environment, const Shell& shell)
      : recipe_(recipe),
        command_(recipe.commands[index]),
        sources_(recipe.sources_of(recipe::SourceKind::Package)),
        request_(request),
        environment_(environment),
        shell_(shell),
        digest_(larder::digest(request.recipe_text)),
        index_(index) {
    const auto& line = command_.line;
    cargo_ = driver::find_cargo(environment, request.directory, line.toolchain);
    forget_redirections(cargo_.environment);
    restore_files(recipe, command_.skeleton, request, shell);
    const auto& stated = command_.cook_line.config;
    config_ = machine_config(request.directory, environment)
                  .below(cargo::Config::of_arguments(DiskTree(), request.directory, stated));
    check_source_directories(config_);
    check_assumptions(command_, config_, environment);
    const auto flag = request.target_dir.value_or(
        line.target_dir ? path::join(request.workspace_root, *line.target_dir) : std::string());
    directories_ = driver::find_build_directories(directories_input(flag));
  }

  const std::string& target_directory() const { return directories_.target_directory; }

  ExitStatus run(StoreSession* store) {
    report_mount();
    const auto place = make_place();
    leave_recipe(request_.recipe_text, directories_.target_directory);
    const auto written = write_workspace(place);
    version_ = driver::cargo_version(cargo_, request_.directory);
    check_path_hash();
    shell_.status("Cooking", fmt::format("cargo {} ({})",
                                         cargo::join_command(command_.line.arguments()), version_));
    if (store != nullptr) store->restore(for_store(written.cook_line, parsed_lock()));
    const auto answers =
        store != nullptr ? store->answers(version_, written.cook_line.subcommand) : RustcAnswers();
    const auto status = compile(written.cook_line, place, store, answers);
    if (!succeeded(status)) return status;
    check_lock(command_, skeleton_directory_);
    clean_up();
    answers.take("", directories_.build_directory);
    if (store != nullptr) store->save();
    leave_record(record::make_record(version_, cargo_.environment,
                                     files_above(DiskTree(), request_.directory,
                                                 request_.workspace_root, environment_)),
                 directories_.target_directory);
    leave_stamp(directories_.target_directory, directories_.build_directory);
    const auto fetched = fetch();
    place.clear();
    return fetched;
  }

  /// Asks a question about the command as it is passed to a store. Compiles nothing.
  template <typename Question>
  auto ask(const Question& question) {
    const auto place = make_place();
    const auto written = write_workspace(place);
    version_ = driver::cargo_version(cargo_, request_.directory);
    auto out = question(for_store(written.cook_line, parsed_lock()));
    place.clear();
    return out;
  }

 private:
  /// With sources of its own, the skeleton must lie outside the target directory: cargo would look
  /// for them in the same place when it builds, and not in the package.
  SkeletonPlace make_place() const {
    return {directories_.target_directory, !sources_.empty(), environment_, shell_};
  }

  /// Writes what cargo compiles in place of the real workspace.
  CompiledSkeleton write_workspace(const SkeletonPlace& place) {
    skeleton_directory_ = path::join(place.new_directory(digest_), std::to_string(index_));
    reason_to_compile_ = reason_to_compile();
    const CompiledSkeleton given{command_.skeleton, command_.cook_line};
    auto written =
        reason_to_compile_.empty() ? given : with_safe_externs(given.skeleton, given.cook_line);
    write_skeleton(written.skeleton, skeleton_directory_);
    write_sources(sources_, skeleton_directory_);
    return written;
  }

  driver::BuildDirectoriesInput directories_input(const std::string& flag) const {
    return {request_.directory, request_.workspace_root, flag, environment_, config_};
  }

  /// Cargo may change how it computes the hash in `build.build-dir`. For the skeleton it must
  /// arrive at the path that we expect.
  void check_path_hash() const {
    const auto expected =
        driver::build_directory_to_check(directories_input(""), skeleton_directory_);
    if (expected.empty()) return;
    const auto asked =
        capture_process(cargo_.command({"metadata", "--no-deps", "--offline", "--format-version",
                                        "1", "--manifest-path", manifest()},
                                       request_.directory));
    if (asked.output.find("\"build_directory\":\"" + expected + "\"") != std::string::npos) return;
    throw Error("unsupported",
                "this cargo computes {workspace-path-hash} in `build.build-dir` differently, so it "
                "would not find what cook compiles")
        .hint("use {workspace-root} or a plain path instead");
  }

  /// Warns about a target directory on a mount that does not include the directory that cargo runs
  /// in: it would not be part of an image layer.
  void report_mount() const {
    const auto mounts = read_file("/proc/self/mountinfo");
    if (!mounts) return;
    const auto mount = driver::mount_point_of(directories_.target_directory, *mounts);
    if (!mount || path::is_within(request_.directory, *mount)) return;
    shell_.warning(fmt::format(
        "{} is on the mount {}: in an image build, what is compiled there is not in the layer",
        directories_.target_directory, *mount));
  }

  std::string manifest() const { return path::join(skeleton_directory_, "Cargo.toml"); }

  /// Why the skeleton's own crates are compiled normally; empty when the wrapper skips them.
  std::string reason_to_compile() const {
    // A wrapper changes cargo's hash of a member's unit.
    if (!sources_.empty()) return "the recipe contains source files";
    return reason_against_wrapper(command_.cook_line.subcommand, cargo_.environment, config_);
  }

  cargo::Lockfile parsed_lock() const {
    return cargo::parse_lockfile(path::join(skeleton_directory_, "Cargo.lock"),
                                 command_.skeleton.lock_file);
  }

  StoredCommand for_store(const cargo::CommandLine& cook_line, const cargo::Lockfile& lock) const {
    return {cargo_,
            version_,
            line_of(call(), cook_line),
            own_redirections(config_, skeleton_directory_),
            request_.directory,
            skeleton_directory_,
            directories_,
            config_,
            lock};
  }

  ExitStatus compile(const cargo::CommandLine& cook_line, const SkeletonPlace& place,
                     StoreSession* store, const RustcAnswers& answers) const {
    const auto wrapper = reason_to_compile_.empty() ? place.make_wrapper() : std::string();
    auto arguments = build_arguments(call(), cook_line);
    if (wrapper.empty()) {
      shell_.detail("Compiling", "the empty skeleton crates too, because " + reason_to_compile_);
    } else {
      arguments.insert(arguments.end(),
                       {"--config", "build.rustc-workspace-wrapper=" + cargo::toml_quote(wrapper)});
    }
    shell_.detail("Running", cargo::join_command(cargo_.command(arguments, "").argv));
    auto process = cargo_.command(arguments, request_.directory);
    if (store != nullptr) process.environment = store->observed(std::move(process.environment));
    const AnswersForWrapper answered(answers, wrapper, directories_.build_directory);
    return driver::check_started(run_process(process), cargo_);
  }

  /// Fetches what a build without network needs beyond what was compiled.
  ExitStatus fetch() const {
    if (!recipe_.whole_lock) return Exited{0};
    const auto line = line_with_given_flags(call(), command_.cook_line);
    if (is_offline(line, cargo_.environment, config_)) {
      shell_.detail("Fetching", "nothing more, because cook is offline");
      return Exited{0};
    }
    shell_.status("Fetching", "the rest of Cargo.lock for the build");
    const auto directory = skeleton_directory_ + "-" + reduce::requests_crate;
    write_skeleton(reduce::request_workspace(command_.requests, *recipe_.whole_lock), directory);
    write_sources(sources_, directory);
    auto arguments = fetch_arguments(command_, line, path::join(directory, "Cargo.toml"));
    const auto redirections = own_redirections(config_, directory);
    arguments.insert(arguments.end(), redirections.begin(), redirections.end());
    shell_.detail("Running", cargo::join_command(cargo_.command(arguments, "").argv));
    auto process = cargo_.command(arguments, request_.directory);
    // Cargo finds there what rustc has answered before. `cargo tree` has no flag for it.
    process.environment.set("CARGO_TARGET_DIR", directories_.target_directory);
    const auto status =
        driver::check_started(run_process_lines(process, [](std::string_view) {}), cargo_);
    if (succeeded(status) || request_.must_fetch) return status;
    shell_.warning(
        "could not fetch everything that the build asks for; it may fail without a network");
    return Exited{0};
  }

  /// Removes what the skeleton's crates left among the external units.
  void clean_up() const {
    const auto cleaned =
        capture_process(cargo_.command(clean_arguments(call()), request_.directory));
    if (!succeeded(cleaned.status)) {
      shell_.detail("Leaving", "the skeleton's own fingerprints, because cargo clean failed: " +
                                   cleaned.errors);
    }
  }

  SkeletonCall call() const {
    return {command_, request_, config_, directories_, skeleton_directory_};
  }

  const recipe::Recipe& recipe_;
  const recipe::Command& command_;
  const std::vector<recipe::SourceFile> sources_;
  const CookRequest& request_;
  const Environment& environment_;
  const Shell& shell_;
  std::string digest_;
  std::size_t index_;
  driver::Cargo cargo_;
  cargo::Config config_;
  driver::BuildDirectories directories_;
  /// First line of `cargo --version`.
  std::string version_;
  std::string skeleton_directory_;
  std::string reason_to_compile_;
};

bool wanted(const CookRequest& request, const std::string& name) {
  return request.only.empty() ||
         std::find(request.only.begin(), request.only.end(), name) != request.only.end();
}

/// Even if cargo failed, a requested skeleton is left for steps that go on, as in `cook || true`.
bool leaves_after(const ExitStatus& status, const Leaving& leaving) {
  return succeeded(status) || (leaving.skeleton && std::holds_alternative<Exited>(status));
}

void check_names(const recipe::Recipe& recipe, const CookRequest& request) {
  std::vector<std::string_view> known;
  for (const auto& command : recipe.commands) known.push_back(command.name);
  for (const auto& name : request.only) {
    const auto has_name = [&](const recipe::Command& command) { return command.name == name; };
    if (std::any_of(recipe.commands.begin(), recipe.commands.end(), has_name)) continue;
    throw Error("unknown-command", fmt::format("the recipe has no command named `{}`", name))
        .hint(fmt::format("the recipe has: {}", fmt::join(known, ", ")));
  }
}

/// Asks a question about each requested command and joins the answers.
template <typename Answer, typename Question>
std::vector<Answer> ask_of_all(const recipe::Recipe& recipe, const CookRequest& request,
                               const Environment& environment, const Shell& shell,
                               const Question& question) {
  check_names(recipe, request);
  check(recipe, request.directory);
  std::vector<Answer> out;
  for (std::size_t i = 0; i < recipe.commands.size(); ++i) {
    if (!wanted(request, recipe.commands[i].name)) continue;
    auto answers = CommandCook(recipe, i, request, environment, shell).ask(question);
    std::move(answers.begin(), answers.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace

ExitStatus cook(const recipe::Recipe& recipe, const CookRequest& request,
                const Environment& environment, const Shell& shell) {
  check_names(recipe, request);
  check(recipe, request.directory);
  std::string target_directory;
  std::optional<StoreSession> store;
  if (request.store) store.emplace(*request.store, shell);
  ExitStatus status = Exited{0};
  for (std::size_t i = 0; i < recipe.commands.size() && succeeded(status); ++i) {
    if (!wanted(request, recipe.commands[i].name)) continue;
    CommandCook command(recipe, i, request, environment, shell);
    status = command.run(store ? &*store : nullptr);
    if (target_directory.empty()) target_directory = command.target_directory();
  }
  if (store) store->close();
  if (request.leaving && !target_directory.empty() && leaves_after(status, *request.leaving))
    leave_beside(*request.leaving, {request.directory, request.workspace_root, target_directory},
                 environment, shell);
  return status;
}

std::vector<store::Explanation> explain_units(const recipe::Recipe& recipe,
                                              const CookRequest& request,
                                              const Environment& environment, const Shell& shell) {
  StoreSession store(*request.store, shell);
  return ask_of_all<store::Explanation>(
      recipe, request, environment, shell,
      [&](const StoredCommand& command) { return store.explain(command); });
}

std::vector<ComparedUnit> compare_units(const recipe::Recipe& recipe, const CookRequest& request,
                                        const Environment& environment, const Shell& shell) {
  StoreSession store(*request.store, shell);
  return ask_of_all<ComparedUnit>(
      recipe, request, environment, shell,
      [&](const StoredCommand& command) { return store.compare(command); });
}

cargo::Config machine_config(const std::string& directory, const Environment& environment) {
  return cargo::Config::load(DiskTree(), directory, "", cargo::cargo_home(directory, environment));
}

}  // namespace larder::cook
