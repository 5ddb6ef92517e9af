#pragma once

#include <string>
#include <vector>

#include "larder/report/output_format.hpp"
#include "larder/store/explanation.hpp"

namespace larder::report {

/// The result of `store why`, in cargo's order.
struct StoreUnits {
  std::vector<store::Explanation> units;

  /// Whether no unit would be compiled.
  bool warm() const;
};

/// One line per unit, such as "serde 1.0.228 lib-serde 1f…: compiled, as …".
std::string to_text(const StoreUnits& found);
/// One JSON document (docs/store.md).
std::string to_json(const StoreUnits& found);

const OutputFormats<StoreUnits>& store_unit_formats();

}  // namespace larder::report
