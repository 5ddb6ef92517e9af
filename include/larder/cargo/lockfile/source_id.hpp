#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "larder/cargo/manifest/package.hpp"

namespace larder::cargo {

/// How a lock file writes a git reference (cargo: `encodable_source_id` in
/// core/resolver/encode.rs).
enum class ReferenceEncoding {
  /// Before version 4: as it is.
  Plain,
  /// From version 4: percent-encoded, a space as '+'.
  Percent
};

/// Which commits of a repository a git source means. In cargo's order (cargo-util-schemas:
/// core/source_kind.rs).
struct GitReference {
  enum class Kind { Tag, Branch, Rev, DefaultBranch };
  Kind kind = Kind::DefaultBranch;
  /// Empty for the default branch.
  std::string name;
  auto operator<=>(const GitReference&) const = default;
};

/// Where packages come from, with cargo's own equality and order (cargo: core/source_id.rs): the
/// kind, the git reference and the canonical URL. How the URL is spelt and the commit make no
/// other source.
class SourceId {
 public:
  /// In cargo's order (cargo-util-schemas: core/source_kind.rs).
  enum class Kind { Path, Registry, SparseRegistry, Git };

  /// `registry+URL`, `sparse+URL`, `path+URL`, `git+URL?branch=b#commit`. Nothing for what cargo
  /// refuses: another kind, or no URL.
  static std::optional<SourceId> parse(std::string_view text, ReferenceEncoding encoding);
  /// What a dependency says. Nothing where the URL is none, for a directory, and for a registry
  /// that is named: only config knows its URL.
  static std::optional<SourceId> of(const Source& source);
  /// The registry of an index URL, which begins with `sparse+` for a sparse one.
  static std::optional<SourceId> registry(std::string_view index);
  static const SourceId& crates_io();

  Kind kind() const { return kind_; }
  bool is_git() const { return kind_ == Kind::Git; }
  bool is_registry() const { return kind_ == Kind::Registry || kind_ == Kind::SparseRegistry; }
  /// As written; that of a sparse registry begins with `sparse+`.
  const std::string& url() const { return url_; }
  const std::string& canonical_url() const { return canonical_url_; }
  const GitReference& reference() const { return reference_; }
  /// The locked commit; empty where none is said.
  const std::string& commit() const { return commit_; }

  /// As a lock file has it in `source`.
  std::string text(ReferenceEncoding encoding = ReferenceEncoding::Percent) const;
  SourceId without_commit() const;
  /// Before version 3 of the lock file the branch `master` and no branch were one source.
  SourceId with_master_as_default() const;
  /// Whether cargo reads the plain form, too, as what it means: it decodes every lock file.
  bool is_plain_enough() const;

  friend bool operator==(const SourceId& a, const SourceId& b);
  friend std::strong_ordering operator<=>(const SourceId& a, const SourceId& b);
  /// Equal, and of the same commit.
  bool is_same_code(const SourceId& other) const {
    return *this == other && commit_ == other.commit_;
  }

 private:
  static std::optional<SourceId> make(Kind kind, std::string url);

  Kind kind_ = Kind::Registry;
  GitReference reference_;
  std::string canonical_url_;
  std::string url_;
  std::string commit_;
};

/// The reference that the query of a URL names (cargo: `GitReference::from_query`).
GitReference reference_in_query(std::string_view query, ReferenceEncoding encoding);

/// `branch=b`, percent-encoded or not; empty for the default branch.
std::string reference_query(const GitReference& reference, ReferenceEncoding encoding);

}  // namespace larder::cargo
