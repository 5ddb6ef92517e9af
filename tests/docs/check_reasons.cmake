# Checks that every reason of `verify` has a row in docs/verify.md, that every reason of `store why`
# has one in docs/store.md, and that every row has a reason.
#   cmake -DROOT=<project> -P check_reasons.cmake
cmake_minimum_required(VERSION 3.25)

function(compare header enumeration page)
  file(READ ${ROOT}/include/larder/${header} text)
  string(REGEX MATCHALL "{${enumeration}::[A-Za-z]+, \"[a-z-]+\"}" entries "${text}")
  set(words "")
  foreach(entry IN LISTS entries)
    string(REGEX REPLACE ".*\"([a-z-]+)\".*" "\\1" word "${entry}")
    list(APPEND words ${word})
  endforeach()

  file(STRINGS ${ROOT}/docs/${page} rows REGEX "^\\| `[a-z-]+` \\|")
  list(TRANSFORM rows REPLACE "^\\| `([a-z-]+)`.*" "\\1")

  if(NOT words)
    message(FATAL_ERROR "no reason was found: the pattern no longer fits ${header}")
  endif()
  list(REMOVE_ITEM rows kind)  # the heading
  list(SORT words)
  list(SORT rows)
  if(NOT words STREQUAL rows)
    message(FATAL_ERROR "${header} has the reasons ${words}, docs/${page} has ${rows}")
  endif()
endfunction()

compare(report/cold_units.hpp DirtyReason verify.md)
compare(store/explanation.hpp ColdReason store.md)
