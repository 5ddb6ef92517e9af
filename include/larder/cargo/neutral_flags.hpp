#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace larder::cargo {

/// Whether a flag of a cargo command changes neither what is compiled nor how.
enum class NeutralFlag { No, Plain, WithValue };
NeutralFlag neutral_flag(std::string_view word);

/// Removes from the words of a cargo command, up to its "--", the flags that change no unit and
/// that `given` states anew (`-j 2` by `--jobs 4`, `-q` by `-v`): cargo takes each once.
void drop_overridden(std::vector<std::string>& words, const std::vector<std::string>& given);

}  // namespace larder::cargo
