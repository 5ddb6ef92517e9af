#include "sketch.hpp"

namespace larder::test {

namespace {

using Words = std::vector<std::string>;

void add(Words& words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
}

std::vector<const PackageSketch*> members(const WorkspaceSketch& workspace) {
  std::vector<const PackageSketch*> out;
  for (const auto& package : workspace.packages) {
    if (package.is_member) out.push_back(&package);
  }
  return out;
}

Words selection(const WorkspaceSketch& workspace, Random& random) {
  const auto all = members(workspace);
  const auto choice = random.below(100);
  if (choice < 30) return {"--workspace"};
  if (choice < 58) return {"-p", random.pick(all)->name};
  if (choice < 65) return {"-p", random.pick(all)->name, "-p", random.pick(all)->name};
  if (choice < 72 && all.size() > 1) return {"--workspace", "--exclude", random.pick(all)->name};
  return {};
}

Words named_target(const WorkspaceSketch& workspace, Random& random) {
  for (int i = 0; i < 4; ++i) {
    const auto& package = random.pick(workspace.packages);
    if (package.targets.empty()) continue;
    const auto& target = random.pick(package.targets);
    return {"--" + target.kind, target.name};
  }
  return {"--bins"};
}

Words target_choice(const WorkspaceSketch& workspace, Random& random) {
  const auto choice = random.below(100);
  if (choice < 22) return {"--all-targets"};
  if (choice < 32) return named_target(workspace, random);
  if (choice < 36) return {"--tests"};
  if (choice < 40) return {"--bins"};
  if (choice < 44) return {"--examples"};
  if (choice < 48) return {"--lib"};
  if (choice < 51) return {"--benches"};
  if (choice < 53) return {"--lib", "--bins"};
  if (choice < 55) return {"--examples", "--tests"};
  if (choice < 57) return {"--all-targets", "--lib"};
  return {};
}

Words features(const WorkspaceSketch& workspace, Random& random) {
  const auto choice = random.below(100);
  if (choice < 15) return {"--all-features"};
  Words out;
  if (choice < 32) out.emplace_back("--no-default-features");
  if (choice < 25 || choice >= 60) return out;
  const auto& package = random.pick(workspace.packages);
  const auto known = feature_names(package);
  if (known.empty()) return out;
  const auto& feature = random.pick(known);
  add(out, {"--features", random.chance(50) ? package.name + "/" + feature : feature});
  return out;
}

Words platforms(Random& random) {
  const auto any = [&] {
    return random.pick({"x86_64-unknown-linux-gnu", "x86_64-unknown-linux-gnu",
                        "x86_64-pc-windows-gnu", "thumbv7em-none-eabi", "wasm32-unknown-unknown"});
  };
  const auto choice = random.below(100);
  if (choice < 25) return {"--target", any()};
  if (choice < 29) return {"--target", any(), "--target", any()};
  return {};
}

Words profile(const std::string& subcommand, Random& random) {
  const auto choice = random.below(100);
  if (choice < 30 && subcommand != "bench") return {"--release"};
  if (choice < 40)
    return {"--profile", random.pick({"dist", "dist", "release", "test", "bench", "dev"})};
  return {};
}

}  // namespace

CommandSketch generate_command(const WorkspaceSketch& workspace, Random& random) {
  CommandSketch command;
  auto& words = command.words;
  const auto subcommand =
      random.pick({"build", "build", "build", "check", "check", "clippy", "test", "test", "bench"});
  words.push_back(subcommand);
  if (subcommand == "test" || subcommand == "bench") words.emplace_back("--no-run");
  add(words, profile(subcommand, random));
  add(words, selection(workspace, random));
  add(words, target_choice(workspace, random));
  add(words, features(workspace, random));
  add(words, platforms(random));
  const bool is_below = random.chance(20);
  const auto* member = random.pick(members(workspace));
  // What a config above the workspace says is carried from there alone.
  if (workspace.from_above &&
      (!workspace.config_above.tables().empty() || (!is_below && random.chance(50)))) {
    command.directory = "..";
    add(words, {"--manifest-path", "w/Cargo.toml"});
  } else if (is_below) {
    command.directory = member->directory;
  }
  return command;
}

}  // namespace larder::test
