#include "package_details.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "larder/base/path.hpp"
#include "larder/cargo/command/package_spec.hpp"
#include "larder/cargo/workspace/version.hpp"

namespace larder::cargo {

namespace {

class DetailsReader {
 public:
  DetailsReader(const SourceTree& tree, const TomlCursor& table, const Package& package,
                const Inheritance& inheritance)
      : tree_(tree), table_(table), package_(package), inheritance_(inheritance) {}

  PackageDetails read() const {
    PackageDetails out;
    out.authors = strings("authors");
    out.categories = strings("categories");
    out.keywords = strings("keywords");
    out.description = string("description");
    out.documentation = string("documentation");
    out.homepage = string("homepage");
    out.license = string("license");
    out.license_file = license_file();
    read_readme(out);
    out.repository = string("repository");
    out.rust_version = rust_version();
    out.publish = publish();
    strings("include");
    strings("exclude");
    return out;
  }

 private:
  std::optional<TomlCursor> field(std::string_view key) const {
    return inheritance_.package_field(table_, key);
  }
  std::optional<std::string> string(std::string_view key) const {
    const auto value = field(key);
    return value ? std::optional(value->as_string()) : std::nullopt;
  }
  std::vector<std::string> strings(std::string_view key) const {
    const auto value = field(key);
    return value ? value->as_strings() : std::vector<std::string>{};
  }

  std::optional<std::string> license_file() const {
    auto file = string("license-file");
    const auto own = table_.find("license-file");
    if (file && Inheritance::is_inherited(*own)) file = rebased(*own, *file);
    return file;
  }

  /// A path that is relative to the workspace root, made relative to the package.
  std::string rebased(const TomlCursor& own, const std::string& file) const {
    auto out =
        path::relative(path::join(inheritance_.root(own).directory(), file), package_.directory);
    return out == "." ? "" : out;
  }

  static std::optional<std::string> readme_of(const TomlCursor& value) {
    if (const auto* file = value.value().string()) return *file;
    return value.as_bool() ? std::optional<std::string>("README.md") : std::nullopt;
  }

  void read_readme(PackageDetails& out) const {
    const auto own = table_.find("readme");
    out.states_readme = own.has_value();
    if (!own) return;
    out.readme = Inheritance::is_inherited(*own) ? inherited_readme(*own) : readme_of(*own);
  }

  std::string inherited_readme(const TomlCursor& own) const {
    const auto& root = inheritance_.root(own);
    const auto workspace = root.workspace();
    const auto shared = workspace ? workspace->find("package") : std::nullopt;
    const auto stated = shared ? shared->find("readme") : std::nullopt;
    const auto file = stated ? readme_of(*stated) : default_readme(tree_, root.directory());
    if (file) return rebased(own, *file);
    throw own.error("`package.readme` is inherited, but the workspace root has none")
        .hint("define workspace.package.readme in " + root.path());
  }

  std::optional<std::string> rust_version() const {
    const auto text = string("rust-version");
    if (!text) return std::nullopt;
    auto version = parse_rust_version(*text).value().str();
    check_edition(version);
    return version;
  }

  /// `rust-version` must not be older than the edition (cargo: core/features.rs).
  void check_edition(const std::string& text) const {
    struct First {
      std::string_view edition;
      std::uint64_t minor;
    };
    static constexpr std::array<First, 3> firsts{{{"2018", 31}, {"2021", 56}, {"2024", 85}}};
    if (!table_.find("edition")) return;
    const auto dots = static_cast<std::size_t>(std::count(text.begin(), text.end(), '.'));
    const auto version = parse_version(text + (dots == 0 ? ".0.0" : dots == 1 ? ".0" : ""));
    for (const auto& [edition, minor] : firsts) {
      if (package_.edition != edition || !version) continue;
      if (version->major == 1 && version->minor >= minor) return;
      throw table_.find("rust-version")
          ->error(fmt::format("rust-version {} does not support edition {}, which needs 1.{}", text,
                              edition, minor));
    }
  }

  std::optional<std::vector<std::string>> publish() const {
    const auto value = field("publish");
    if (value && value->value().array() != nullptr) return value->as_strings();
    const bool allowed = value ? value->as_bool() : table_.find("version").has_value();
    if (allowed) return std::nullopt;
    return std::vector<std::string>{};
  }

  const SourceTree& tree_;
  const TomlCursor& table_;
  const Package& package_;
  const Inheritance& inheritance_;
};

}  // namespace

std::optional<std::string> default_readme(const SourceTree& tree, const std::string& directory) {
  for (const auto* name : {"README.md", "README.txt", "README"}) {
    if (tree.is_file(path::join(directory, name))) return name;
  }
  return std::nullopt;
}

PackageDetails read_package_details(const SourceTree& tree, const TomlCursor& table,
                                    const Package& package, const Inheritance& inheritance) {
  return DetailsReader(tree, table, package, inheritance).read();
}

}  // namespace larder::cargo
