#include "larder/cargo/config/registries.hpp"

#include <fmt/format.h>

#include "larder/base/path.hpp"
#include "larder/base/url.hpp"

namespace larder::cargo {

std::optional<std::string> registry_index(const std::string& name, const Config& config,
                                          const Environment& environment) {
  const auto variable = fmt::format("CARGO_REGISTRIES_{}_INDEX", config_variable_part(name));
  if (const auto value = environment.get(variable)) {
    auto url = normalized_url(*value);
    if (!url) throw Error(config_error_id, fmt::format("{} is not a URL: `{}`", variable, *value));
    if (!has_password(*url)) return url;
    throw Error(config_error_id, fmt::format("the URL in {} may not contain a password", variable));
  }
  const auto value = config.find({"registries", name, "index"});
  if (!value) return std::nullopt;
  const auto& text = value->as_string();
  auto url = normalized_url(text);
  if (!url) throw value->error(fmt::format("`{}` is not a URL", text));
  if (has_password(*url)) {
    auto location = value->location();
    location.source_line.clear();
    throw Error(config_error_id, "the URL of a registry may not contain a password")
        .at(std::move(location));
  }
  // `file:x` is the only relative form. It is relative to the directory of the config file.
  if (text.starts_with("file:") && !text.starts_with("file:/"))
    return file_url(path::join(config_base(value->document()), text.substr(5)));
  return url;
}

std::optional<SourceId> source_of(const Source& source, const Config& config,
                                  const Environment& environment) {
  if (auto known = SourceId::of(source)) return known;
  const auto* named = std::get_if<RegistrySource>(&source);
  if (named == nullptr || !named->name) return std::nullopt;
  const auto index = registry_index(*named->name, config, environment);
  return index ? SourceId::registry(*index) : std::nullopt;
}

}  // namespace larder::cargo
