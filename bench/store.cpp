// Fills a store as many builds of one workspace would, and measures it at intervals.
//
//   larder_store_bench DIRECTORY UNITS BUILDS

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "larder/store/collect.hpp"
#include "larder/store/hash.hpp"
#include "larder/store/store.hpp"

namespace larder::bench {

namespace {

/// In each build, one unit in twenty has changed: it has another library, but mostly the same
/// metadata.
constexpr std::size_t changed_of = 20;

double milliseconds_of(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

/// Compresses to about a third, as libraries do.
std::string contents(const std::string& seed, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; out.size() < bytes; ++i) {
    const auto digest = store::hash(seed + std::to_string(i));
    out += digest.substr(0, 24) + std::string(40, digest[25]);
  }
  out.resize(bytes);
  return out;
}

class Workspace {
 public:
  Workspace(std::string directory, std::size_t units)
      : store_(std::move(directory), store::Access::ReadAndWrite, false), revisions_(units) {}

  /// Runs the next build, which saves the units that changed. The first one saves all.
  void build(std::size_t number) {
    for (std::size_t unit = 0; unit < revisions_.size(); ++unit) {
      if (number > 0 && (unit * 7 + number * 13) % changed_of != 0) continue;
      revisions_[unit] = number;
      save(unit);
    }
  }

  /// Looks up all units of the last build, as cook does.
  std::size_t look_up() {
    std::size_t found = 0;
    for (std::size_t unit = 0; unit < revisions_.size(); ++unit)
      found += store_.variants(key(unit)).size();
    return found;
  }

  const store::Store& store() const { return store_; }

 private:
  std::string key(std::size_t unit) const {
    return store::hash(fmt::format("key {} {}", unit, revisions_[unit]));
  }

  void save(std::size_t unit) {
    const auto blobs = store_.blobs();
    const auto revision = revisions_[unit];
    store::Variant variant;
    variant.unit = fmt::format("crate-{} 1.0.{}", unit, revision);
    variant.output = store::hash(variant.unit);
    variant.saved_by = "bench";
    const auto add = [&](const std::string& name, const std::string& bytes) {
      variant.files.push_back({"debug/" + name, blobs.put(bytes), bytes.size(), false});
    };
    const auto size = 20'000 + (unit * 7919) % 180'000;
    add(fmt::format("deps/lib{}.rlib", unit), contents(variant.unit, size));
    add(fmt::format("deps/lib{}.rmeta", unit),
        contents(fmt::format("{} {}", unit, revision / 3), size / 4));
    for (const auto* note : {"dep-lib", "lib", "lib.json"}) {
      add(fmt::format(".fingerprint/{}/{}", unit, note),
          contents(fmt::format("{} {} {}", note, unit, revision), 300));
    }
    for (std::size_t i = 1; i <= 5 && i <= unit; ++i)
      variant.dependencies[fmt::format("debug/crate-{}", unit - i)] = store::hash("x");
    store_.add(key(unit), variant);
  }

  store::Store store_;
  std::vector<std::size_t> revisions_;
};

void measure(Workspace& workspace, std::size_t builds) {
  const auto& store = workspace.store();
  store::Usage usage;
  const auto status = milliseconds_of([&] { usage = store::usage_of(store); });
  const auto size = milliseconds_of([&] { (void)store::bytes_of(store); });
  const auto collected = milliseconds_of([&] { (void)store::collect(store, {}); });
  const auto looked_up = milliseconds_of([&] { (void)workspace.look_up(); });
  const auto mebibytes = [](std::uint64_t bytes) {
    return static_cast<double>(bytes) / (1U << 20U);
  };
  fmt::print("{:>6} {:>8} {:>8} {:>9.1f} {:>9.1f} {:>9.1f} {:>9.1f} {:>9.1f} {:>9.1f}\n", builds,
             usage.variants, usage.blobs, mebibytes(usage.logical_bytes), mebibytes(usage.bytes),
             status, size, collected, looked_up);
}

}  // namespace

}  // namespace larder::bench

int main(int argc, char** argv) {
  using namespace larder::bench;
  if (argc != 4) return 2;
  const auto units = static_cast<std::size_t>(std::atoi(argv[2]));
  const auto builds = static_cast<std::size_t>(std::atoi(argv[3]));
  Workspace workspace(argv[1], units);
  fmt::print("{:>6} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "builds", "variants",
             "blobs", "logical", "on disk", "status", "size", "gc", "look-up");
  fmt::print("{:>24} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "", "MiB", "MiB", "ms", "ms", "ms",
             "ms");
  for (std::size_t build = 0; build < builds; ++build) {
    workspace.build(build);
    const auto done = build + 1;
    if (done == 1 || done == builds || done % 10 == 0) measure(workspace, done);
  }
  const auto bytes = larder::store::bytes_of(workspace.store());
  const auto halved = milliseconds_of([&] {
    (void)larder::store::collect(workspace.store(), {bytes / 2, 4});
  });
  fmt::print("gc to half the size: {:.1f} ms\n", halved);
  return 0;
}
