#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace larder::test {

/// A registry on 127.0.0.1 that speaks cargo's sparse protocol, for packages that a test invents.
/// It answers as long as it lives. It needs the programs `tar` and `sha256sum`.
///
/// To stand in for crates.io: `[source.crates-io] replace-with = "here"` and `[source.here]
/// registry = index()`; the lock file then names crates.io and no port. To be a second registry:
/// `[registries.here] index = index()`.
class SparseRegistry {
 public:
  /// Keeps archives below this directory, which it makes.
  explicit SparseRegistry(std::string directory);
  ~SparseRegistry();
  SparseRegistry(const SparseRegistry&) = delete;
  SparseRegistry& operator=(const SparseRegistry&) = delete;

  /// "sparse+http://127.0.0.1:PORT/index/".
  std::string index() const;

  /// Adds a package: path in it → text. Its entry in the index is made of its `Cargo.toml`, where
  /// dependencies are inline tables or strings, without inheritance. One that names no registry
  /// (`registry-index`) is of this one.
  void publish(const std::map<std::string, std::string>& files);
  /// Throws when there is no such package.
  void yank(const std::string& name, const std::string& version);
  /// From now on requests without this token are answered by 401.
  void require_token(const std::string& token);

  /// The paths asked for since the last call, sorted: "/index/le/af/leaf",
  /// "/crates/leaf/1.0.0/download".
  std::vector<std::string> take_requests();

 private:
  class Server;
  void set_index_page(const std::string& name);
  std::string directory_;
  /// Name → version → its line in the index.
  std::map<std::string, std::map<std::string, std::string>> lines_;
  std::unique_ptr<Server> server_;
};

}  // namespace larder::test
