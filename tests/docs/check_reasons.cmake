# Every reason of `verify` has its row in docs/verify.md, and every row a reason.
#   cmake -DROOT=<project> -P check_reasons.cmake
cmake_minimum_required(VERSION 3.25)
file(READ ${ROOT}/include/larder/report/cold_units.hpp header)
string(REGEX MATCHALL "{DirtyReason::[A-Za-z]+, \"[a-z]+\"}" entries "${header}")
set(words "")
foreach(entry IN LISTS entries)
  string(REGEX REPLACE ".*\"([a-z]+)\".*" "\\1" word "${entry}")
  list(APPEND words ${word})
endforeach()

file(STRINGS ${ROOT}/docs/verify.md rows REGEX "^\\| `[a-z]+` \\|")
list(TRANSFORM rows REPLACE "^\\| `([a-z]+)`.*" "\\1")

if(NOT words)
  message(FATAL_ERROR "no reason was found: the pattern no longer fits the header")
endif()
list(REMOVE_ITEM rows kind)  # the heading
list(SORT words)
list(SORT rows)
if(NOT words STREQUAL rows)
  message(FATAL_ERROR "the header has the reasons ${words}, docs/verify.md has ${rows}")
endif()
