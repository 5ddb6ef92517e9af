#include "larder/base/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "larder/base/text.hpp"
#include "url_host.hpp"

namespace larder {

namespace {

// The bytes to escape in each part of a URL, besides spaces, controls and non-ASCII ones.
constexpr std::string_view path_forbidden = "\"<>`#?{}";
constexpr std::string_view query_forbidden = "\"<>#";
constexpr std::string_view special_query_forbidden = "\"<>#'";
constexpr std::string_view fragment_forbidden = "\"<>`";
constexpr std::string_view user_forbidden = "\"<>`#?{}/:;=@[\\]^|";
constexpr std::string_view directory_forbidden = "\"<>`#?{}%\\";

struct DefaultPort {
  std::string_view scheme;
  std::string_view port;
};
/// The "special" schemes of the URL standard. `file` has no port.
constexpr std::array<DefaultPort, 6> special_schemes{
    {{"http", "80"}, {"https", "443"}, {"ws", "80"}, {"wss", "443"}, {"ftp", "21"}, {"file", ""}}};

const DefaultPort* special_scheme(std::string_view scheme) {
  const auto* const found =
      std::find_if(special_schemes.begin(), special_schemes.end(),
                   [&](const DefaultPort& known) { return known.scheme == scheme; });
  return found == special_schemes.end() ? nullptr : found;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
         });
}

/// Without surrounding blanks, and without tabs and line ends.
std::string cleaned(std::string_view text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  std::string out(text);
  std::erase_if(out, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return out;
}

bool is_drive(std::string_view text) {
  return text.size() == 2 && std::isalpha(static_cast<unsigned char>(text[0])) != 0 &&
         (text[1] == ':' || text[1] == '|');
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(cleaned(text)) {}

  std::optional<std::string> run() {
    rest_ = text_;
    const auto colon = rest_.find(':');
    if (colon == std::string_view::npos || !is_scheme(rest_.substr(0, colon))) return std::nullopt;
    scheme_ = lower(rest_.substr(0, colon));
    rest_.remove_prefix(colon + 1);
    special_ = special_scheme(scheme_);
    const bool good = scheme_ == "file" ? take_file() : special_ ? take_special() : take_other();
    if (!good) return std::nullopt;
    auto out = scheme_ + ":" + authority_ + path();
    return out + tail();
  }

 private:
  bool is_slash(char c) const { return c == '/' || (special_ != nullptr && c == '\\'); }
  std::size_t leading_slashes() const {
    const auto end = std::find_if(rest_.begin(), rest_.end(), [&](char c) { return !is_slash(c); });
    return static_cast<std::size_t>(end - rest_.begin());
  }
  std::string_view take_authority() {
    const auto end = std::find_if(rest_.begin(), rest_.end(),
                                  [&](char c) { return is_slash(c) || c == '?' || c == '#'; });
    const auto out = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(out.size());
    return out;
  }

  bool take_special() {
    rest_.remove_prefix(leading_slashes());
    return read_authority(take_authority());
  }

  bool take_other() {
    if (!rest_.starts_with('/')) return false;
    if (!rest_.starts_with("//")) return true;
    rest_.remove_prefix(2);
    return read_authority(take_authority());
  }

  bool take_file() {
    authority_ = "//";
    if (leading_slashes() < 2) return true;
    rest_.remove_prefix(2);
    const auto before = rest_;
    const auto host = take_authority();
    if (is_drive(host)) {
      rest_ = before;
      return true;
    }
    if (host.empty()) return true;
    const auto known = special_host(host);
    if (known && *known != "localhost") authority_ += *known;
    return known.has_value();
  }

  /// `user:password@host:port`
  bool read_authority(std::string_view text) {
    const auto at = text.rfind('@');
    std::string user;
    if (at != std::string_view::npos) {
      user = read_user(text.substr(0, at));
      text.remove_prefix(at + 1);
    }
    const auto bracket = text.starts_with('[') ? text.find(']') : 0;
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const auto name = text.substr(0, colon);
    const bool alone = at == std::string_view::npos && colon == std::string_view::npos;
    const auto host =
        special_ ? special_host(name) : (name.empty() && !alone ? std::nullopt : opaque_host(name));
    if (!host) return false;
    const auto port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    authority_ = "//" + user + *host;
    return read_port(port);
  }

  static std::string read_user(std::string_view text) {
    const auto colon = text.find(':');
    const auto password = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    auto out = percent_encoded(text.substr(0, colon), user_forbidden);
    if (!password.empty()) out += ":" + percent_encoded(password, user_forbidden);
    return out.empty() ? out : out + "@";
  }

  bool read_port(std::string_view port) {
    if (port.empty()) return true;
    if (port.find_first_not_of("0123456789") != std::string_view::npos) return false;
    while (port.size() > 1 && port.starts_with('0')) port.remove_prefix(1);
    constexpr int largest = 65535;
    if (port.size() > 5 || std::stoi(std::string(port)) > largest) return false;
    if (special_ == nullptr || port != special_->port) authority_ += ":" + std::string(port);
    return true;
  }

  static bool is_dot(const std::string& segment) {
    return segment == "." || lower(segment) == "%2e";
  }
  static bool is_dots(const std::string& segment) {
    const auto text = lower(segment);
    return text == ".." || text == ".%2e" || text == "%2e." || text == "%2e%2e";
  }

  std::vector<std::string> segments(std::string_view path) const {
    std::vector<std::string> out;
    for (std::size_t start = 0; start <= path.size();) {
      const auto* const slash = std::find_if(path.begin() + static_cast<std::ptrdiff_t>(start),
                                             path.end(), [&](char c) { return is_slash(c); });
      const auto end = static_cast<std::size_t>(slash - path.begin());
      const std::string segment(path.substr(start, end - start));
      const bool last = end == path.size();
      if (is_dots(segment)) {
        const bool keeps = out.size() == 1 && scheme_ == "file" && is_drive(out[0]);
        if (!out.empty() && !keeps) out.pop_back();
        if (last) out.emplace_back();
      } else if (is_dot(segment)) {
        if (last) out.emplace_back();
      } else if (!(scheme_ == "file" && out.empty() && segment.empty() && !last)) {
        out.push_back(percent_encoded(segment, path_forbidden));
      }
      start = end + 1;
    }
    return out;
  }

  std::string path() {
    const auto end = std::min(rest_.find_first_of("?#"), rest_.size());
    auto text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (text.empty()) return special_ ? "/" : "";
    if (is_slash(text[0])) text.remove_prefix(1);
    std::string out;
    for (const auto& segment : segments(text)) out += "/" + segment;
    return authority_.empty() && out.starts_with("//") ? "/." + out : out;
  }

  /// `?query#fragment`
  std::string tail() const {
    const auto hash = std::min(rest_.find('#'), rest_.size());
    auto out = percent_encoded(rest_.substr(0, hash),
                               special_ ? special_query_forbidden : query_forbidden);
    if (hash < rest_.size())
      out += "#" + percent_encoded(rest_.substr(hash + 1), fragment_forbidden);
    return out;
  }

  std::string text_;
  std::string_view rest_;
  std::string scheme_;
  const DefaultPort* special_ = nullptr;
  /// Includes the leading slashes; empty when there is no authority.
  std::string authority_;
};

/// A normalised URL, split around its path.
struct Pieces {
  std::string before_path;
  std::string path;
  std::string tail;
};

Pieces pieces_of(const std::string& url) {
  const auto colon = url.find(':') + 1;
  const bool has_authority = url.compare(colon, 2, "//") == 0;
  const auto from =
      has_authority ? std::min(url.find_first_of("/?#", colon + 2), url.size()) : colon;
  const auto end = std::min(url.find_first_of("?#", from), url.size());
  return {url.substr(0, from), url.substr(from, end - from), url.substr(end)};
}

}  // namespace

std::optional<std::string> normalized_url(std::string_view text) {
  return Parser(text).run();
}

std::string canonical_url(const std::string& url) {
  auto [before, path, tail] = pieces_of(url);
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const auto slashes = before.find("//");
  auto host = slashes == std::string::npos ? "" : before.substr(slashes + 2);
  host = host.substr(host.rfind('@') + 1);
  if (host == "github.com" || host.starts_with("github.com:")) {
    before = "https:" + before.substr(slashes);
    path = lower(path);
  }
  if (path.ends_with(".git")) path.resize(path.size() - 4);
  return before + path + tail;
}

bool has_password(const std::string& url) {
  const auto before = pieces_of(url).before_path;
  const auto at = before.rfind('@');
  const auto slashes = before.find("//");
  if (at == std::string::npos || slashes == std::string::npos) return false;
  return before.substr(slashes, at - slashes).find(':') != std::string::npos;
}

namespace {

/// `user:password`, or the user of an `http` URL, which may be a token.
bool is_credential(std::string_view user_information, bool is_http) {
  const auto colon = user_information.find(':');
  if (colon != std::string_view::npos && colon + 1 < user_information.size()) return true;
  const auto user = user_information.substr(0, colon);
  return is_http && !user.empty() && user != "git";
}

}  // namespace

bool has_credentials(std::string_view text) {
  constexpr std::string_view mark = "://";
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const auto before = lower(text.substr(0, at));
    const bool is_http = before.ends_with("http") || before.ends_with("https");
    // In other URLs a password may contain characters that end an `http` authority.
    const auto rest = text.substr(at + mark.size());
    const auto authority =
        rest.substr(0, rest.find_first_of(is_http ? "/?#\\\" \t\n" : "/\" \t\n"));
    const auto sign = authority.rfind('@');
    if (sign != std::string_view::npos && is_credential(authority.substr(0, sign), is_http))
      return true;
  }
  return false;
}

std::string file_url(std::string_view path) {
  return "file://" + percent_encoded(path, directory_forbidden);
}

}  // namespace larder
