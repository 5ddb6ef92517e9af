# Checks that docs/lint.md has a section for every rule of `cargo larder lint`, with its severity, and
# the reverse.
#   cmake -DROOT=<project> -P check_lint_rules.cmake
cmake_minimum_required(VERSION 3.25)
file(READ ${ROOT}/src/lint/rules.cpp text)
string(REGEX MATCHALL "{\"[a-z-]+\",[ \n]*Severity::[A-Za-z]+" rules "${text}")
set(expected "")
foreach(rule IN LISTS rules)
  string(REGEX REPLACE "{\"([a-z-]+)\",[ \n]*Severity::([A-Za-z]+)" "\\1 \\2" rule "${rule}")
  string(TOLOWER "${rule}" rule)
  list(APPEND expected "${rule}")
endforeach()

file(STRINGS ${ROOT}/docs/lint.md headings REGEX "^### ")
set(documented "")
foreach(heading IN LISTS headings)
  string(REGEX REPLACE "^### ([a-z-]+) \\((error|warning|note)\\)$" "\\1 \\2" rule "${heading}")
  list(APPEND documented "${rule}")
endforeach()

list(LENGTH expected count)
if(count LESS 30)
  message(FATAL_ERROR "only ${count} rules were found: the pattern no longer fits the source")
endif()
if(NOT expected STREQUAL documented)
  message(FATAL_ERROR "rules and docs/lint.md differ:\n${expected}\n${documented}")
endif()
message("${count} rules are documented")
