# How our own code is compiled. Warnings become errors in presets only.
add_library(larder_options INTERFACE)
target_compile_options(larder_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual)

# False alarms of GCC 12's optimiser inside std::string (GCC bug 105329) and std::variant.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(larder_options INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-Wno-restrict -Wno-maybe-uninitialized>)
endif()

set(LARDER_SANITIZE "" CACHE STRING "Sanitizers, comma-separated: address,undefined")
if(LARDER_SANITIZE)
  target_compile_options(larder_options INTERFACE
    -fsanitize=${LARDER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(larder_options INTERFACE -fsanitize=${LARDER_SANITIZE})
endif()

# Coverage for libFuzzer; its own main only comes with the targets of tests/fuzz.
if(LARDER_FUZZ)
  target_compile_options(larder_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# toml++ runs into its own "unreachable" for most letters beyond ASCII. What it computes there is
# part of an error message, or put right by toml_scan.cpp.
if(LARDER_SANITIZE MATCHES "undefined")
  set_source_files_properties(${PROJECT_SOURCE_DIR}/src/cargo/toml/toml.cpp PROPERTIES
    COMPILE_OPTIONS -fno-sanitize=unreachable
    SKIP_PRECOMPILE_HEADERS ON)
endif()

# Where LARDER_STATIC is on, the program needs no library and no loader of the system.
function(larder_link_statically target)
  if(LARDER_STATIC)
    # Not -static: without position independence the unwinder sorts all frames at the first throw.
    # Not so on 32-bit Arm, where the linker has sorted them, and where GCC 12 does not know
    # -static-pie.
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "^arm")
      target_link_options(${target} PRIVATE -static -no-pie)
    else()
      target_link_options(${target} PRIVATE -static-pie)
    endif()
    if(CMAKE_SIZEOF_VOID_P EQUAL 4)
      target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/time64.cpp)
      set_source_files_properties(${PROJECT_SOURCE_DIR}/cmake/time64.cpp PROPERTIES COMPILE_OPTIONS -U_TIME_BITS)
      target_link_options(${target} PRIVATE -Wl,--wrap=stat64,--wrap=lstat64,--wrap=fstat64)
    endif()
  endif()
endfunction()

# Reading the same headers for every file is half of a debug build. Not for the static program,
# whose time goes into optimising.
function(larder_precompile target)
  if(NOT LARDER_STATIC)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <filesystem> <functional> <map> <memory> <optional> <set> <string> <string_view>
      <utility> <variant> <vector> <fmt/format.h> ${ARGN})
  endif()
endfunction()

# With what another target has precompiled for itself.
function(larder_precompile_as target other)
  if(NOT LARDER_STATIC)
    target_precompile_headers(${target} REUSE_FROM ${other})
  endif()
endfunction()

# Several files of a target as one: a third of the work for all of it, more for a change of one.
# Helpers in anonymous namespaces of a directory must differ in name.
function(larder_unite target)
  if(LARDER_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# The file that holds doctest's own main defines what the header is to bring.
function(larder_precompile_tests target)
  larder_precompile(${target} <doctest/doctest.h> ${ARGN})
  set_source_files_properties(main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  larder_leave_unoptimised(${target})
endfunction()

# Optimising tests and fuzz targets, and not only what they call, would take as long again.
function(larder_leave_unoptimised target)
  if(LARDER_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()
