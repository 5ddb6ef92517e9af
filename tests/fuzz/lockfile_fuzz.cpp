#include "cargo/lockfile/lockfile_entries.hpp"
#include "fuzz.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"

// A lock file. What the reader of cargo's own layout accepts is a lock file to the TOML reader as
// well, and the same one.

namespace larder::test {

namespace {

void require_equal(const cargo::LockfileEntries& regular, const cargo::LockfileEntries& toml) {
  const auto& a = regular.lock;
  const auto& b = toml.lock;
  require(a.version == b.version, "both readers see the same version");
  require(a.unused_patches == b.unused_patches, "both readers see the same unused patches");
  require(a.packages.size() == b.packages.size(), "both readers see the same packages");
  require(regular.dependencies == toml.dependencies, "both readers see the same dependencies");
  for (const auto id : a.packages.ids()) {
    const auto& one = a.packages[id];
    const auto& other = b.packages[id];
    require(one.name == other.name && one.version == other.version && one.source == other.source &&
                one.checksum == other.checksum && one.line == other.line,
            "both readers see the same package");
  }
}

}  // namespace

void run(std::string_view text) {
  const std::string file = "/w/Cargo.lock";
  if (const auto regular = cargo::read_regular_lockfile(text)) {
    require_equal(*regular, surely("the TOML reader accepts it as well", [&] {
      return cargo::read_toml_lockfile(file, std::string(text));
    }));
  }
  const auto lock = cargo::parse_lockfile(file, std::string(text));
  const auto ids = lock.packages.ids();
  const std::set<cargo::LockId> all(ids.begin(), ids.end());
  for (const auto& package : lock.packages) {
    for (const auto dependency : package.dependencies)
      require(all.contains(dependency), "dependencies are packages");
  }
  const auto written = cargo::render_lockfile(lock, all);
  const auto again =
      surely("reads what it wrote", [&] { return cargo::parse_lockfile(file, written); });
  require(again.packages.size() == all.size(), "writes every package");
}

}  // namespace larder::test
