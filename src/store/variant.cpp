#include "larder/store/variant.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "larder/base/path.hpp"
#include "larder/store/hash.hpp"

namespace larder::store {

namespace {

using Json = nlohmann::json;
using Digests = std::map<std::string, std::optional<std::string>>;

Json json_of(const Digests& digests) {
  auto out = Json::object();
  for (const auto& [name, value] : digests) out[name] = value ? Json(*value) : Json();
  return out;
}

/// The part of the document that a variant's name is a digest of.
Json identity_of(const Variant& variant) {
  auto files = Json::array();
  for (const auto& file : variant.files) {
    files.push_back({{"blob", file.blob},
                     {"executable", file.is_executable},
                     {"path", file.path},
                     {"size", file.size}});
    if (file.inserted.empty()) continue;
    files.back()["inserted"] = file.inserted;
    files.back()["inserted-at"] = file.inserted_at;
  }
  return {{"bound", variant.bound},
          {"dependencies", variant.dependencies},
          {"files", files},
          {"format", 1},
          {"has-all-variables", variant.has_all_variables},
          {"output", variant.output},
          {"reads", variant.reads},
          {"unit", variant.unit},
          {"variables", json_of(variant.variables)}};
}

/// Replaces invalid UTF-8. This changes the name, but nothing crashes.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json document_of(const Variant& variant) {
  auto document = identity_of(variant);
  document["key-parts"] = variant.key_parts;
  document["milliseconds"] = variant.milliseconds;
  document["saved"] = variant.saved;
  document["saved-by"] = variant.saved_by;
  if (variant.is_local) document["sources"] = variant.sources;
  return document;
}

std::string signature_of(const Json& unsigned_document, const std::string& key,
                         const std::string& secret) {
  return Hasher(secret).add_field(key).add_field(dump(unsigned_document)).digest();
}

std::string_view without_slash(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

/// Parses a document. If anything does not fit, there is no variant.
class Reader {
 public:
  explicit Reader(std::string_view text) : json_(Json::parse(text, nullptr, false)) {}

  std::optional<Variant> run() {
    if (!json_.is_object() || member(json_, "format") != 1) return std::nullopt;
    Variant out;
    out.unit = text(json_, "unit");
    out.bound = text(json_, "bound");
    out.output = digest(json_, "output");
    out.saved_by = text(json_, "saved-by");
    out.milliseconds = number(json_, "milliseconds");
    out.saved = number(json_, "saved");
    out.key_parts = texts("key-parts");
    out.is_local = json_.contains("sources");
    if (out.is_local) out.sources = texts("sources");
    read_dependencies(out);
    read_variables(out);
    read_reads(out);
    read_files(out);
    return sound_ ? std::optional(std::move(out)) : std::nullopt;
  }

 private:
  static Json member(const Json& json, const char* name) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found == json.end() ? Json() : *found;
  }

  std::string text(const Json& json, const char* name) {
    const auto value = member(json, name);
    sound_ = sound_ && value.is_string();
    return value.is_string() ? value.get<std::string>() : "";
  }

  std::string digest(const Json& json, const char* name) {
    auto value = text(json, name);
    sound_ = sound_ && is_digest(value);
    return value;
  }

  std::uint64_t number(const Json& json, const char* name) {
    const auto value = member(json, name);
    sound_ = sound_ && value.is_number_unsigned();
    return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
  }

  Json object(const char* name) {
    auto value = member(json_, name);
    sound_ = sound_ && value.is_object();
    return value.is_object() ? value : Json::object();
  }

  std::map<std::string, std::string> texts(const char* name) {
    std::map<std::string, std::string> out;
    const auto values = object(name);
    for (const auto& [key, value] : values.items()) {
      sound_ = sound_ && value.is_string();
      if (sound_) out[key] = value.get<std::string>();
    }
    return out;
  }

  void read_dependencies(Variant& out) {
    const auto dependencies = object("dependencies");
    for (const auto& [name, value] : dependencies.items()) {
      sound_ = sound_ && value.is_string() && is_digest(value.get<std::string>());
      if (sound_) out.dependencies[name] = value.get<std::string>();
    }
  }

  void read_variables(Variant& out) {
    const auto variables = object("variables");
    for (const auto& [name, value] : variables.items()) {
      auto& digest = out.variables[name];
      sound_ =
          sound_ && (value.is_null() || (value.is_string() && is_digest(value.get<std::string>())));
      if (sound_ && value.is_string()) digest = value.get<std::string>();
    }
  }

  void read_reads(Variant& out) {
    const auto all = member(json_, "has-all-variables");
    sound_ = sound_ && all.is_boolean();
    out.has_all_variables = all.is_boolean() && all.get<bool>();
    const auto reads = object("reads");
    for (const auto& [name, value] : reads.items()) {
      sound_ = sound_ && value.is_string() && is_digest(value.get<std::string>());
      if (sound_) out.reads[name] = value.get<std::string>();
    }
  }

  void read_files(Variant& out) {
    const auto files = member(json_, "files");
    sound_ = sound_ && files.is_array();
    if (!sound_) return;
    for (const auto& file : files) {
      const auto executable = member(file, "executable");
      sound_ = sound_ && executable.is_boolean();
      StoredFile read{text(file, "path"), digest(file, "blob"), number(file, "size"),
                      sound_ && executable.get<bool>()};
      if (file.contains("inserted")) {
        read.inserted = digest(file, "inserted");
        read.inserted_at = number(file, "inserted-at");
      }
      // It will be written below the build directory, and must not leave it.
      sound_ = sound_ && path::stays_inside(without_slash(read.path));
      out.files.push_back(std::move(read));
    }
    // Whoever keeps or copies a variant looks only at the blobs of its files.
    sound_ = sound_ && std::all_of(out.files.begin(), out.files.end(), [&](const auto& file) {
               return file.inserted.empty() ||
                      std::any_of(out.files.begin(), out.files.end(),
                                  [&](const auto& other) { return other.blob == file.inserted; });
             });
  }

  Json json_;
  bool sound_ = true;
};

}  // namespace

bool can_be_written(std::string_view text) {
  const auto is_ascii = [](char c) { return c > 0; };
  if (std::all_of(text.begin(), text.end(), is_ascii)) return true;
  const auto written = Json(text).dump(-1, ' ', false, Json::error_handler_t::ignore);
  return Json::parse(written).get<std::string>() == text;
}

std::string name_of(const Variant& variant) {
  return hash(dump(identity_of(variant)));
}

std::string write_variant(const Variant& variant) {
  return dump(document_of(variant)) + "\n";
}

std::string write_signed_variant(const Variant& variant, const std::string& key,
                                 const std::string& secret) {
  auto document = document_of(variant);
  document["signature"] = signature_of(document, key, secret);
  return dump(document) + "\n";
}

bool is_signed(std::string_view text, const std::string& key, const std::string& secret) {
  auto document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return false;
  const auto found = document.find("signature");
  if (found == document.end() || !found->is_string()) return false;
  const auto signature = found->get<std::string>();
  document.erase(found);
  return signature == signature_of(document, key, secret);
}

std::string secret_of(std::string_view words) {
  if (words.empty()) return "";
  return Hasher().add_field("cargo-larder store signature 1").add_field(words).digest();
}

std::optional<Variant> read_any_variant(std::string_view text) {
  return Reader(text).run();
}

std::optional<Variant> read_variant(std::string_view text, std::string_view name) {
  auto read = read_any_variant(text);
  if (!read || name_of(*read) != name) return std::nullopt;
  return read;
}

}  // namespace larder::store
