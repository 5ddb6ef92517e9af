#include "build_log.hpp"

#include <charconv>
#include <sstream>
#include <stdexcept>

namespace larder::test {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

/// The words behind `verb` in lines such as "Compiling itoa v1.0.14 (/app/crates/itoa)".
struct Mention {
  std::string name, version;
  bool has_path = false;
};

std::vector<Mention> mentions(const std::vector<std::string>& lines, std::string_view verb) {
  std::vector<Mention> found;
  for (const auto& line : lines) {
    std::istringstream words(line);
    std::string word, name, version, path;
    words >> word >> name >> version >> path;
    if (word != verb || !version.starts_with("v")) continue;
    found.push_back({name, version.substr(1), path.starts_with("(/")});
  }
  return found;
}

std::set<std::string> names(const std::vector<Mention>& mentions, bool with_path) {
  std::set<std::string> out;
  for (const auto& mention : mentions) {
    if (mention.has_path == with_path) out.insert(mention.name + " " + mention.version);
  }
  return out;
}

/// Takes "#12 " off the front; -1 where the line has no number.
int take_number(std::string_view& line) {
  int number = -1;
  if (!line.starts_with("#")) return -1;
  const auto read = std::from_chars(line.data() + 1, line.data() + line.size(), number);
  if (read.ec != std::errc() || read.ptr == line.data() + line.size() || *read.ptr != ' ')
    return -1;
  line.remove_prefix(static_cast<std::size_t>(read.ptr - line.data()) + 1);
  return number;
}

/// What a program wrote: "0.684    Compiling …" without the time.
std::string_view without_time(std::string_view line) {
  const auto space = line.find(' ');
  const auto time = line.substr(0, space);
  const bool is_time = !time.empty() && time.find_first_not_of("0123456789.") == std::string::npos;
  if (!is_time) return line;
  return space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
}

}  // namespace

bool Step::says(std::string_view text) const {
  return !line_with(text).empty();
}

std::string Step::line_with(std::string_view text) const {
  for (const auto& line : lines) {
    if (line.find(text) != std::string::npos) return line;
  }
  return "";
}

std::set<std::string> Step::compiled_external() const {
  auto found = names(mentions(lines, "Compiling"), false);
  found.merge(names(mentions(lines, "Checking"), false));
  return found;
}

std::set<std::string> Step::compiled_local() const {
  return names(mentions(lines, "Compiling"), true);
}

std::set<std::string> Step::downloaded() const {
  return names(mentions(lines, "Downloaded"), false);
}

int Step::sccache(std::string_view label) const {
  for (const auto& line : lines) {
    if (!line.starts_with(label) || line.substr(label.size(), 2) != "  ") continue;
    const auto value = trimmed(std::string_view(line).substr(label.size()));
    int number = -1;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
  }
  return -1;
}

BuildLog::BuildLog(std::string_view text) : text_(text) {
  std::map<int, std::size_t> by_number;
  std::istringstream lines(text_);
  for (std::string whole; std::getline(lines, whole);) {
    std::string_view line = whole;
    const int number = take_number(line);
    if (number < 0) continue;
    const auto known = by_number.find(number);
    if (known == by_number.end()) {
      const auto end = line.find("] ");
      Step step;
      if (line.starts_with("[") && end != std::string_view::npos) {
        step.position = line.substr(1, end - 1);
        step.instruction = line.substr(end + 2);
      } else {
        step.instruction = line;
      }
      by_number[number] = steps_.size();
      steps_.push_back(std::move(step));
    } else if (auto& step = steps_[known->second]; line == "CACHED") {
      step.cached = true;
    } else if (line.starts_with("ERROR")) {
      step.failed = true;
    } else {
      step.lines.emplace_back(without_time(line));
    }
  }
}

BuildLog BuildLog::of_podman(std::string_view text) {
  // "[2/6] STEP 3/4: RUN cargo larder cook", "--> Using cache 3926e7cb3475…"
  BuildLog log;
  log.text_ = text;
  std::istringstream lines(log.text_);
  for (std::string line; std::getline(lines, line);) {
    const auto mark = line.starts_with("STEP ") ? 0 : line.find("] STEP ");
    const auto colon = line.find(": ");
    if (mark != std::string::npos && (mark == 0 || line.front() == '[') &&
        colon != std::string::npos) {
      log.steps_.push_back({line.substr(0, colon), line.substr(colon + 2), false, false, {}});
    } else if (!log.steps_.empty()) {
      auto& step = log.steps_.back();
      if (line.starts_with("--> Using cache ")) step.cached = true;
      if (!line.starts_with("--> ")) step.lines.push_back(line);
    }
  }
  return log;
}

const Step& BuildLog::step(std::string_view text) const {
  const Step* found = nullptr;
  for (const auto& step : steps_) {
    if (step.instruction.find(text) == std::string::npos) continue;
    if (found != nullptr) throw std::runtime_error("two steps contain " + std::string(text));
    found = &step;
  }
  if (found == nullptr) throw std::runtime_error("no step contains " + std::string(text));
  return *found;
}

}  // namespace larder::test
