#include "sparse_registry.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "larder/base/process.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;
using cargo::TomlTable;
using cargo::TomlValue;
using nlohmann::json;

/// Runs a program of the system; throws what it said when it fails.
std::string output_of(std::vector<std::string> argv, const std::string& directory) {
  Environment environment;
  environment.set("PATH", "/usr/local/bin:/usr/bin:/bin");
  environment.set("LC_ALL", "C");
  const auto program = argv[0];
  auto ran = capture_process({std::move(argv), directory, environment});
  if (!succeeded(ran.status)) throw std::runtime_error(program + " failed: " + ran.errors);
  return std::move(ran.output);
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

/// Where a package's file lies in an index (cargo: crates-io/lib.rs, `make_dep_path`).
std::string index_path(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.size() < 3) return fmt::format("{}/{}", name.size(), name);
  if (name.size() == 3) return fmt::format("3/{}/{}", name[0], name);
  return fmt::format("{}/{}/{}", name.substr(0, 2), name.substr(2, 2), name);
}

json as_json(const TomlValue& value) {
  if (const auto* text = value.string()) return *text;
  if (const auto* flag = value.boolean()) return *flag;
  auto out = json::array();
  if (const auto* array = value.array()) {
    for (const auto& item : *array) out.push_back(as_json(item));
  }
  return out;
}

json or_else(const TomlValue& table, std::string_view key, json otherwise) {
  const auto* value = table.find(key);
  return value == nullptr ? std::move(otherwise) : as_json(*value);
}

json dependency_entry(const std::string& key, const TomlValue& value, const std::string& kind,
                      const json& target) {
  json out = {
      {"name", key},
      {"req", value.string() != nullptr ? json(*value.string()) : or_else(value, "version", "*")},
      {"features", or_else(value, "features", json::array())},
      {"optional", or_else(value, "optional", false)},
      {"default_features", or_else(value, "default-features", true)},
      {"registry", or_else(value, "registry-index", nullptr)},
      {"target", target},
      {"kind", kind}};
  if (value.find("package") != nullptr) out["package"] = as_json(*value.find("package"));
  return out;
}

void add_dependencies(const TomlValue& tables, const json& target, json& out) {
  for (const auto& [table, kind] :
       {std::pair("dependencies", "normal"), std::pair("build-dependencies", "build"),
        std::pair("dev-dependencies", "dev")}) {
    const auto* found = tables.find(table);
    if (found == nullptr || found->table() == nullptr) continue;
    for (const auto& [key, value] : *found->table())
      out.push_back(dependency_entry(key, value, kind, target));
  }
}

json index_entry(const TomlValue& manifest, const std::string& checksum) {
  const auto& package = *manifest.find("package");
  auto dependencies = json::array();
  add_dependencies(manifest, nullptr, dependencies);
  if (const auto* targets = manifest.find("target"); targets != nullptr) {
    for (const auto& [platform, tables] : *targets->table())
      add_dependencies(tables, platform, dependencies);
  }
  // `features2` is for values that old cargos do not know; with it the entry has version 2.
  auto features = json::object();
  if (const auto* table = manifest.find("features"); table != nullptr) {
    for (const auto& [name, values] : *table->table()) features[name] = as_json(values);
  }
  return {{"name", as_json(*package.find("name"))},
          {"vers", as_json(*package.find("version"))},
          {"deps", std::move(dependencies)},
          {"cksum", checksum},
          {"features", json::object()},
          {"features2", std::move(features)},
          {"v", 2},
          {"links", or_else(package, "links", nullptr)},
          {"yanked", false}};
}

std::string response(int status, const std::string& body) {
  return fmt::format("HTTP/1.1 {} {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status,
                     status == 200   ? "OK"
                     : status == 401 ? "Unauthorized"
                                     : "Not Found",
                     body.size(), body);
}

}  // namespace

/// Pages by path, served on a thread of its own, one connection at a time.
class SparseRegistry::Server {
 public:
  Server() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (socket_ < 0 || ::bind(socket_, any, size) != 0 || ::listen(socket_, 128) != 0 ||
        ::getsockname(socket_, any, &size) != 0)
      throw std::runtime_error("cannot listen on 127.0.0.1");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    stopping_ = true;
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return port_; }
  void set_page(const std::string& path, std::string body) {
    const std::lock_guard lock(mutex_);
    pages_[path] = std::move(body);
  }
  void set_token(const std::string& token) {
    const std::lock_guard lock(mutex_);
    token_ = token;
  }
  std::vector<std::string> take_requests() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out(requests_.begin(), requests_.end());
    requests_.clear();
    return out;
  }

 private:
  void serve() {
    while (!stopping_) {
      const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      // A client that opens a connection and says nothing shall not hold up the others.
      const timeval patience{2, 0};
      ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      send_all(connection, answer(request_from(connection)));
      ::close(connection);
    }
  }

  static std::string request_from(int connection) {
    std::string text;
    char buffer[4096];
    while (text.find("\r\n\r\n") == std::string::npos) {
      const auto count = ::recv(connection, buffer, sizeof buffer, 0);
      if (count <= 0) return "";
      text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
  }

  static void send_all(int connection, std::string_view text) {
    while (!text.empty()) {
      const auto count = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  std::string answer(const std::string& request) {
    if (!request.starts_with("GET ")) return "";
    const auto path = request.substr(4, request.find(' ', 4) - 4);
    const std::lock_guard lock(mutex_);
    requests_.insert(path);
    if (!token_.empty() && !sends_token(request)) return response(401, "");
    const auto page = pages_.find(path);
    return page == pages_.end() ? response(404, "") : response(200, page->second);
  }

  bool sends_token(std::string request) const {
    std::transform(request.begin(), request.end(), request.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto wanted = "\r\nauthorization: " + token_ + "\r\n";
    std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return request.find(wanted) != std::string::npos;
  }

  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::map<std::string, std::string> pages_;
  std::string token_;
  std::set<std::string> requests_;
  std::thread thread_;
};

SparseRegistry::SparseRegistry(std::string directory)
    : directory_(std::move(directory)), server_(std::make_unique<Server>()) {
  fs::create_directories(directory_);
  const auto address = fmt::format("http://127.0.0.1:{}", server_->port());
  server_->set_page("/index/config.json",
                    json{{"dl", address + "/crates"}, {"api", address}}.dump());
}

SparseRegistry::~SparseRegistry() = default;

std::string SparseRegistry::index() const {
  return fmt::format("sparse+http://127.0.0.1:{}/index/", server_->port());
}

void SparseRegistry::publish(const std::map<std::string, std::string>& files) {
  const auto manifest = cargo::parse_toml("Cargo.toml", files.at("Cargo.toml"), "manifest-parse");
  const auto& package = *manifest.root.find("package");
  const auto name = *package.find("name")->string();
  const auto version = *package.find("version")->string();
  const auto label = name + "-" + version;
  for (const auto& [path, text] : files) write(fs::path(directory_) / label / path, text);
  output_of({"tar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner",
             "-czf", label + ".crate", label},
            directory_);
  const auto checksum = output_of({"sha256sum", label + ".crate"}, directory_).substr(0, 64);
  server_->set_page(fmt::format("/crates/{}/{}/download", name, version),
                    file_text(directory_ + "/" + label + ".crate"));
  lines_[name][version] = index_entry(manifest.root, checksum).dump();
  set_index_page(name);
}

void SparseRegistry::yank(const std::string& name, const std::string& version) {
  auto& line = lines_.at(name).at(version);
  auto entry = json::parse(line);
  entry["yanked"] = true;
  line = entry.dump();
  set_index_page(name);
}

void SparseRegistry::require_token(const std::string& token) {
  const auto address = fmt::format("http://127.0.0.1:{}", server_->port());
  server_->set_page(
      "/index/config.json",
      json{{"dl", address + "/crates"}, {"api", address}, {"auth-required", true}}.dump());
  server_->set_token(token);
}

void SparseRegistry::set_index_page(const std::string& name) {
  std::string page;
  for (const auto& [version, line] : lines_.at(name)) page += line + "\n";
  server_->set_page("/index/" + index_path(name), std::move(page));
}

std::vector<std::string> SparseRegistry::take_requests() {
  return server_->take_requests();
}

}  // namespace larder::test
