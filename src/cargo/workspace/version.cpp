#include "larder/cargo/workspace/version.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "larder/base/text.hpp"

namespace larder::cargo {

namespace {

/// Takes a number without leading zeros off the front.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (problem != std::errc{} || length == 0 || (length > 1 && text.front() == '0'))
    return std::nullopt;
  text.remove_prefix(length);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_numeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

/// Dot-separated identifiers of pre-release or build metadata.
bool valid_identifiers(std::string_view text, bool leading_zeros_allowed) {
  const auto parts = split(text, '.');
  return std::all_of(parts.begin(), parts.end(), [&](std::string_view part) {
    const bool characters = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
    return characters &&
           (leading_zeros_allowed || part.size() == 1 || part[0] != '0' || !is_numeric(part));
  });
}

/// The `-pre` and `+build` that may follow the numbers; false when malformed.
bool take_suffixes(std::string_view text, std::string& pre, std::string& build) {
  const auto plus = text.find('+');
  if (plus != std::string_view::npos) {
    build = text.substr(plus + 1);
    if (!valid_identifiers(build, true)) return false;
    text = text.substr(0, plus);
  }
  if (text.empty()) return true;
  if (text.front() != '-') return false;
  pre = text.substr(1);
  return valid_identifiers(pre, false);
}

std::string_view without_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const bool numeric_a = is_numeric(a);
  const bool numeric_b = is_numeric(b);
  if (numeric_a != numeric_b)
    return numeric_a ? std::strong_ordering::less : std::strong_ordering::greater;
  if (!numeric_a) return a.compare(b) <=> 0;
  // Only build metadata may have leading zeros: 0 < 00 < 1 < 01 < 2 < 10.
  const auto value_a = without_zeros(a);
  const auto value_b = without_zeros(b);
  if (const auto order = value_a.size() <=> value_b.size(); order != 0) return order;
  if (const auto order = value_a.compare(value_b) <=> 0; order != 0) return order;
  return a.size() <=> b.size();
}

std::strong_ordering compare_suffix(std::string_view a, std::string_view b) {
  if (a == b) return std::strong_ordering::equal;
  const auto left = split(a, '.');
  const auto right = split(b, '.');
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (const auto order = compare_identifiers(left[i], right[i]); order != 0) return order;
  }
  return left.size() <=> right.size();
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

VersionReq::Op take_operator(std::string_view& text) {
  using Op = VersionReq::Op;
  static constexpr std::array<std::pair<std::string_view, Op>, 7> operators{{{">=", Op::GreaterEq},
                                                                             {"<=", Op::LessEq},
                                                                             {">", Op::Greater},
                                                                             {"<", Op::Less},
                                                                             {"=", Op::Exact},
                                                                             {"~", Op::Tilde},
                                                                             {"^", Op::Caret}}};
  for (const auto& [sign, op] : operators) {
    if (text.starts_with(sign)) {
      text.remove_prefix(sign.size());
      text = trim(text);
      return op;
    }
  }
  return Op::Caret;
}

bool take_wildcard(std::string_view& text) {
  if (text.empty() || (text[0] != '*' && text[0] != 'x' && text[0] != 'X')) return false;
  text.remove_prefix(1);
  return true;
}

/// `major[.minor[.patch[-pre][+build]]]`, with a wildcard allowed from `minor` on.
bool parse_comparator(std::string_view text, VersionReq::Comparator& out) {
  const bool has_operator =
      !text.empty() && std::string_view("<>=~^").find(text[0]) != std::string_view::npos;
  out.op = take_operator(text);
  const auto major = take_number(text);
  if (!major) return false;
  out.major = *major;
  bool wildcard = false;
  for (auto* part : {&out.minor, &out.patch}) {
    if (text.empty()) break;
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
    if (take_wildcard(text)) {
      wildcard = true;
    } else if (wildcard) {
      return false;
    } else {
      *part = take_number(text);
      if (!*part) return false;
    }
  }
  if (wildcard) {
    if (!has_operator) out.op = VersionReq::Op::Wildcard;
    return text.empty();
  }
  if (!text.empty() && !out.patch) return false;
  std::string build;
  return take_suffixes(text, out.pre, build);
}

Version lower_bound(const VersionReq::Comparator& c) {
  return {c.major, c.minor.value_or(0), c.patch.value_or(0), c.pre, ""};
}

bool matches_exact(const VersionReq::Comparator& c, const Version& v) {
  return v.major == c.major && (!c.minor || v.minor == *c.minor) &&
         (!c.patch || v.patch == *c.patch) && v.pre == c.pre;
}

/// The version as requirements compare it: they ignore build metadata.
Version without_build(Version version) {
  version.build.clear();
  return version;
}

bool matches_greater(const VersionReq::Comparator& c, const Version& v) {
  if (v.major != c.major) return v.major > c.major;
  if (!c.minor) return false;
  if (v.minor != *c.minor) return v.minor > *c.minor;
  if (!c.patch) return false;
  if (v.patch != *c.patch) return v.patch > *c.patch;
  return without_build(v) > lower_bound(c);
}

bool matches_less(const VersionReq::Comparator& c, const Version& v) {
  if (v.major != c.major) return v.major < c.major;
  if (!c.minor) return false;
  if (v.minor != *c.minor) return v.minor < *c.minor;
  if (!c.patch) return false;
  if (v.patch != *c.patch) return v.patch < *c.patch;
  return without_build(v) < lower_bound(c);
}

bool not_below(const VersionReq::Comparator& c, const Version& v) {
  return without_build(v) >= lower_bound(c);
}

bool matches_tilde(const VersionReq::Comparator& c, const Version& v) {
  return v.major == c.major && (!c.minor || v.minor == *c.minor) && not_below(c, v);
}

bool matches_caret(const VersionReq::Comparator& c, const Version& v) {
  if (v.major != c.major) return false;
  if (!c.minor) return true;
  if (!c.patch) return c.major > 0 ? v.minor >= *c.minor : v.minor == *c.minor;
  if (c.major == 0 && v.minor != *c.minor) return false;
  if (c.major == 0 && *c.minor == 0 && v.patch != *c.patch) return false;
  return not_below(c, v);
}

bool matches_one(const VersionReq::Comparator& c, const Version& v) {
  using Op = VersionReq::Op;
  switch (c.op) {
    case Op::Exact:
    case Op::Wildcard:
      return matches_exact(c, v);
    case Op::Greater:
      return matches_greater(c, v);
    case Op::GreaterEq:
      return matches_exact(c, v) || matches_greater(c, v);
    case Op::Less:
      return matches_less(c, v);
    case Op::LessEq:
      return matches_exact(c, v) || matches_less(c, v);
    case Op::Tilde:
      return matches_tilde(c, v);
    case Op::Caret:
      return matches_caret(c, v);
  }
  return false;
}

}  // namespace

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (const auto order = major <=> other.major; order != 0) return order;
  if (const auto order = minor <=> other.minor; order != 0) return order;
  if (const auto order = patch <=> other.patch; order != 0) return order;
  if (pre.empty() != other.pre.empty()) {
    return pre.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  }
  if (const auto order = compare_suffix(pre, other.pre); order != 0) return order;
  if (build.empty() != other.build.empty()) {
    return build.empty() ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return compare_suffix(build, other.build);
}

std::string Version::str_without_build() const {
  auto out = std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  if (!pre.empty()) out += "-" + pre;
  return out;
}

std::string Version::str() const {
  return build.empty() ? str_without_build() : str_without_build() + "+" + build;
}

std::optional<Version> parse_version(std::string_view text) {
  Version version;
  const auto major = take_number(text);
  if (!major || !take(text, '.')) return std::nullopt;
  const auto minor = take_number(text);
  if (!minor || !take(text, '.')) return std::nullopt;
  const auto patch = take_number(text);
  if (!patch || !take_suffixes(text, version.pre, version.build)) return std::nullopt;
  version.major = *major;
  version.minor = *minor;
  version.patch = *patch;
  return version;
}

std::optional<VersionReq> VersionReq::parse(std::string_view text) {
  VersionReq req;
  text = trim(text);
  if (text == "*" || text == "x" || text == "X") return req;
  for (const auto part : split(text, ',')) {
    Comparator comparator;
    if (!parse_comparator(trim(part), comparator)) return std::nullopt;
    req.comparators_.push_back(std::move(comparator));
  }
  return req;
}

bool VersionReq::matches(const Version& version) const {
  if (!std::all_of(comparators_.begin(), comparators_.end(),
                   [&](const auto& c) { return matches_one(c, version); })) {
    return false;
  }
  if (version.pre.empty()) return true;
  return std::any_of(comparators_.begin(), comparators_.end(), [&](const auto& c) {
    return c.major == version.major && c.minor == version.minor && c.patch == version.patch &&
           !c.pre.empty();
  });
}

std::string VersionReq::str() const {
  if (comparators_.empty()) return "*";
  static constexpr std::array<std::string_view, 8> signs{"=", ">", ">=", "<", "<=", "~", "^", ""};
  std::string out;
  for (const auto& c : comparators_) {
    if (!out.empty()) out += ", ";
    out += signs.at(static_cast<std::size_t>(c.op));
    out += std::to_string(c.major);
    if (c.minor) out += "." + std::to_string(*c.minor);
    if (c.patch) out += "." + std::to_string(*c.patch);
    if (!c.pre.empty()) out += "-" + c.pre;
    if (c.op == Op::Wildcard) out += ".*";
  }
  return out;
}

}  // namespace larder::cargo
