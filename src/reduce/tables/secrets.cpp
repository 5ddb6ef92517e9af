#include "larder/reduce/tables/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "larder/base/text.hpp"
#include "larder/base/url.hpp"

namespace larder::reduce {

using cargo::TomlArray;
using cargo::TomlDocument;
using cargo::TomlTable;
using cargo::TomlValue;

namespace {

/// Whether the name of a variable or parameter suggests that it holds a secret.
bool is_secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 11> endings{
      "ACCESS_KEY", "API_KEY",     "APIKEY", "CREDENTIALS", "PASSPHRASE", "PASSWD",
      "PASSWORD",   "PRIVATE_KEY", "SECRET", "SECRET_KEY",  "TOKEN"};
  const auto variable = replaced(upper(name), "-", "_");
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return variable.ends_with(ending); });
}

/// `…?user=me&password=secret`, `Server=db;Password=secret`
bool has_secret_parameter(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("?&; \t"), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || equals + 1 == part.size()) continue;
    if (is_secret_name(part.substr(0, equals))) return true;
  }
  return false;
}

/// `variable` is an entry of `[env]`: a string, or a table with a `value`.
bool is_secret_variable(const std::string& name, const TomlValue& variable) {
  const auto* relative = variable.find("relative");
  if (relative != nullptr && relative->boolean() != nullptr && *relative->boolean()) return false;
  const auto* value = variable.table() == nullptr ? &variable : variable.find("value");
  const auto* text = value == nullptr ? nullptr : value->string();
  if (text == nullptr || text->empty()) return false;
  return is_secret_name(name) || has_credentials(*text) || has_secret_parameter(*text);
}

/// `[scheme://]user:password@host`
bool is_secret_proxy(const TomlValue& value) {
  const auto* text = value.string();
  if (text == nullptr) return false;
  return has_credentials(text->find("://") == std::string::npos ? "http://" + *text : *text);
}

bool is_told(const KeyPath& key, const TomlValue& value) {
  if (key.size() != 2) return false;
  if (key[0] == "env") return is_secret_variable(key[1], value);
  return key[0] == "http" && key[1] == "proxy" && is_secret_proxy(value);
}

/// Whether this is a credential provider of cargo itself, without arguments. Any other is a program
/// on some machine. Arguments may contain a secret.
bool is_own_provider(const TomlValue& provider) {
  const auto* name = provider.string();
  return name != nullptr && name->starts_with("cargo:") && name->find(' ') == std::string::npos;
}

/// Keeps only the credential providers that cook can use too. They are needed, because cargo
/// requires a provider to be configured for a registry that needs a token.
void keep_own_providers(TomlTable& table) {
  if (const auto found = table.find("global-credential-providers"); found != table.end()) {
    if (auto* providers = std::get_if<TomlArray>(&found->second.data()))
      std::erase_if(*providers, [](const auto& one) { return !is_own_provider(one); });
    const auto* kept = found->second.array();
    if (kept == nullptr || kept->empty()) table.erase(found);
  }
  if (const auto found = table.find("credential-provider"); found != table.end()) {
    const auto* words = found->second.array();
    const bool own = words == nullptr ? is_own_provider(found->second)
                                      : words->size() == 1 && is_own_provider(words->front());
    if (!own) table.erase(found);
  }
}

void drop_secrets(TomlTable& table, KeyPath& path) {
  keep_own_providers(table);
  for (auto entry = table.begin(); entry != table.end();) {
    path.push_back(entry->first);
    const bool drops = is_secret(path, entry->second);
    if (!drops && entry->second.table() != nullptr) drop_secrets(*entry->second.table(), path);
    path.pop_back();
    entry = drops ? table.erase(entry) : std::next(entry);
  }
}

/// A URL with a password or token, which may itself be a key. `path` leads to it, or to the table
/// or array that contains it.
struct SecretUrl {
  KeyPath path;
  std::string text;

  std::string key() const {
    std::string out;
    for (const auto& part : path) out += (out.empty() ? "" : ".") + cargo::toml_key(part);
    return out;
  }
};

std::optional<SecretUrl> find_secret_url(const TomlValue& value, KeyPath& path) {
  if (const auto* text = value.string(); text != nullptr && has_credentials(*text))
    return SecretUrl{path, *text};
  if (const auto* items = value.array()) {
    for (const auto& item : *items) {
      auto inside = path;
      if (auto found = find_secret_url(item, inside)) return SecretUrl{path, found->text};
    }
  }
  if (value.table() == nullptr) return std::nullopt;
  for (const auto& [key, inner] : *value.table()) {
    if (has_credentials(key)) return SecretUrl{path, key};
    path.push_back(key);
    if (auto found = find_secret_url(inner, path)) return found;
    path.pop_back();
  }
  return std::nullopt;
}

std::optional<SecretUrl> find_secret_url(const TomlTable& table) {
  KeyPath path;
  return find_secret_url(TomlValue(table), path);
}

/// Finds a text in a value or below it. Null if it is not there.
const TomlValue* find_text(const TomlValue& value, const std::string& text) {
  if (const auto* own = value.string()) return *own == text ? &value : nullptr;
  if (const auto* items = value.array()) {
    for (const auto& item : *items) {
      if (const auto* found = find_text(item, text)) return found;
    }
  }
  if (value.table() == nullptr) return nullptr;
  for (const auto& [key, inner] : *value.table()) {
    if (key == text) return &inner;
    if (const auto* found = find_text(inner, text)) return found;
  }
  return nullptr;
}

/// The location of a URL, without the source line, which would show the secret.
Location location_in(const std::vector<const TomlDocument*>& documents, const SecretUrl& url) {
  for (const auto* document : documents) {
    const auto* at = &document->root;
    for (const auto& part : url.path) at = at == nullptr ? nullptr : at->find(part);
    const auto* found = at == nullptr ? nullptr : find_text(*at, url.text);
    if (found == nullptr) continue;
    auto location = document->location(found->position());
    location.source_line.clear();
    return location;
  }
  return {};
}

Error secret_url(const std::string& id, const SecretUrl& url,
                 const std::vector<const TomlDocument*>& documents) {
  return Error(id, fmt::format(
                       "a URL in `{}` has a password or token, which would end up in the recipe",
                       url.key()))
      .at(location_in(documents, url));
}

std::vector<const TomlDocument*> documents_of(const cargo::Config& config) {
  std::vector<const TomlDocument*> out;
  for (const auto& file : config.files()) out.push_back(&file);
  return out;
}

/// The key of the first secret in a table. Empty if there is none.
std::string find_secret(const TomlTable& table, KeyPath& path) {
  for (const auto& [key, value] : table) {
    path.push_back(key);
    const bool found = is_secret(path, value);
    auto name = found ? SecretUrl{path, ""}.key() : std::string();
    if (!found && value.table() != nullptr) name = find_secret(*value.table(), path);
    path.pop_back();
    if (!name.empty()) return name;
  }
  return "";
}

Error secret_word(const std::string& what) {
  return Error("command-secret",
               fmt::format(
                   "{} contains a password or token, which would end up in the recipe with the "
                   "command",
                   what))
      .hint(
          "set it in the environment of cook and build, or in a config file, because commands are "
          "recorded");
}

}  // namespace

bool is_secret(const KeyPath& key, const TomlValue& value) {
  return key.back() == "token" || key.back() == "secret-key" || is_told(key, value);
}

std::set<LeftOutKey> left_out_keys(const cargo::Config& config) {
  std::set<LeftOutKey> out;
  const auto merged = config.merged();
  for (const auto* table : {"env", "http"}) {
    for (const auto& [name, value] : cargo::table_at(merged, table)) {
      if (!is_told({table, name}, value)) continue;
      const auto found = config.find({table, name});
      out.insert({fmt::format("{}.{}", table, cargo::toml_key(name)),
                  found ? found->document().file : std::string()});
    }
  }
  return out;
}

std::set<std::string> left_out_variables(const cargo::Config& config) {
  std::set<std::string> out;
  for (const auto& [name, value] : config.table("env")) {
    if (is_secret_variable(name, value)) out.insert(name);
  }
  return out;
}

void drop_secrets(TomlTable& config) {
  KeyPath path;
  drop_secrets(config, path);
}

void remove_secrets(const cargo::Config& config, TomlTable& table) {
  drop_secrets(table);
  if (const auto url = find_secret_url(table)) {
    throw secret_url("config-secret", *url, documents_of(config))
        .hint("remove it from the URL, and use a credential provider or an environment variable");
  }
}

void refuse_secret_urls(const TomlTable& tables,
                        const std::vector<const TomlDocument*>& documents) {
  const auto url = find_secret_url(tables);
  if (!url) return;
  throw secret_url("source-secret", *url, documents)
      .hint("remove it from the URL, and store it in git's credential helper");
}

void refuse_secret_sources(const cargo::Lockfile& lock, const std::set<cargo::LockId>& packages) {
  for (const auto& patch : lock.unused_patches) {
    if (!patch.source || !has_credentials(patch.source->canonical_url())) continue;
    throw Error(
        "source-secret",
        fmt::format(
            "the URL of a patch for `{}` has a password or token, which would end up in the recipe",
            patch.name))
        .in_file(lock.file)
        .hint("remove it from the URL in the manifest, and update Cargo.lock");
  }
  for (const auto index : packages) {
    const auto& package = lock.packages[index];
    if (!package.source || !has_credentials(package.source->canonical_url())) continue;
    throw Error(
        "source-secret",
        fmt::format(
            "the source URL of `{}` has a password or token, which would end up in the recipe",
            package.name))
        .at({lock.file, package.line, 1, ""})
        .hint(
            "remove it from the URL in the manifest, and update Cargo.lock. Store it in git's "
            "credential helper or one of cargo's credential providers");
  }
}

void refuse_secret_words(const cargo::CommandLine& command, const cargo::Config& assigned) {
  KeyPath path;
  const auto merged = assigned.merged();
  if (const auto key = find_secret(merged, path); !key.empty())
    throw secret_word(fmt::format("`--config {}`", key));
  if (const auto url = find_secret_url(merged))
    throw secret_word(fmt::format("`--config {}`", url->key()));
  for (const auto& word : command.arguments()) {
    if (has_credentials(word)) throw secret_word("a word of the cargo command");
  }
}

}  // namespace larder::reduce
