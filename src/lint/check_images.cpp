#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "larder/base/path.hpp"
#include "subject.hpp"

// The C libraries of the images that compile and that run a program.

namespace larder::lint {

namespace {

/// Debian releases and Ubuntu's by the version of their glibc.
struct Release {
  std::string_view name;
  int glibc;
};
constexpr std::array<Release, 12> releases{{{"stretch", 24},
                                            {"buster", 28},
                                            {"bullseye", 31},
                                            {"bookworm", 36},
                                            {"trixie", 41},
                                            {"debian11", 31},
                                            {"debian12", 36},
                                            {"debian13", 41},
                                            {"20.04", 31},
                                            {"22.04", 35},
                                            {"24.04", 39},
                                            {"18.04", 27}}};

enum class Libc { Unknown, Glibc, Musl };

struct ImageLibc {
  Libc libc = Libc::Unknown;
  /// The minor version; nothing when the tag does not fix it.
  std::optional<int> version;
};

std::string_view tag_of(std::string_view image) {
  const auto colon = image.rfind(':');
  return colon == std::string_view::npos || image.find('/', colon) != std::string_view::npos
             ? std::string_view()
             : image.substr(colon + 1);
}

ImageLibc libc_of(const std::string& image) {
  const auto name = path::file_name(image.substr(0, image.find_first_of(":@")));
  const auto tag = tag_of(image);
  if (name == "alpine" || tag.find("alpine") != std::string_view::npos) return {Libc::Musl, {}};
  const bool is_glibc = name == "rust" || name == "debian" || name == "ubuntu" ||
                        name == "cargo-chef" || image.find("distroless/") != std::string::npos;
  if (!is_glibc) return {};
  for (const auto& release : releases) {
    const bool in_name =
        image.find("distroless/") != std::string::npos && name.ends_with(release.name);
    if (in_name || tag.find(release.name) != std::string_view::npos)
      return {Libc::Glibc, release.glibc};
  }
  // Versions of Debian as numbers.
  if (name == "debian" && tag.starts_with("11")) return {Libc::Glibc, 31};
  if (name == "debian" && tag.starts_with("12")) return {Libc::Glibc, 36};
  if (name == "debian" && tag.starts_with("13")) return {Libc::Glibc, 41};
  return {Libc::Glibc, {}};
}

/// Whether a build of the stage makes a program for musl, or a static one.
bool links_statically(const Subject& subject, std::size_t stage) {
  for (const auto index : subject.model.stages[stage].steps) {
    const auto* call = subject.model.steps[index].call();
    if (call == nullptr) continue;
    const auto is_static = [](const std::string& text) {
      return text.find("musl") != std::string::npos || text.find("crt-static") != std::string::npos;
    };
    if (std::any_of(call->words.begin(), call->words.end(), is_static)) return true;
    for (const auto& [name, setting] : call->environment) {
      if (is_static(setting.value)) return true;
    }
    for (const auto& target : call->line ? call->line->targets : std::vector<std::string>{}) {
      if (is_static(target)) return true;
    }
  }
  return false;
}

/// The default of the rust image is Debian's newest release, some time after it is out.
constexpr int newest_glibc = 41;

void compare_images(const Subject& subject, std::size_t copy, std::size_t builder,
                    std::size_t runtime, Findings& findings) {
  const auto& build_image = subject.model.stages[builder].image;
  const auto& run_image = subject.model.stages[runtime].image;
  const auto built = libc_of(build_image);
  const auto run = libc_of(run_image);
  if (links_statically(subject, builder)) return;
  if (built.libc == Libc::Glibc && run.libc == Libc::Musl) {
    findings.add("older-runtime", Severity::Error, subject.at(copy),
                 fmt::format("the program is compiled in `{}` for glibc, which `{}` does not have",
                             build_image, run_image),
                 "compile for a musl target, or run it in an image with glibc");
    return;
  }
  if (built.libc == Libc::Musl && run.libc == Libc::Glibc) return;
  if (built.libc != Libc::Glibc || run.libc != Libc::Glibc || !run.version) return;
  if (built.version && *run.version < *built.version) {
    findings.add("older-runtime", Severity::Error, subject.at(copy),
                 fmt::format("`{}` has glibc 2.{}, older than that of `{}` (2.{}): the program may "
                             "not start",
                             run_image, *run.version, build_image, *built.version),
                 "use the same Debian release for both");
  }
  if (!built.version && *run.version < newest_glibc) {
    findings.add(
        "older-runtime", Severity::Warning, subject.at(copy),
        fmt::format("`{}` stays at glibc 2.{}, but `{}` moves to newer releases of Debian",
                    run_image, *run.version, build_image),
        "name the release in both images, such as rust:1-bookworm and debian:bookworm-slim");
  }
}

bool builds_in(const Subject& subject, std::size_t stage) {
  return std::any_of(subject.pairs.begin(), subject.pairs.end(),
                     [&](const Pair& pair) { return pair.build_stage == stage; });
}

/// From a stage that builds, or out of a target directory. Certificates and the like are no
/// program.
bool copies_program(const Subject& subject, const CopyStep& copy) {
  return std::any_of(copy.sources.begin(), copy.sources.end(), [&](const std::string& source) {
    const bool is_program =
        builds_in(subject, *copy.stage) && path::file_name(source).find('.') == std::string::npos;
    return is_program || source.find("/target/") != std::string::npos;
  });
}

}  // namespace

void check_images(const Subject& subject, Findings& findings) {
  for (std::size_t index = 0; index < subject.model.steps.size(); ++index) {
    const auto* copy = subject.model.steps[index].copy();
    if (copy == nullptr || !copy->stage || !copies_program(subject, *copy)) continue;
    const auto stage = subject.model.steps[index].stage;
    // A stage that goes on compiling is no runtime.
    if (!builds_in(subject, stage)) compare_images(subject, index, *copy->stage, stage, findings);
  }
}

}  // namespace larder::lint
