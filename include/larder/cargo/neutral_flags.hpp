#pragma once

#include <string>
#include <vector>

namespace larder::cargo {

/// Removes from the words of a cargo command, up to its "--", the flags that change no unit and
/// that `given` states anew (`-j 2` by `--jobs 4`, `-q` by `-v`): cargo takes each once.
void drop_overridden(std::vector<std::string>& words, const std::vector<std::string>& given);

}  // namespace larder::cargo
