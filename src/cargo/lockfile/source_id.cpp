#include "larder/cargo/lockfile/source_id.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

#include "larder/base/url.hpp"

namespace larder::cargo {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

/// Like `url::form_urlencoded::byte_serialize`.
std::string form_encoded(std::string_view text) {
  constexpr std::string_view kept = "*-._";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x80 && std::isalnum(byte) != 0) || kept.find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += hex_digits[byte >> 4U];
      out += hex_digits[byte & 15U];
    }
  }
  return out;
}

std::optional<unsigned> hex_value(char c) {
  const auto at = hex_digits.find(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(at));
}

std::string form_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = hex_value(text[i + 1]);
      const auto low = hex_value(text[i + 2]);
      if (high && low) {
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
        continue;
      }
    }
    out += text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

/// Whether this is a digest of SHA-1 or SHA-256. A branch may end in `#12`.
bool is_commit(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isxdigit(c) != 0; });
}

/// Cuts off `#commit`. In the plain form, a reference may contain '#' too, and in `dependencies` it
/// is not followed by a commit.
std::string take_commit(std::string_view& text, ReferenceEncoding encoding) {
  const auto hash = encoding == ReferenceEncoding::Plain ? text.rfind('#') : text.find('#');
  if (hash == std::string_view::npos) return "";
  const auto commit = text.substr(hash + 1);
  const bool behind_reference = text.substr(0, hash).find('?') != std::string_view::npos;
  if (encoding == ReferenceEncoding::Plain && behind_reference && !is_commit(commit)) return "";
  text = text.substr(0, hash);
  return std::string(commit);
}

std::optional<GitReference> reference_of_pair(std::string_view key, std::string name) {
  using Reference = GitReference::Kind;
  if (key == "branch" || key == "ref") return GitReference{Reference::Branch, std::move(name)};
  if (key == "tag") return GitReference{Reference::Tag, std::move(name)};
  if (key == "rev") return GitReference{Reference::Rev, std::move(name)};
  return std::nullopt;
}

}  // namespace

GitReference reference_in_query(std::string_view query, ReferenceEncoding encoding) {
  if (encoding == ReferenceEncoding::Plain) {
    const auto equals = query.find('=');
    if (equals == std::string_view::npos) return {};
    return reference_of_pair(query.substr(0, equals), std::string(query.substr(equals + 1)))
        .value_or(GitReference{});
  }
  GitReference out;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = equals == pair.size() ? "" : pair.substr(equals + 1);
    if (auto found = reference_of_pair(form_decoded(pair.substr(0, equals)), form_decoded(value)))
      out = *std::move(found);
  }
  return out;
}

std::string reference_query(const GitReference& reference, ReferenceEncoding encoding) {
  using Reference = GitReference::Kind;
  if (reference.kind == Reference::DefaultBranch) return "";
  const auto* key = reference.kind == Reference::Tag      ? "tag="
                    : reference.kind == Reference::Branch ? "branch="
                                                          : "rev=";
  return key +
         (encoding == ReferenceEncoding::Percent ? form_encoded(reference.name) : reference.name);
}

std::optional<SourceId> SourceId::make(Kind kind, std::string url) {
  const auto normalized = normalized_url(url);
  if (!normalized) return std::nullopt;
  return SourceId(kind, std::make_shared<const Place>(
                            Place{std::move(url), larder::canonical_url(*normalized)}));
}

const SourceId& SourceId::crates_io() {
  static const auto id = make(Kind::Registry, std::string(crates_io_index)).value();
  return id;
}

std::optional<SourceId> SourceId::registry(std::string_view index) {
  const bool sparse = index.starts_with("sparse+");
  return make(sparse ? Kind::SparseRegistry : Kind::Registry, std::string(index));
}

std::optional<SourceId> SourceId::parse(std::string_view text, ReferenceEncoding encoding) {
  const auto plus = text.find('+');
  if (plus == std::string_view::npos) return std::nullopt;
  const auto kind = text.substr(0, plus);
  auto url = text.substr(plus + 1);
  // A fast path for most entries of most lock files.
  if (kind == "registry" && url == crates_io_index) return crates_io();
  if (kind == "registry") return make(Kind::Registry, std::string(url));
  if (kind == "sparse") return make(Kind::SparseRegistry, std::string(text));
  if (kind == "path") return make(Kind::Path, std::string(url));
  if (kind != "git") return std::nullopt;
  auto commit = take_commit(url, encoding);
  const auto query = std::min(url.find('?'), url.size());
  auto out = make(Kind::Git, std::string(url.substr(0, query)));
  if (!out) return std::nullopt;
  if (query < url.size()) out->reference_ = reference_in_query(url.substr(query + 1), encoding);
  out->commit_ = std::move(commit);
  return out;
}

std::optional<SourceId> SourceId::of(const Source& source) {
  if (const auto* git = std::get_if<GitSource>(&source)) {
    // In a lock file, the query is the reference and the fragment is the commit. So a URL that was
    // read from one has neither.
    auto out = make(Kind::Git, git->url.substr(0, git->url.find_first_of("?#")));
    if (!out) return std::nullopt;
    if (auto reference = reference_of_pair(git->reference_kind, git->reference))
      out->reference_ = *std::move(reference);
    return out;
  }
  const auto* named = std::get_if<RegistrySource>(&source);
  if (named == nullptr) return std::nullopt;
  if (named->index) return registry(*named->index);
  if (named->name && *named->name != "crates-io") return std::nullopt;
  return crates_io();
}

std::string SourceId::text(ReferenceEncoding encoding) const {
  switch (kind_) {
    case Kind::Path:
      return "path+" + url();
    case Kind::Registry:
      return "registry+" + url();
    case Kind::SparseRegistry:
      return url();
    case Kind::Git:
      break;
  }
  auto out = "git+" + url();
  if (const auto query = reference_query(reference_, encoding); !query.empty()) out += "?" + query;
  if (!commit_.empty()) out += "#" + commit_;
  return out;
}

SourceId SourceId::without_commit() const {
  auto out = *this;
  out.commit_.clear();
  return out;
}

SourceId SourceId::with_master_as_default() const {
  auto out = *this;
  if (reference_ == GitReference{GitReference::Kind::Branch, "master"}) out.reference_ = {};
  return out;
}

bool SourceId::is_plain_enough() const {
  if (reference_.name.find('#') != std::string::npos) return false;
  if (!commit_.empty() && !is_commit(commit_)) return false;
  const auto plain = reference_query(reference_, ReferenceEncoding::Plain);
  return reference_in_query(plain, ReferenceEncoding::Percent) == reference_;
}

bool operator==(const SourceId& a, const SourceId& b) {
  return (a <=> b) == std::strong_ordering::equal;
}

std::strong_ordering operator<=>(const SourceId& a, const SourceId& b) {
  if (const auto order = std::tie(a.kind_, a.reference_) <=> std::tie(b.kind_, b.reference_);
      order != 0)
    return order;
  return a.place_ == b.place_ ? std::strong_ordering::equal
                              : a.canonical_url() <=> b.canonical_url();
}

}  // namespace larder::cargo
