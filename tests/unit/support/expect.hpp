#pragma once

#include <doctest/doctest.h>

#include <string>

#include "larder/base/error.hpp"

namespace larder::test {

/// The error that `action` throws; the test fails when it throws none.
template <typename Action>
Error error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  return {"", ""};
}

/// The id of the error that `action` throws, empty when it throws none: for tables.
template <typename Action>
std::string error_id_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.id();
  }
  return "";
}

/// "line:column" of an error.
inline std::string position_of(const Error& error) {
  return std::to_string(error.location().line) + ":" + std::to_string(error.location().column);
}

/// Checks that `action` throws the error of this id, at this place.
template <typename Action>
void check_error(Action&& action, const std::string& id, const std::string& file,
                 const std::string& position) {
  const auto error = error_of(action);
  CHECK(error.id() == id);
  CHECK(error.location().file == file);
  CHECK(position_of(error) == position);
}

}  // namespace larder::test
