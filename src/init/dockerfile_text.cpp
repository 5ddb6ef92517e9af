#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "larder/cargo/command/command_line.hpp"
#include "larder/init/plan.hpp"

namespace larder::init {

namespace {

constexpr std::string_view larder_image = "cargo-larder:" LARDER_VERSION;

std::string apt_install(const std::vector<std::string>& packages) {
  return fmt::format(
      "RUN apt-get update \\\n    && apt-get install -y --no-install-recommends {} \\\n"
      "    && rm -rf /var/lib/apt/lists/*\n",
      fmt::join(packages, " "));
}

std::string head(const Plan& plan) {
  auto out = std::string(
      "# Written by `cargo larder init`. What each line is for: docs/docker.md of "
      "cargo-larder.\n#\n");
  if (plan.services.size() == 1) {
    out += fmt::format("#   docker build -t {} .\n", plan.services[0].binary);
  } else {
    for (const auto& service : plan.services)
      out += fmt::format("#   docker build --target {} -t {} .\n", service.binary, service.binary);
  }
  out += fmt::format("ARG RUST_IMAGE={}\n", plan.rust_image);
  if (!plan.runtime_image.empty()) out += fmt::format("ARG RUNTIME_IMAGE={}\n", plan.runtime_image);
  out += fmt::format("# An image with the program as /cargo-larder.\nARG LARDER_IMAGE={}\n",
                     larder_image);
  if (plan.is_static) out += "ARG TARGET=x86_64-unknown-linux-musl\n";
  return out + "\nFROM ${LARDER_IMAGE} AS larder\n";
}

std::string base_stage(const Plan& plan) {
  std::string out = "\nFROM ${RUST_IMAGE} AS base\n";
  auto packages = plan.build_packages;
  if (plan.units == UnitCache::Sccache) packages.emplace_back("sccache");
  for (const auto& need : plan.needs) {
    if (!need.build.empty()) out += fmt::format("# {}: {}\n", need.crate, need.source);
  }
  if (!packages.empty()) out += apt_install(packages);
  out += "COPY --from=larder /cargo-larder /usr/local/bin/\n";
  if (plan.units == UnitCache::Sccache) {
    out +=
        "# sccache does not take incremental compilation.\n"
        "ENV SCCACHE_DIR=/sccache RUSTC_WRAPPER=sccache CARGO_INCREMENTAL=0\n";
  }
  out += "WORKDIR /app\n";
  if (!plan.toolchain_file.empty()) {
    out += fmt::format(
        "COPY {} .\n# Older versions of rustup install the toolchain with the first command.\n"
        "RUN rustup show active-toolchain || rustup toolchain install\n",
        plan.toolchain_file);
  }
  if (plan.is_static) out += "ARG TARGET\nRUN rustup target add \"$TARGET\"\n";
  return out;
}

/// Runs a command with the mounts that the plan has.
std::string mounted(const Plan& plan, const std::string& command, bool is_cook) {
  std::vector<std::string> mounts;
  if (is_cook && plan.units == UnitCache::Store) mounts.emplace_back("/store");
  if (plan.units == UnitCache::Sccache) mounts.emplace_back("/sccache");
  if (plan.mounts_registry)
    mounts.insert(mounts.end(), {"/usr/local/cargo/registry", "/usr/local/cargo/git/db"});
  std::string out = "RUN ";
  for (const auto& mount : mounts)
    out += fmt::format("--mount=type=cache,target={} \\\n    ", mount);
  const bool has_server = plan.units == UnitCache::Sccache;
  return out + (has_server ? fmt::format("sccache --start-server && {} && sccache --stop-server\n",
                                         command)
                           : command + "\n");
}

std::string stated_command(const Plan& plan) {
  auto out = cargo::join_command(plan.command);
  return plan.is_static ? out + " --target \"$TARGET\"" : out;
}

std::string build_stages(const Plan& plan) {
  std::string out =
      "\n# Runs at every change, in milliseconds. What counts is whether recipe.json changes.\n"
      "FROM base AS planner\nCOPY . .\n";
  out += fmt::format("RUN cargo larder prepare -- {}\n", stated_command(plan));
  out +=
      "\nFROM base AS builder\nCOPY --from=planner /app/recipe.json .\n"
      "# The layer of the dependencies: cached as long as recipe.json is the same.\n";
  out += mounted(
      plan,
      plan.units == UnitCache::Store ? "cargo larder cook --store /store" : "cargo larder cook",
      true);
  out += "COPY . .\n# Compiles the workspace's own crates.\n";
  return out + mounted(plan, "cargo larder build", false);
}

/// Programs of a static build are in the directory of the target, whose name a later stage does not
/// know.
std::string collect_static(const Plan& plan) {
  if (!plan.is_static) return {};
  std::string out = "RUN install -D -t /out";
  for (const auto& service : plan.services)
    out += fmt::format(" \"target/$TARGET/release/{}\"", service.binary);
  return out + "\n";
}

bool needs_certificates(const Plan& plan) {
  return std::find(plan.runtime_packages.begin(), plan.runtime_packages.end(), "ca-certificates") !=
         plan.runtime_packages.end();
}

std::string runtime_base(const Plan& plan) {
  if (plan.is_static) return {};
  const bool is_shared = plan.services.size() > 1;
  if (!is_shared) return {};
  std::string out = "\nFROM ${RUNTIME_IMAGE} AS runtime\n";
  if (!plan.runtime_packages.empty()) out += apt_install(plan.runtime_packages);
  return out + "# Not root. A number, so that no user has to be made.\nUSER 65532:65532\n";
}

std::string service_stage(const Plan& plan, const Service& service) {
  const bool is_shared = plan.services.size() > 1;
  const auto* base = plan.is_static ? "scratch" : is_shared ? "runtime" : "${RUNTIME_IMAGE}";
  auto out = fmt::format("\nFROM {} AS {}\n", base, is_shared ? service.binary : "runtime");
  if (!plan.is_static && !is_shared && !plan.runtime_packages.empty())
    out += apt_install(plan.runtime_packages);
  if (plan.is_static && needs_certificates(plan))
    out += "COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\n";
  const auto place =
      plan.is_static ? "/out/" + service.binary : "/app/target/release/" + service.binary;
  const auto destination = plan.is_static ? "/" : "/usr/local/bin/";
  out += fmt::format("COPY --from=builder {} {}\n", place, destination);
  if (plan.is_static) out += "USER 65532:65532\n";
  if (!plan.is_static && !is_shared)
    out += "# Not root. A number, so that no user has to be made.\nUSER 65532:65532\n";
  return out + fmt::format("ENTRYPOINT [\"{}{}\"]\n", destination, service.binary);
}

}  // namespace

std::string dockerfile_text(const Plan& plan) {
  auto out = head(plan) + base_stage(plan) + build_stages(plan) + collect_static(plan) +
             runtime_base(plan);
  for (const auto& service : plan.services) out += service_stage(plan, service);
  return out;
}

std::string ignore_text(const Plan& plan) {
  std::string out;
  for (const auto& ignored : plan.ignored) {
    if (!ignored.why.empty())
      out += fmt::format("# {}{}.\n", static_cast<char>(ignored.why[0] - 'a' + 'A'),
                         ignored.why.substr(1));
    out += ignored.pattern + "\n";
  }
  return out;
}

}  // namespace larder::init
