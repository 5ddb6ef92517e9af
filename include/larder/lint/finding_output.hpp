#pragma once

#include <string>
#include <vector>

#include "larder/lint/finding.hpp"

namespace larder::lint {

/// A value of `--message-format`.
struct FindingFormat {
  std::string_view name;
  std::string (*write)(const std::vector<Finding>&);
};

/// `human`, `json` (an array), `sarif` (2.1.0) and `github` (workflow commands). The default comes
/// first.
const std::vector<FindingFormat>& finding_formats();

/// `format` is one of those names.
std::string write_findings(const std::string& format, const std::vector<Finding>& findings);

}  // namespace larder::lint
