#include "ledger.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "docker.hpp"

namespace larder::docker {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct CacheRecord {
  std::string id, type, parent, description, created;
};

std::vector<CacheRecord> cache_records() {
  std::vector<CacheRecord> records;
  const auto listed = docker({"system", "df", "--verbose", "--format", "{{json .BuildCache}}"});
  const auto parsed = json::parse(listed.output, nullptr, false);
  if (!parsed.is_array()) return records;
  for (const auto& entry : parsed) {
    records.push_back({entry.at("ID"), entry.at("CacheType"), entry.value("Parent", ""),
                       entry.value("Description", ""), entry.value("CreatedAt", "")});
  }
  return records;
}

/// The times in which builds of the run ran, as docker writes them.
struct Windows {
  std::vector<std::string> began, ended;

  bool contain(const std::string& time) const {
    const auto second = time.substr(0, std::string("2026-11-26 23:47:29").size());
    for (std::size_t i = 0; i < began.size(); ++i) {
      // A build that was interrupted has no end.
      if (began[i] <= second && (i >= ended.size() || second <= ended[i])) return true;
    }
    return false;
  }
};

/// Whether a step of the run has the program that a cache mount was made for.
bool is_ours(const CacheRecord& mount, const std::vector<std::string>& steps) {
  const auto program = mount.description.find(" -c ");
  if (program == std::string::npos) return false;
  const auto text = mount.description.substr(program + 4);
  return std::any_of(steps.begin(), steps.end(),
                     [&](const std::string& step) { return step.ends_with(text); });
}

/// What was built on the run's base image, and what has no parent and was made while a build of the
/// run ran (contexts, mounts of its steps, copies into an empty image), with all that stands on it.
std::set<std::string> own_records(const std::vector<CacheRecord>& records, const Ledger& ledger) {
  const Windows windows{ledger.all("began"), ledger.all("ended")};
  const auto steps = ledger.all("step");
  const auto run = ledger.last("run");
  std::set<std::string> own;
  for (const auto& record : records) {
    const bool is_marked = record.description.find(run) != std::string::npos;
    const bool stands_alone = record.parent.empty() && windows.contain(record.created) &&
                              (record.type != "exec.cachemount" || is_ours(record, steps));
    if (is_marked || stands_alone) own.insert(record.id);
  }
  for (std::size_t before = 0; before != own.size();) {
    before = own.size();
    for (const auto& record : records) {
      if (own.contains(record.parent)) own.insert(record.id);
    }
  }
  return own;
}

/// `docker builder prune` takes one id, as a regular expression.
void prune(const std::set<std::string>& ids) {
  std::string pattern;
  for (const auto& id : ids) pattern += (pattern.empty() ? "" : "|") + id;
  docker({"builder", "prune", "--all", "--force", "--filter", "id=\"" + pattern + "\""});
}

bool remove_cache(const Ledger& ledger) {
  std::set<std::string> left;
  // After an interruption the daemon needs a moment to let go of what it was using.
  for (int attempt = 0; attempt < 5; ++attempt) {
    left = own_records(cache_records(), ledger);
    if (left.empty()) return true;
    if (attempt > 1) std::this_thread::sleep_for(std::chrono::seconds(attempt));
    prune(left);
  }
  std::fprintf(stderr, "%zu records of the build cache could not be removed\n", left.size());
  return false;
}

}  // namespace

std::string own_directory() {
  fs::create_directories(LARDER_DOCKER_DIRECTORY);
  return LARDER_DOCKER_DIRECTORY;
}

Ledger Ledger::open() {
  return Ledger(own_directory() + "/ledger");
}

bool Ledger::exists() const {
  return fs::exists(path_);
}

void Ledger::add(const std::string& kind, const std::string& value) const {
  const auto known = all(kind);
  const bool may_repeat = kind == "began" || kind == "ended";
  if (!may_repeat && std::find(known.begin(), known.end(), value) != known.end()) return;
  std::ofstream(path_, std::ios::app) << kind << ' ' << value << '\n';
}

std::vector<std::string> Ledger::all(const std::string& kind) const {
  std::vector<std::string> values;
  std::ifstream lines(path_);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kind + " ")) values.push_back(line.substr(kind.size() + 1));
  }
  return values;
}

std::string Ledger::last(const std::string& kind) const {
  const auto values = all(kind);
  return values.empty() ? "" : values.back();
}

void Ledger::remove() const {
  fs::remove(path_);
}

bool clean_up() {
  const auto ledger = Ledger::open();
  if (!ledger.exists()) return true;
  for (const auto& container : ledger.all("container")) docker({"rm", "--force", container});
  for (const auto& image : ledger.all("image")) docker({"rmi", "--force", image});
  bool is_clean = remove_cache(ledger);
  const auto left = docker({"images", "--quiet", "larder-test-" + ledger.last("run") + "-*"});
  if (!left.output.empty()) {
    std::fprintf(stderr, "images could not be removed:\n%s", left.output.c_str());
    is_clean = false;
  }
  if (is_clean) ledger.remove();
  return is_clean;
}

}  // namespace larder::docker
