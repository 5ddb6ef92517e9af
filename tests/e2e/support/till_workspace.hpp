#pragma once

#include <string>
#include <string_view>

#include "files.hpp"
#include "programs.hpp"

namespace larder::test {

/// The smallest sample, `till`, in a directory of a planner (`plan`) and, once cooked, in that of a
/// builder (`app`) which has no sources yet.
class TillWorkspace {
 public:
  explicit TillWorkspace(const TestDirectory& directory,
                         Environment environment = test_environment());

  const std::string& plan() const { return plan_; }
  const std::string& app() const { return app_; }

  /// Writes the recipe into the builder's directory.
  void prepare(const Words& arguments) const;
  void prepare_for(std::string_view command) const;
  void cook(const Words& arguments = {}) const;
  /// Prepares and cooks.
  void cook_for(std::string_view command) const;
  /// Copies the planner's directory over the builder's.
  void bring_sources() const;

  Run larder(const Words& arguments) const;
  Run cargo(const Words& arguments) const;
  /// How many external units a real `cargo` run compiled; the run must succeed.
  std::size_t compiled_by_cargo(std::string_view command) const;

 private:
  std::string plan_;
  std::string app_;
  Environment environment_;
};

/// The two numbers of "Reused n of m external units".
struct Reused {
  int reused = -1;
  int total = -1;
  bool all() const { return total > 0 && reused == total; }
};
Reused reused_in(const Run& run);
/// Checks that a run succeeded and reused all external units.
void check_all_reused(const Run& run);
/// The same, and that it warned of nothing.
void check_all_reused_silently(const Run& run);

/// Writes an executable script for sh.
void write_script(const std::string& path, std::string_view text);

}  // namespace larder::test
