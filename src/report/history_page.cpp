#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "history_style.hpp"
#include "larder/base/shortened.hpp"
#include "larder/report/difference_output.hpp"
#include "larder/report/history.hpp"

namespace larder::report {

namespace {

/// A colour and what it stands for.
struct Hue {
  std::string_view css_class;
  std::string_view label;
};

Hue hue_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::Toolchain:
      return {"toolchain", "toolchain"};
    case ChangeKind::Config:
      return {"config", "config"};
    case ChangeKind::Profile:
      return {"profile", "profile"};
    case ChangeKind::NewCrate:
      return {"new", "new crate"};
    case ChangeKind::Bump:
      return {"bump", "bump"};
    case ChangeKind::RemovedCrate:
      return {"removed", "removed crate"};
    case ChangeKind::Features:
      return {"features", "features"};
    case ChangeKind::Request:
    case ChangeKind::Edges:
      return {"request", "dependency changes"};
    case ChangeKind::Command:
    case ChangeKind::Resolver:
    case ChangeKind::Patch:
    case ChangeKind::Sources:
    case ChangeKind::Skeleton:
      break;
  }
  return {"other", "other"};
}

constexpr Hue unreadable{"error", "cannot be prepared"};
constexpr Hue avoided{"quiet", "manifests or lock file changed, recipe did not"};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : valid_utf8(printable(text))) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// Like `escaped`, with text in backticks as code.
std::string marked_up(std::string_view text) {
  std::string out;
  bool inside = false;
  for (const char c : escaped(text)) {
    if (c != '`') {
      out += c;
      continue;
    }
    out += inside ? "</code>" : "<code>";
    inside = !inside;
  }
  return inside ? out + "</code>" : out;
}

std::string percent(double share) {
  return fmt::format("{:.0f}\u202f%", 100 * share);
}

std::string recompiled_text(const HistoryEntry& entry) {
  return fmt::format("{} of {} recompiled", entry.recompiled, entry.external_packages);
}

/// The text that is shown when the pointer is on a bar.
std::string tip_text(const HistoryEntry& entry) {
  auto out = fmt::format("{}  {}\n{}", short_id(entry), date_of(entry), entry.subject);
  if (entry.verdict == Verdict::Unreadable) return out + "\n" + entry.error;
  out += "\n" + recompiled_text(entry);
  std::vector<std::string> lines;
  for (const auto& change : entry.changes)
    lines.push_back(fmt::format("{}: {}", name_of(change.kind), change.text));
  for (const auto& line : shortened(std::move(lines), most_changes)) out += "\n" + line;
  return out;
}

/// A bar for each commit, the oldest on the left. The drawing is stretched to the width of the
/// page.
class Timeline {
 public:
  explicit Timeline(const History& history) : history_(history) {
    const auto count = static_cast<double>(std::max<std::size_t>(history.entries.size(), 1));
    // On 1,000 pixels, bars are between 4 and 26 pixels wide.
    width_ = std::clamp(0.7 * step(count), 4.0, 26.0);
    count_ = count;
  }

  std::string svg() const {
    auto out = fmt::format(
        "<svg viewBox=\"0 0 {:.0f} {:.0f}\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"Share of external packages recompiled, by commit\">\n",
        whole_width, bars_height + rail_height);
    for (const double share : marks) {
      out +=
          fmt::format("<line x1=\"0\" x2=\"{:.0f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"{}/>\n", whole_width,
                      height(share), height(share), share == 0 ? " class=\"base\"" : "");
    }
    for (std::size_t i = 0; i < history_.entries.size(); ++i) out += bar(i);
    return out + "</svg>\n";
  }

  /// The shares that are marked at the side.
  static constexpr std::array marks{0.0, 0.1, 0.5, 1.0};

  /// The position of a share, in percent of the height.
  static double height_percent(double share) {
    return 100 * height(share) / (bars_height + rail_height);
  }

 private:
  static constexpr double whole_width = 1000;
  static constexpr double bars_height = 200;
  static constexpr double rail_height = 22;

  static double step(double count) { return whole_width / count; }
  /// Square roots, so that a bump of one package in a hundred is visible beside a new toolchain.
  static double tall(double share) { return bars_height * std::sqrt(share); }
  static double height(double share) { return bars_height - tall(share) + 4; }

  std::string bar(std::size_t index) const {
    const auto& entry = history_.entries[history_.entries.size() - 1 - index];
    const auto middle = (static_cast<double>(index) + 0.5) * step(count_);
    if (entry.verdict == Verdict::Unreadable)
      return linked(entry, middle, unreadable, bars_height + 8, 12);
    if (entry.verdict == Verdict::Same && entry.touches_manifests)
      return rectangle(middle, avoided, bars_height + 10, 8, "");
    if (entry.verdict != Verdict::Changed) return "";
    // A change that recompiles nothing must be visible, too.
    const auto bar_height = std::max(tall(entry.share()), 4.0);
    return linked(entry, middle, hue_of(entry.main_kind()), bars_height + 4 - bar_height,
                  bar_height);
  }

  std::string rectangle(double middle, const Hue& hue, double top, double tall,
                        const std::string& inside) const {
    return fmt::format(
        "<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" "
        "height=\"{:.1f}\">{}</rect>\n",
        hue.css_class, middle - width_ / 2, top, width_, tall, inside);
  }

  std::string linked(const HistoryEntry& entry, double middle, const Hue& hue, double top,
                     double tall) const {
    const auto title = "<title>" + escaped(tip_text(entry)) + "</title>";
    return fmt::format("<a href=\"#c{}\" data-at=\"{:.4f}\">{}</a>", entry.id, middle / whole_width,
                       rectangle(middle, hue, top, tall, title));
  }

  const History& history_;
  double width_ = 0;
  double count_ = 0;
};

std::string legend(const HistoryTotals& sum) {
  std::string out = "<div class=\"legend\">\n";
  const auto add = [&](const Hue& hue, std::size_t count) {
    if (count == 0) return;
    out += fmt::format("<span class=\"{}\">{} <span class=\"soft\">{}</span></span>\n",
                       hue.css_class, hue.label, count);
  };
  std::vector<std::pair<Hue, std::size_t>> hues;
  for (const auto& [kind, count] : sum.kinds) {
    const auto hue = hue_of(kind);
    const auto known = std::find_if(hues.begin(), hues.end(), [&](const auto& other) {
      return other.first.css_class == hue.css_class;
    });
    if (known == hues.end()) {
      hues.emplace_back(hue, count);
    } else {
      known->second += count;
    }
  }
  for (const auto& [hue, count] : hues) add(hue, count);
  add(avoided, sum.changes_avoided);
  add(unreadable, sum.unreadable);
  return out + "</div>\n";
}

std::string figure(const History& history, const HistoryTotals& sum) {
  std::string out =
      "<figure>\n<figcaption>Each bar is a commit that changed the recipe. Its height is the share "
      "of external packages that were recompiled, on a square-root scale. Its colour is the first "
      "cause.</figcaption>\n<div class=\"plot\">\n";
  for (const double share : Timeline::marks) {
    out += fmt::format("<span class=\"scale\" style=\"top:{:.1f}%\">{}</span>\n",
                       Timeline::height_percent(share), percent(share));
  }
  out += Timeline(history).svg() + "</div>\n<div class=\"dates\">";
  const auto& entries = history.entries;
  // The oldest, one in the middle and the newest, without repeating a date.
  std::vector<std::string> dates;
  for (std::size_t part = 0; part <= 2 && !entries.empty(); ++part) {
    const auto date = date_of(entries[(entries.size() - 1) * (2 - part) / 2]);
    if (dates.empty() || dates.back() != date) dates.push_back(date);
  }
  for (const auto& date : dates) out += "<span>" + date + "</span>";
  return out + "</div>\n" + legend(sum) + "</figure>\n";
}

std::string change_item(const Change& change) {
  auto out =
      fmt::format("<li class=\"{}\"><span class=\"kind\">{}</span>{}",
                  hue_of(change.kind).css_class, name_of(change.kind), marked_up(change.text));
  for (std::size_t i = 0; i < std::min<std::size_t>(change.causes.size(), 2); ++i)
    out += " <code class=\"soft\">" + escaped(place_of(change.causes[i])) + "</code>";
  return out + "</li>\n";
}

std::string commit_card(const HistoryEntry& entry) {
  const bool readable = entry.verdict != Verdict::Unreadable;
  const auto hue = readable ? hue_of(entry.main_kind()) : unreadable;
  auto out = fmt::format(
      "<div class=\"commit {}\" id=\"c{}\">\n<div class=\"head\"><span class=\"id soft\">{}</span>"
      "<span class=\"soft\">{}</span><strong>{}</strong>",
      hue.css_class, entry.id, short_id(entry), date_of(entry), escaped(entry.subject));
  if (readable) {
    out +=
        fmt::format("<span><span class=\"meter\"><i style=\"width:{:.1f}%\"></i></span>{}</span>",
                    100 * entry.share(), recompiled_text(entry));
  }
  out += "</div>\n<ul>\n";
  if (!readable) {
    out += fmt::format("<li><span class=\"kind\">{}</span>{}</li>\n", escaped(entry.error_id),
                       escaped(entry.error));
  }
  for (std::size_t i = 0; i < std::min(entry.changes.size(), most_changes); ++i)
    out += change_item(entry.changes[i]);
  if (entry.changes.size() > most_changes)
    out +=
        fmt::format("<li class=\"soft\">and {} more</li>\n", entry.changes.size() - most_changes);
  return out + "</ul>\n</div>\n";
}

std::string tile(const std::string& number, std::string_view text) {
  return fmt::format("<div class=\"tile\"><b>{}</b><span class=\"soft\">{}</span></div>\n", number,
                     text);
}

std::string commands_text(const History& history) {
  std::string out;
  for (const auto& command : history.commands)
    out += (out.empty() ? "<code>" : ", <code>") + escaped(command) + "</code>";
  return out;
}

}  // namespace

std::string history_page(const History& history) {
  const auto sum = totals(history);
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>When dependencies were recompiled</title>\n<style>";
  out += history_style;
  out += fmt::format(
      "</style>\n</head>\n<body>\n<main>\n<h1>When dependencies were recompiled</h1>\n"
      "<p class=\"soft\">{} · {}</p>\n<div class=\"tiles\">\n",
      commands_text(history), escaped(history.range));
  out += tile(std::to_string(sum.commits), "commits");
  out += tile(std::to_string(sum.recipe_changes), "changed the recipe");
  out += tile(std::to_string(sum.changes_avoided), "changed manifests, but not the recipe");
  out += tile(percent(sum.mean_share_recompiled), "recompiled per change, on average");
  out += "</div>\n" + figure(history, sum);
  const bool any = sum.recipe_changes + sum.unreadable > 0;
  out += any ? "<h2>Causes, newest first</h2>\n"
             : "<h2>Nothing was recompiled</h2>\n<p>The recipe is the same at every commit.</p>\n";
  for (const auto& entry : history.entries) {
    if (entry.verdict == Verdict::Changed || entry.verdict == Verdict::Unreadable)
      out += commit_card(entry);
  }
  out +=
      "<footer>The counts include changed packages and all packages that depend on them, according "
      "to the lock file. Only first parents are followed.";
  if (history.is_cut) out += " The clone is shallow, so the history begins where it was cut.";
  out += " Made by cargo larder history.</footer>\n</main>\n<div id=\"tip\"></div>\n<script>";
  out += history_script;
  return out + "</script>\n</body>\n</html>\n";
}

}  // namespace larder::report
