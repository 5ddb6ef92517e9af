#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "larder/cargo/manifest/package.hpp"

namespace larder::cargo {

/// How a lock file writes a git reference (cargo: `encodable_source_id` in
/// core/resolver/encode.rs).
enum class ReferenceEncoding {
  /// Before version 4: unencoded.
  Plain,
  /// From version 4: percent-encoded, a space as '+'.
  Percent
};

/// The commits of a repository that a git source refers to. In cargo's order (cargo-util-schemas:
/// core/source_kind.rs).
struct GitReference {
  enum class Kind { Tag, Branch, Rev, DefaultBranch };
  Kind kind = Kind::DefaultBranch;
  /// Empty for the default branch.
  std::string name;
  auto operator<=>(const GitReference&) const = default;
};

/// Where a package comes from, with cargo's own equality and order (cargo: core/source_id.rs): by
/// kind, git reference and canonical URL. The URL's spelling and the commit do not count.
class SourceId {
 public:
  /// In cargo's order (cargo-util-schemas: core/source_kind.rs).
  enum class Kind { Path, Registry, SparseRegistry, Git };

  /// `registry+URL`, `sparse+URL`, `path+URL`, `git+URL?branch=b#commit`. Nothing for what cargo
  /// rejects: another kind, or an invalid URL.
  static std::optional<SourceId> parse(std::string_view text, ReferenceEncoding encoding);
  /// The source of a dependency. Nothing for an invalid URL, a directory, or a named registry,
  /// whose URL only the config knows.
  static std::optional<SourceId> of(const Source& source);
  /// The registry with this index URL, which begins with `sparse+` for a sparse one.
  static std::optional<SourceId> registry(std::string_view index);
  static const SourceId& crates_io();

  Kind kind() const { return kind_; }
  bool is_git() const { return kind_ == Kind::Git; }
  bool is_registry() const { return kind_ == Kind::Registry || kind_ == Kind::SparseRegistry; }
  /// As written. Begins with `sparse+` for a sparse registry.
  const std::string& url() const { return place_->url; }
  const std::string& canonical_url() const { return place_->canonical_url; }
  const GitReference& reference() const { return reference_; }
  /// The locked commit; empty when there is none.
  const std::string& commit() const { return commit_; }

  /// As written in `source` of a lock file.
  std::string text(ReferenceEncoding encoding = ReferenceEncoding::Percent) const;
  SourceId without_commit() const;
  /// Before version 3 of the lock file, the branch `master` and no branch were the same source.
  SourceId with_master_as_default() const;
  /// Whether the plain form means the same to cargo, which percent-decodes every lock file.
  bool is_plain_enough() const;

  friend bool operator==(const SourceId& a, const SourceId& b);
  friend std::strong_ordering operator<=>(const SourceId& a, const SourceId& b);
  /// Equal, and with the same commit.
  bool is_same_code(const SourceId& other) const {
    return *this == other && commit_ == other.commit_;
  }

 private:
  /// Shared, because nearly all packages of a lock file come from one registry.
  struct Place {
    std::string url;
    std::string canonical_url;
  };

  SourceId(Kind kind, std::shared_ptr<const Place> place) : kind_(kind), place_(std::move(place)) {}
  static std::optional<SourceId> make(Kind kind, std::string url);

  Kind kind_;
  GitReference reference_;
  /// Never null.
  std::shared_ptr<const Place> place_;
  std::string commit_;
};

/// The reference in the query of a URL (cargo: `GitReference::from_query`).
GitReference reference_in_query(std::string_view query, ReferenceEncoding encoding);

/// `branch=b`, percent-encoded or not; empty for the default branch.
std::string reference_query(const GitReference& reference, ReferenceEncoding encoding);

}  // namespace larder::cargo
