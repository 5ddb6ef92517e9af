#include "larder/store/explanation.hpp"

namespace larder::store {

std::string_view word_of(ColdReason reason) {
  return cold_reasons.at(static_cast<std::size_t>(reason)).second;
}

}  // namespace larder::store
