#include "created_objects.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "docker.hpp"
#include "podman.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct CacheRecord {
  std::string id, type, parent, description, created;
};

std::vector<CacheRecord> cache_records() {
  std::vector<CacheRecord> records;
  // The daemon measures every record and image that it has not measured before: on one with
  // thousands of them that takes longer than all tests.
  constexpr int patience = 180;
  const auto listed =
      docker_within(patience, {"system", "df", "--verbose", "--format", "{{json .BuildCache}}"});
  if (listed.code() != 0) {
    std::fprintf(stderr,
                 "the daemon does not list its build cache within %d s: what the run left there "
                 "goes with `docker builder prune`\n",
                 patience);
  }
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

/// With all that stands on what is there.
template <typename Accept>
void close(std::set<std::string>& own, const std::vector<CacheRecord>& records, Accept accept) {
  for (std::size_t before = 0; before != own.size();) {
    before = own.size();
    for (const auto& record : records) {
      if (own.contains(record.parent) && accept(record)) own.insert(record.id);
    }
  }
}

/// What was built on the run's base image; and what has no parent and was made while a build of the
/// run ran (contexts, mounts of its steps, copies into an empty image), with what was made on it
/// then. Somebody else's build may have run at the same time: where anything later stands on such a
/// record, it is left.
std::set<std::string> own_records(const std::vector<CacheRecord>& records,
                                  const CreatedObjects& created) {
  const Windows windows{created.all("began"), created.all("ended")};
  const auto steps = created.all("step");
  const auto run = created.last("run");
  std::set<std::string> marked, own;
  for (const auto& record : records) {
    if (record.description.find(run) != std::string::npos) marked.insert(record.id);
    if (record.parent.empty() && windows.contain(record.created) &&
        (record.type != "exec.cachemount" || is_ours(record, steps))) {
      own.insert(record.id);
    }
  }
  close(marked, records, [](const CacheRecord&) { return true; });
  close(own, records, [&](const CacheRecord& record) { return windows.contain(record.created); });
  own.insert(marked.begin(), marked.end());
  for (std::size_t before = 0; before != own.size();) {
    before = own.size();
    for (const auto& record : records) {
      if (!record.parent.empty() && !own.contains(record.id) && !marked.contains(record.parent))
        own.erase(record.parent);
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

bool remove_cache(const CreatedObjects& created) {
  std::set<std::string> left;
  // After an interruption the daemon needs a moment to let go of what it was using.
  for (int attempt = 0; attempt < 5; ++attempt) {
    left = own_records(cache_records(), created);
    if (left.empty()) return true;
    if (attempt > 1) std::this_thread::sleep_for(std::chrono::seconds(attempt));
    prune(left);
  }
  std::fprintf(stderr, "%zu records of the build cache could not be removed\n", left.size());
  return false;
}

bool is_in_ci() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && *ci != '\0';
}

}  // namespace

std::string own_directory() {
  fs::create_directories(LARDER_DOCKER_DIRECTORY);
  return LARDER_DOCKER_DIRECTORY;
}

CreatedObjects CreatedObjects::open() {
  return CreatedObjects(own_directory() + "/ledger");
}

bool CreatedObjects::exists() const {
  return fs::exists(path_);
}

void CreatedObjects::add(const std::string& kind, const std::string& value) const {
  const auto known = all(kind);
  const bool may_repeat = kind == "began" || kind == "ended";
  if (!may_repeat && std::find(known.begin(), known.end(), value) != known.end()) return;
  std::ofstream(path_, std::ios::app) << kind << ' ' << value << '\n';
}

std::vector<std::string> CreatedObjects::all(const std::string& kind) const {
  std::vector<std::string> values;
  std::ifstream lines(path_);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kind + " ")) values.push_back(line.substr(kind.size() + 1));
  }
  return values;
}

std::string CreatedObjects::last(const std::string& kind) const {
  const auto values = all(kind);
  return values.empty() ? "" : values.back();
}

void CreatedObjects::remove() const {
  fs::remove(path_);
}

bool clean_up() {
  const auto created = CreatedObjects::open();
  if (!created.exists()) return true;
  PodmanStorage::remove();
  for (const auto& container : created.all("container")) docker({"rm", "--force", container});
  for (const auto& image : created.all("image")) docker({"rmi", "--force", image});
  // To list its build cache the daemon measures all that it keeps, which takes minutes of every
  // core. CI's machine goes with its run.
  bool is_clean = is_in_ci() || remove_cache(created);
  const auto left = docker({"images", "--quiet", "larder-test-" + created.last("run") + "-*"});
  if (!left.output.empty()) {
    std::fprintf(stderr, "images could not be removed:\n%s", left.output.c_str());
    is_clean = false;
  }
  if (is_clean) created.remove();
  return is_clean;
}

}  // namespace larder::test
