#include "larder/cook/dry_run.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "larder/base/digest.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/temporary_directory.hpp"
#include "larder/cargo/command/flags.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/cook/cook.hpp"
#include "larder/cook/skeleton_place.hpp"
#include "larder/cook/stub_wrapper.hpp"
#include "larder/cook/target_stamp.hpp"
#include "larder/driver/jobserver.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;

void date_as(const std::string& file, const std::string& other) {
  if (const auto date = modified(other)) set_modified(file, date);
}

/// Files that cargo may write are copied with their dates. Files whose date alone it reads are
/// links. Files that do not matter for external units are left out.
class BuildDirectoryCopy {
 public:
  explicit BuildDirectoryCopy(std::string stub) : stub_(std::move(stub)) {}

  void run(const std::string& from, const std::string& to) const {
    make_directories(to);
    if (!fs::is_directory(from)) return;
    for (const auto& entry : fs::directory_iterator(from)) {
      const auto name = entry.path().filename().string();
      if (entry.is_directory()) {
        if (!is_left_out(name)) copy_directory(entry.path().string(), path::join(to, name), false);
      }
    }
  }

 private:
  static bool is_left_out(const std::string& directory) {
    return directory == "larder" || directory == "doc" || directory == "package" ||
           directory == "incremental";
  }

  void copy_directory(const std::string& from, const std::string& to, bool artifacts) const {
    make_directories(to);
    const bool notes = driver::is_fingerprint_directory(from);
    for (const auto& entry : fs::directory_iterator(from)) {
      const auto name = entry.path().filename().string();
      const auto source = entry.path().string();
      const auto copy = path::join(to, name);
      if (entry.is_directory() && !entry.is_symlink()) {
        const bool below = artifacts || name == "deps" || name == "out";
        if (name != "incremental") copy_directory(source, copy, below);
      } else if (notes || is_written_by_cargo(name)) {
        copy_file(source, copy);
      } else if (is_build_script(name, source)) {
        write_file_atomically(copy, "#!" + stub_ + "\n");
        ::chmod(copy.c_str(), 0755);
        date_as(copy, source);
      } else if (artifacts && !name.ends_with(".d")) {
        make_link(source, copy);
      }
    }
  }

  static bool is_written_by_cargo(const std::string& name) {
    constexpr std::array<std::string_view, 5> names{"output", "root-output", "stderr", "stdout",
                                                    "invoked.timestamp"};
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  static bool is_build_script(const std::string& name, const std::string& file) {
    return is_stubbed_build_script(name) && ::access(file.c_str(), X_OK) == 0;
  }

  static void copy_file(const std::string& from, const std::string& to) {
    std::error_code error;
    fs::copy_file(from, to, error);
    if (error) {
      throw Error("file-write", "cannot copy the file: " + error.message())
          .in_file(from)
          .hint("make the file readable: cargo has to read it too");
    }
    date_as(to, from);
  }

  std::string stub_;
};

/// Restores a file that the run has changed.
class KeptFile {
 public:
  explicit KeptFile(std::string path)
      : path_(std::move(path)), text_(read_file(path_)), date_(modified(path_)) {}
  ~KeptFile() {
    try {
      if (!text_ || read_file(path_) == text_) return;
      write_file_atomically(path_, *text_);
      set_modified(path_, date_);
    } catch (const Error&) {  // keep cargo's version, as a real build would
    }
  }
  KeptFile(const KeptFile&) = delete;
  KeptFile& operator=(const KeptFile&) = delete;

 private:
  std::string path_;
  std::optional<std::string> text_;
  std::optional<std::int64_t> date_;
};

/// Puts the stub in front of rustc. Cargo does not compare a user's own wrapper, but a build script
/// may ask to be rerun when the variable changes. It sees the user's value through `[env]`.
void put_stub_before_rustc(cargo::CommandLine& line, Environment& environment,
                           const std::string& stub) {
  if (const auto theirs = environment.get("RUSTC_WRAPPER")) {
    environment.set("RUSTC_WRAPPER", stub);
    line.config.push_back("env.RUSTC_WRAPPER.value=" + cargo::toml_quote(*theirs));
    line.config.emplace_back("env.RUSTC_WRAPPER.force=true");
  } else {
    line.config.push_back("build.rustc-wrapper=" + cargo::toml_quote(stub));
  }
}

bool names_jobs(const cargo::CommandLine& line) {
  return std::any_of(line.neutral.begin(), line.neutral.end(),
                     [](const auto& flag) { return flag.name == "--jobs"; });
}

/// Sets the flags for machine-readable messages in place of the user's output flags.
void ask_for_messages(cargo::CommandLine& line) {
  cargo::clear_flags(line, {cargo::FlagRole::Output});
  // With `--verbose`, cargo says why each unit is not fresh.
  line.neutral.insert(line.neutral.end(),
                      {{"--verbose"}, {"--message-format", "json"}, {"--color", "never"}});
}

/// The directories of a dry run.
struct Scratch {
  explicit Scratch(const Environment& environment)
      : directory(std::make_shared<TemporaryDirectory>(environment)),
        stub(path::join(directory->path(), dry_run_stub_name)),
        build(path::join(directory->path(), dry_run_build)),
        calls(path::join(directory->path(), noted_calls)) {
    make_link(own_executable(), stub);
  }

  std::shared_ptr<TemporaryDirectory> directory;
  std::string stub;
  std::string build;
  std::string calls;
};

/// A link to this program in the target directory, so that its path is the same in every run. Else
/// cargo would not rely on what rustc answered in another one. `other` if there is no `larder`
/// directory to put it in.
std::string lasting_stub(const std::string& target_directory, const std::string& other) {
  const auto own = own_directory(target_directory);
  const auto program = own_executable();
  std::error_code error;
  if (!fs::is_directory(own, error)) return other;
  const auto place = path::join(own, "dry-run-" + larder::digest(program));
  if (::mkdir(place.c_str(), 0777) != 0 && errno != EEXIST) return other;
  auto stub = path::join(place, dry_run_stub_name);
  // Another dry run may create the same link now.
  const bool is_there =
      ::symlink(program.c_str(), stub.c_str()) == 0 || fs::read_symlink(stub, error) == program;
  return is_there ? stub : other;
}

struct StubbedCommand {
  const driver::Cargo& cargo;
  cargo::CommandLine line;
  std::vector<std::string> more;
  const std::string& directory;
  const std::string& workspace_root;
  const driver::BuildDirectories& directories;
};

DryRun run_stubbed(StubbedCommand command, const Scratch& scratch, const std::string& stub) {
  auto& line = command.line;
  DryRun out;
  out.directory = scratch.directory;
  out.copied_to = scratch.build;
  out.before = driver::read_fingerprints(out.copied_to);

  auto here = command.cargo;
  put_stub_before_rustc(line, here.environment, stub);
  ask_for_messages(line);
  line.target_dir = out.copied_to;
  if (command.directories.build_directory != command.directories.target_directory) {
    line.target_dir = path::join(scratch.directory->path(), "target");
    line.config.push_back("build.build-dir=" + cargo::toml_quote(out.copied_to));
  }
  line.toolchain.clear();
  const KeptFile lock(cargo::lockfile_place(
      command.workspace_root, command.directory, here.environment,
      machine_config(command.directory, here.environment),
      cargo::Config::of_arguments(DiskTree(), command.directory, line.config)));
  auto arguments = line.arguments();
  arguments.insert(arguments.end(), command.more.begin(), command.more.end());
  auto ran = capture_process(here.command(arguments, command.directory));
  out.status = driver::check_started(ran.status, here);
  out.messages = std::move(ran.output);
  out.errors = std::move(ran.errors);
  out.after = driver::read_fingerprints(out.copied_to);
  out.calls = read_calls(scratch.calls);
  return out;
}

}  // namespace

DryRun dry_run(const driver::Cargo& cargo, cargo::CommandLine line, const std::string& directory,
               const std::string& workspace_root, const driver::BuildDirectories& directories,
               ForeignUnits foreign) {
  const Scratch scratch(cargo.environment);
  BuildDirectoryCopy(scratch.stub).run(directories.build_directory, scratch.build);
  if (foreign == ForeignUnits::Forget && was_copied_over(directories.target_directory))
    forget_foreign_units(directories.target_directory, scratch.build);
  return run_stubbed({cargo, std::move(line), {}, directory, workspace_root, directories}, scratch,
                     scratch.stub);
}

DryRun dry_run_from_nothing(const driver::Cargo& cargo, cargo::CommandLine line,
                            const std::vector<std::string>& more, const std::string& directory,
                            const std::string& workspace_root,
                            const driver::BuildDirectories& directories,
                            const RustcAnswers& answers) {
  const Scratch scratch(cargo.environment);
  write_new_file(scratch.calls, "");
  make_directories(scratch.build);
  const auto stub = lasting_stub(directories.target_directory, scratch.stub);
  answers.put(stub, scratch.build);
  auto with_jobserver = cargo;
  const driver::NamedJobserver jobserver(scratch.directory->path());
  // With both, cargo would warn about the flag.
  if (!names_jobs(line)) jobserver.offer_to(with_jobserver.environment);
  auto out =
      run_stubbed({with_jobserver, std::move(line), more, directory, workspace_root, directories},
                  scratch, stub);
  if (stub != scratch.stub) answers.take(stub, scratch.build);
  out.answers = answers_in(scratch.build).value_or("");
  return out;
}

}  // namespace larder::cook
