#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace larder::report {

/// A value of `--message-format` for documents of one kind. A new format is a function in a file of
/// its own and a line in the list of that kind.
template <typename Document>
struct OutputFormat {
  std::string_view name;
  std::string (*write)(const Document&);
};

template <typename Document>
using OutputFormats = std::vector<OutputFormat<Document>>;

/// The names, the default one first.
template <typename Document>
std::vector<std::string> names_of(const OutputFormats<Document>& formats) {
  std::vector<std::string> out;
  for (const auto& format : formats) out.emplace_back(format.name);
  return out;
}

/// The document in the format of that name, which must be in the list.
template <typename Document>
std::string write_as(const OutputFormats<Document>& formats, std::string_view name,
                     const Document& document) {
  for (const auto& format : formats) {
    if (format.name == name) return format.write(document);
  }
  return {};
}

}  // namespace larder::report
