#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace larder::report {

/// A value of `--message-format` for one kind of document. To add a format, write its function in a
/// file of its own and add a line to the list of that kind.
template <typename Document>
struct OutputFormat {
  std::string_view name;
  std::string (*write)(const Document&);
};

template <typename Document>
using OutputFormats = std::vector<OutputFormat<Document>>;

/// The names, with the default first.
template <typename Document>
std::vector<std::string> names_of(const OutputFormats<Document>& formats) {
  std::vector<std::string> out;
  for (const auto& format : formats) out.emplace_back(format.name);
  return out;
}

/// The document in the format with that name, which must be in the list.
template <typename Document>
std::string write_as(const OutputFormats<Document>& formats, std::string_view name,
                     const Document& document) {
  for (const auto& format : formats) {
    if (format.name == name) return format.write(document);
  }
  return {};
}

}  // namespace larder::report
