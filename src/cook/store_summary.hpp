#pragma once

#include "larder/base/shell.hpp"
#include "larder/cook/unit_store.hpp"

namespace larder::cook {

void add_summary(const StoreSummary& from, StoreSummary& to);

/// Reports what stores did for all commands together.
void report_summary(const StoreSummary& total, const Shell& shell);

/// Reports the entries of a store that could not be used.
void report_unused(const store::Store& store, const Shell& shell);

}  // namespace larder::cook
