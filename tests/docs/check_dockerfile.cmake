# Checks that the Dockerfile in README.md is examples/docker/Dockerfile without its comments, and
# that the .dockerignore below it is that of examples/docker.
#   cmake -DROOT=<project> -P check_dockerfile.cmake
cmake_minimum_required(VERSION 3.25)

# The text without comments and empty lines.
function(essence text out)
  string(REGEX REPLACE "(^|\n)[ \t]*#[^\n]*" "\\1" text "${text}")
  string(REGEX REPLACE "\n+" "\n" text "\n${text}\n")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# The contents of the code block after `marker`.
function(block_behind readme marker out)
  string(FIND "${readme}" "${marker}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "README.md has no `${marker}`")
  endif()
  string(SUBSTRING "${readme}" ${at} -1 rest)
  string(FIND "${rest}" "```" from)
  string(SUBSTRING "${rest}" ${from} -1 rest)
  string(REGEX REPLACE "^```[a-z]*\n" "" rest "${rest}")
  string(FIND "${rest}" "\n```" end)
  string(SUBSTRING "${rest}" 0 ${end} rest)
  set(${out} "${rest}" PARENT_SCOPE)
endfunction()

set(wrong 0)
function(compare readme marker file)
  block_behind("${readme}" "${marker}" shown)
  file(READ ${ROOT}/${file} real)
  essence("${shown}" shown)
  essence("${real}" real)
  if(NOT shown STREQUAL real)
    message("README.md shows another ${file}.\nREADME.md:${shown}\n${file}:${real}")
    set(wrong 1 PARENT_SCOPE)
  endif()
endfunction()

file(READ ${ROOT}/README.md readme)
compare("${readme}" "<!-- examples/docker/Dockerfile without its comments" examples/docker/Dockerfile)
compare("${readme}" "With this `.dockerignore`:" examples/docker/.dockerignore)
if(wrong)
  message(FATAL_ERROR "README.md and examples/docker differ")
endif()
message("README.md shows the Dockerfile as it is")
