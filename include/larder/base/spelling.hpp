#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// The one of `choices` that `word` is probably a misspelling of: one letter is wrong, missing,
/// extra or swapped with the next, or two letters in words of ten letters or more. Empty when there
/// is none. Also empty for words of fewer than four letters, where one slip often makes another
/// valid word.
std::string_view near_spelling(std::string_view word, const std::vector<std::string_view>& choices);

}  // namespace larder
