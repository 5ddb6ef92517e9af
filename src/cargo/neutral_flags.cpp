#include "larder/cargo/neutral_flags.hpp"

#include <map>
#include <set>
#include <string_view>

namespace larder::cargo {

namespace {

/// What a flag is about; flags about the same exclude each other. Empty for all other words.
std::string_view subject_of(std::string_view word) {
  static const std::map<std::string_view, std::string_view> subjects{
      {"-j", "jobs"},
      {"--jobs", "jobs"},
      {"-q", "verbosity"},
      {"--quiet", "verbosity"},
      {"-v", "verbosity"},
      {"-vv", "verbosity"},
      {"--verbose", "verbosity"},
      {"--color", "color"},
      {"--message-format", "message format"},
      {"--timings", "timings"},
      {"--keep-going", "keep going"},
      {"--no-fail-fast", "no fail fast"},
      {"--ignore-rust-version", "rust version"},
      {"--future-incompat-report", "future incompat"},
      {"--offline", "offline"}};
  if (word.starts_with("--timings=")) word = "--timings";
  const auto found = subjects.find(word);
  return found == subjects.end() ? std::string_view() : found->second;
}

bool has_value(std::string_view subject) {
  return subject == "jobs" || subject == "color" || subject == "message format";
}

}  // namespace

NeutralFlag neutral_flag(std::string_view word) {
  const auto subject = subject_of(word);
  // `--offline` has a field of its own in a command line.
  if (subject.empty() || subject == "offline") return NeutralFlag::No;
  return has_value(subject) ? NeutralFlag::WithValue : NeutralFlag::Plain;
}

void drop_overridden(std::vector<std::string>& words, const std::vector<std::string>& given) {
  std::set<std::string_view> stated;
  for (const auto& word : given) {
    if (word == "--") break;
    stated.insert(subject_of(word));
  }
  stated.erase("");
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") {
      kept.insert(kept.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    const auto subject = subject_of(words[i]);
    if (!stated.contains(subject)) {
      kept.push_back(words[i]);
    } else if (has_value(subject)) {
      ++i;
    }
  }
  words = std::move(kept);
}

}  // namespace larder::cargo
