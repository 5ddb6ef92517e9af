#include "larder/base/spelling.hpp"

#include <algorithm>
#include <cstddef>

namespace larder {

namespace {

/// The number of letters to change, delete, insert or swap with the next one.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
      table[i][j] =
          std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

}  // namespace

std::string_view near_spelling(std::string_view word,
                               const std::vector<std::string_view>& choices) {
  if (word.size() < 4) return {};
  std::string_view best;
  std::size_t least = word.size() >= 10 ? 3 : 2;
  for (const auto choice : choices) {
    // This also bounds the size of the table for a long `word`.
    if (choice.size() + least <= word.size() || word.size() + least <= choice.size()) continue;
    const auto now = distance(word, choice);
    if (now >= least) continue;
    least = now;
    best = choice;
  }
  return best;
}

}  // namespace larder
