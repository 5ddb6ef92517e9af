#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// The one of `choices` that a word is probably a misspelling of: one letter is wrong, missing, too
/// many or exchanged with the next one, or two in a word of ten letters and more. Empty when there
/// is none, and for words of less than four letters, of which each slip makes another word.
std::string_view near_spelling(std::string_view word, const std::vector<std::string_view>& choices);

}  // namespace larder
