#include "larder/cook/stub_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text.hpp"
#include "larder/cargo/manifest/manifest_tables.hpp"
#include "larder/cook/recipe_checks.hpp"
#include "larder/cook/skeleton_files.hpp"
#include "larder/reduce/tables/mark.hpp"

namespace larder::cook {

using cargo::TargetKind;

namespace {

/// 2100-01-01, in nanoseconds since 1970.
constexpr std::int64_t far_date = 4'102'444'800'000'000'000;

/// What one source file is used for.
struct Roles {
  std::set<TargetKind> kinds;
  bool is_proc_macro = false;
  bool is_linked = false;

  bool is_only(TargetKind kind) const { return kinds.size() == 1 && kinds.contains(kind); }
  bool has(TargetKind kind) const { return kinds.contains(kind); }
};

std::string rust_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// A program or linked library for a target that has no standard library.
std::string freestanding(bool is_program) {
  return std::string("#![no_std]\n") + (is_program ? "#![no_main]\n" : "") +
         "\n#[panic_handler]\nfn stop(_: &core::panic::PanicInfo<'_>) -> ! {\n    loop {}\n}\n";
}

/// A Rust string that names the file to copy.
std::string message_text(const std::string& file) {
  return rust_quote(file +
                    " is a stub, left by cargo-larder when it cooked the dependencies: "
                    "copy the real file over it and build again");
}

/// Formatted with `{}`, so that nothing in a file's name has a meaning.
std::string panic_text(const std::string& message) {
  return fmt::format("panic!(\"{{}}\", {})", message);
}

/// Makes `cargo bench` fail as `cargo test` does. Given `--bench`, libtest ignores tests, and a
/// stable toolchain has no other item that it would run.
std::string benchmark_text(const std::string& message) {
  constexpr std::string_view text =
#include "benchmark_stub.inc"
      ;
  auto out = replaced(std::string(text), "APPLE_SECTION", "__DATA,__mod_init_func,mod_init_funcs");
  return replaced(std::move(out), "MESSAGE", message);
}

/// If several targets share the file, one may be a build script, which must not fail.
std::string main_text(const Roles& roles, const std::string& panic) {
  if (roles.is_only(TargetKind::BuildScript)) return "fn main() {}\n";
  const std::string guard =
      "    if env!(\"CARGO_CRATE_NAME\").starts_with(\"build_script_\") {\n"
      "        return;\n    }\n";
  // The file may also be a library, where a private `main` would be dead code. That is a warning,
  // which may be denied.
  return fmt::format("pub fn main() {{\n{}    {};\n}}\n",
                     roles.has(TargetKind::BuildScript) ? guard : "", panic);
}

/// The item that fails when the stub is compiled with libtest.
std::string test_text(const Roles& roles, const std::string& message) {
  if (roles.is_only(TargetKind::BuildScript)) return "";
  // The kinds that cargo benchmarks by default. A real test or example has nothing to measure
  // either.
  const bool has_benchmarks =
      roles.has(TargetKind::Lib) || roles.has(TargetKind::Bin) || roles.has(TargetKind::Bench);
  return fmt::format("\n#[test]\nfn is_a_stub() {{\n    {};\n}}\n", panic_text(message)) +
         (has_benchmarks ? benchmark_text(message) : "");
}

std::string body(const Roles& roles, const std::string& message, Programs programs) {
  const bool is_library = roles.is_only(TargetKind::Lib);
  const bool is_program = roles.has(TargetKind::Bin) || roles.has(TargetKind::Example);
  if (programs == Programs::NoStd && (is_program || (is_library && roles.is_linked)))
    return freestanding(is_program);
  const auto test = test_text(roles, message);
  // A library without std also compiles for targets that have no std. A linked one would need a
  // panic handler.
  if (is_library) return (roles.is_proc_macro || roles.is_linked ? "" : "#![no_std]\n") + test;
  return main_text(roles, panic_text(message)) + test;
}

std::string stub_text(const std::string& file, const Roles& roles, Programs programs) {
  const auto marker =
      path::relative(path::join("/", stub_marker), path::parent(path::join("/", file)));
  return fmt::format(
      "{}\n// Dated 2100, so that nothing which was compiled from a stub is ever fresh.\n"
      "const _: &[u8] = include_bytes!({});\n",
      body(roles, message_text(file), programs), rust_quote(marker));
}

bool is_linked_type(const cargo::TomlValue& type) {
  return type.string() != nullptr && (*type.string() == "cdylib" || *type.string() == "staticlib");
}

const cargo::TomlArray* crate_types(const cargo::TomlValue& manifest) {
  const auto* lib = manifest.find("lib");
  const auto* types = lib == nullptr ? nullptr : lib->find("crate-type");
  return types == nullptr ? nullptr : types->array();
}

std::map<std::string, Roles> roles_of(const reduce::SkeletonManifest& manifest) {
  const auto document = cargo::parse_toml(manifest.path, manifest.contents, "recipe-invalid");
  const auto* types = crate_types(document.root);
  const bool is_linked =
      types != nullptr && std::any_of(types->begin(), types->end(), is_linked_type);
  std::map<std::string, Roles> out;
  for (const auto& target : manifest.targets) {
    auto& roles = out[target.path];
    roles.kinds.insert(target.kind);
    roles.is_proc_macro = roles.is_proc_macro || target.is_proc_macro;
    roles.is_linked = roles.is_linked || (target.kind == TargetKind::Lib && is_linked);
  }
  return out;
}

}  // namespace

std::map<std::string, std::string> stub_files(const reduce::Skeleton& skeleton,
                                              const std::vector<recipe::SourceFile>& sources,
                                              Programs programs) {
  check_open_skeleton(skeleton, sources);
  std::map<std::string, std::string> files{
      {stub_marker, "Stubs that cook left read this file, which is newer than all others.\n"}};
  for (const auto& source : sources) {
    if (!source.is_root_manifest()) files.emplace(source.path, source.contents);
  }
  if (!skeleton.lock_file.empty()) {
    (void)cargo::parse_lockfile("Cargo.lock", skeleton.lock_file);
    files.emplace("Cargo.lock", skeleton.lock_file);
  }
  for (const auto& manifest : skeleton.manifests) {
    files.emplace(manifest.path, reduce::marked_manifest(manifest.path, manifest.contents));
    const auto directory = path::parent(manifest.path);
    for (const auto& [relative, roles] : roles_of(manifest)) {
      const auto file = directory.empty() ? relative : directory + "/" + relative;
      files.emplace(file, stub_text(file, roles, programs));
    }
  }
  return files;
}

std::vector<std::string> linked_stubs(const reduce::Skeleton& skeleton) {
  std::vector<std::string> out;
  for (const auto& manifest : skeleton.manifests) {
    const auto document = cargo::parse_toml(manifest.path, manifest.contents, "recipe-invalid");
    const auto* types = crate_types(document.root);
    if (types == nullptr || std::none_of(types->begin(), types->end(), is_linked_type)) continue;
    if (const auto name = cargo::package_name(document)) out.push_back(*name);
  }
  return out;
}

bool is_stub_manifest(const std::string& file) {
  const auto text = read_file(file);
  try {
    return text && reduce::is_marked(cargo::parse_toml(file, *text, "manifest-parse"));
  } catch (const Error&) {
    return false;
  }
}

void date_stub_marker(const std::string& file) {
  if (set_modified(file, far_date) && modified(file) == far_date) return;
  throw Error("file-write", "cannot set the date of the file to the year 2100").in_file(file);
}

}  // namespace larder::cook
