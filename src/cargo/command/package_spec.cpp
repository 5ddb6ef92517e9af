#include "larder/cargo/command/package_spec.hpp"

#include "larder/base/url.hpp"
#include "larder/cargo/manifest/names.hpp"
#include "larder/cargo/workspace/version.hpp"

namespace larder::cargo {

std::string PartialVersion::str() const {
  auto out = std::to_string(major);
  if (minor) out += "." + std::to_string(*minor);
  if (patch) out += "." + std::to_string(*patch);
  if (!pre.empty()) out += "-" + pre;
  return build.empty() ? out : out + "+" + build;
}

bool PartialVersion::matches(const Version& version) const {
  if (!version.pre.empty() && pre.empty()) return false;
  return major == version.major && (!minor || *minor == version.minor) &&
         (!patch || *patch == version.patch) && (pre.empty() || pre == version.pre) &&
         (build.empty() || build == version.build);
}

std::optional<PartialVersion> parse_partial_version(std::string_view text) {
  if (const auto version = parse_version(text)) {
    return PartialVersion{version->major, version->minor, version->patch, version->pre,
                          version->build};
  }
  // Cargo reads the rest as a requirement, so spaces are allowed around it.
  const auto requirement = VersionReq::parse(text);
  if (!requirement || requirement->comparators().size() != 1 || text.starts_with('^'))
    return std::nullopt;
  const auto& only = requirement->comparators()[0];
  if (only.op != VersionReq::Op::Caret) return std::nullopt;
  return PartialVersion{only.major, only.minor, only.patch, only.pre, ""};
}

std::optional<PartialVersion> parse_rust_version(std::string_view text) {
  auto version = parse_partial_version(text);
  if (version && version->pre.empty() && version->build.empty()) return version;
  return std::nullopt;
}

namespace {

bool is_alphabetic(std::string_view text) {
  return !text.empty() && is_xid_start(take_character(text));
}

/// The position of the separator in `name@version` or `name:version`.
std::optional<std::size_t> separator_of(std::string_view text) {
  if (const auto at = text.rfind('@'); at != std::string_view::npos) return at;
  const auto colon = text.rfind(':');
  const bool doubled = colon != std::string_view::npos && colon > 0 && text[colon - 1] == ':';
  if (colon == std::string_view::npos || doubled) return std::nullopt;
  return colon;
}

/// Reads `name@version`. Nothing if the version is invalid.
std::optional<PackageSpec> with_version(std::string_view text, std::size_t separator) {
  auto version = parse_partial_version(text.substr(separator + 1));
  if (!version) return std::nullopt;
  return PackageSpec{std::string(text.substr(0, separator)), std::move(version)};
}

std::string last_of_path(std::string_view url) {
  const auto host = url.find("://") + 3;
  const auto path = url.find('/', host);
  return path == std::string_view::npos ? "" : std::string(url.substr(url.rfind('/') + 1));
}

/// Whether cargo knows the `kind+` before the scheme, and allows a query with it.
bool is_known_protocol(std::string_view url, bool has_query) {
  const auto scheme = url.substr(0, url.find(':'));
  const auto plus = scheme.find('+');
  const auto kind = plus == std::string_view::npos ? "" : scheme.substr(0, plus);
  if (kind == "git") return true;
  if (has_query) return false;
  if (kind == "path") return scheme.substr(plus + 1) == "file";
  return kind.empty() || kind == "registry" || kind == "sparse";
}

std::optional<PackageSpec> parse_url(std::string_view url) {
  const auto hash = url.find('#');
  const auto before = url.substr(0, hash);
  const auto plain = before.substr(0, before.find('?'));
  if (!is_known_protocol(url, plain.size() < before.size())) return std::nullopt;
  auto name = last_of_path(plain);
  if (hash == std::string_view::npos) return PackageSpec{std::move(name), std::nullopt};
  const auto fragment = url.substr(hash + 1);
  if (const auto separator = separator_of(fragment)) return with_version(fragment, *separator);
  if (is_alphabetic(fragment)) return PackageSpec{std::string(fragment), std::nullopt};
  auto version = parse_partial_version(fragment);
  if (!version) return std::nullopt;
  return PackageSpec{std::move(name), std::move(version)};
}

void add_source(std::string_view url, PackageSpec& spec) {
  using Kind = SourceId::Kind;
  const auto scheme = url.substr(0, url.find(':'));
  const auto plus = scheme.find('+');
  const auto kind = plus == std::string_view::npos ? "" : scheme.substr(0, plus);
  const auto plain = url.substr(0, url.find('#'));
  const auto query = std::min(plain.find('?'), plain.size());
  auto place = plain.substr(0, query);
  if (kind == "git") {
    spec.kind = Kind::Git;
    if (query < plain.size())
      spec.reference = reference_in_query(plain.substr(query + 1), ReferenceEncoding::Percent);
  } else if (kind == "registry") {
    spec.kind = Kind::Registry;
  } else if (kind == "sparse") {
    spec.kind = Kind::SparseRegistry;
  } else if (kind == "path") {
    spec.kind = Kind::Path;
  }
  // The URL of a sparse registry includes its kind.
  if (spec.kind && spec.kind != Kind::SparseRegistry) place.remove_prefix(kind.size() + 1);
  // Without its kind, the URL has another scheme, with rules of its own.
  spec.url = canonical_url(normalized_url(place).value_or(std::string(place)));
  spec.is_path = spec.kind ? spec.kind == Kind::Path : url.starts_with("file:");
}

std::optional<PackageSpec> parse_unchecked(std::string_view text) {
  if (text.find("://") != std::string_view::npos) {
    if (const auto url = normalized_url(text)) {
      auto spec = parse_url(*url);
      if (spec) add_source(*url, *spec);
      return spec;
    }
  }
  if (const auto separator = separator_of(text)) return with_version(text, *separator);
  return PackageSpec{std::string(text), std::nullopt};
}

}  // namespace

bool PackageSpec::names(const LockedPackage& package) const {
  if (name != package.name || (version && !version->matches(package.version))) return false;
  if (url.empty()) return true;
  if (!package.source || package.source->canonical_url() != url) return false;
  if (kind && *kind != package.source->kind()) return false;
  return kind != SourceId::Kind::Git || package.source->reference() == reference;
}

std::optional<PackageSpec> parse_package_spec(std::string_view text) {
  auto spec = parse_unchecked(text);
  if (!spec || package_name_problem(spec->name)) return std::nullopt;
  return spec;
}

}  // namespace larder::cargo
