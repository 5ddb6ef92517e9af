#include "base_images.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/base/text.hpp"

namespace larder::init {

namespace {

/// "1.80.1" → 80; nothing for a channel without a number.
std::optional<int> minor_of(const std::string& channel) {
  if (!channel.starts_with("1.")) return std::nullopt;
  int out = 0;
  std::size_t at = 2;
  for (; at < channel.size() && is_digit(channel[at]); ++at) out = out * 10 + (channel[at] - '0');
  const bool is_version = at > 2 && at < 6 && (at == channel.size() || channel[at] == '.');
  return is_version ? std::optional(out) : std::nullopt;
}

/// The official images have had Debian 12 since 1.70.0 (rust-lang/docker-rust at dcb74d77).
std::string debian_for(const std::optional<int>& minor) {
  constexpr int first_with_bookworm = 70;
  return minor && *minor < first_with_bookworm ? "bullseye" : "bookworm";
}

/// An image of 1.80 has the toolchain 1.80.1, say, which the name 1.80 does not mean to rustup.
bool is_complete_version(const std::string& channel) {
  return std::count(channel.begin(), channel.end(), '.') == 2 && minor_of(channel).has_value();
}

bool is_only_channel(const std::string& contents) {
  return contents.find("components") == std::string::npos &&
         contents.find("targets") == std::string::npos &&
         contents.find("path") == std::string::npos;
}

/// The highest `rust-version` of the members.
std::string least_rust(const cargo::Workspace& workspace) {
  std::string out;
  for (const auto& package : workspace.packages) {
    const auto& stated = package.details.rust_version;
    if (stated && minor_of(*stated).value_or(0) >= minor_of(out).value_or(0)) out = *stated;
  }
  return out;
}

void use_toolchain_file(const cargo::ToolchainFile& file, Plan& plan) {
  const auto minor = minor_of(file.channel);
  const auto debian = debian_for(minor);
  const auto tag = minor ? file.channel : "1";
  plan.rust_image = fmt::format("rust:{}-{}", tag, debian);
  const bool is_in_image = is_complete_version(file.channel) && is_only_channel(file.contents);
  if (!is_in_image) plan.toolchain_file = file.name;
  plan.decisions.push_back(
      fmt::format("{}: {} names {}{}", plan.rust_image, file.name, file.channel,
                  is_in_image ? "" : ", which rustup installs in the first stage"));
}

}  // namespace

void decide_images(const recipe::Inputs& inputs, Plan& plan) {
  if (inputs.toolchain && !inputs.toolchain->channel.empty()) {
    use_toolchain_file(*inputs.toolchain, plan);
  } else {
    plan.rust_image = "rust:1-bookworm";
    const auto least = least_rust(inputs.workspace);
    plan.decisions.push_back(fmt::format(
        "{}: there is no toolchain file{}", plan.rust_image,
        least.empty() ? ""
                      : fmt::format(", and rust-version {} is only the oldest that works", least)));
  }
  if (plan.is_static) {
    plan.decisions.emplace_back("scratch: the program is static and needs nothing else");
    return;
  }
  const auto debian = plan.rust_image.substr(plan.rust_image.find('-') + 1);
  plan.runtime_image = fmt::format("debian:{}-slim", debian);
  plan.decisions.push_back(fmt::format("{}: has the glibc of the Rust image", plan.runtime_image));
}

}  // namespace larder::init
