# Options for our own code. Warnings are errors only in presets.
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

# Coverage for libFuzzer. Only the targets of tests/fuzz link its main function.
if(LARDER_FUZZ)
  target_compile_options(larder_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# toml++ reaches its own "unreachable" for most letters beyond ASCII. What it computes there only
# goes into an error message, or is corrected by toml_scan.cpp.
if(LARDER_SANITIZE MATCHES "undefined")
  set_source_files_properties(${PROJECT_SOURCE_DIR}/src/cargo/toml/toml.cpp PROPERTIES
    COMPILE_OPTIONS -fno-sanitize=unreachable
    SKIP_PRECOMPILE_HEADERS ON)
endif()

# lld merges functions that have the same code, which makes the program 3 % smaller. The GNU linker
# warns about name lookups, which need the shared libc. They are in libgit2's code for networks and
# for set-user-id programs, which never runs.
if(LARDER_STATIC)
  include(CheckLinkerFlag)
  check_linker_flag(CXX "-fuse-ld=lld;-Wl,--icf=all" LARDER_HAS_LLD)
  check_linker_flag(CXX -Wl,--no-warnings LARDER_LINKER_HAS_NO_WARNINGS)
endif()

# With LARDER_STATIC, the program needs no library and no loader of the system.
function(larder_link_statically target)
  if(LARDER_STATIC)
    if(LARDER_HAS_LLD)
      target_link_options(${target} PRIVATE -fuse-ld=lld -Wl,--icf=all,-O2,--pack-dyn-relocs=relr)
    else()
      target_link_options(${target} PRIVATE -Wl,-z,pack-relative-relocs
        $<$<BOOL:${LARDER_LINKER_HAS_NO_WARNINGS}>:-Wl,--no-warnings>)
    endif()
    # Not -static: without position independence, the unwinder sorts all frames at the first throw.
    # On 32-bit Arm the linker has already sorted them, and GCC 12 does not know -static-pie.
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "^arm")
      target_link_options(${target} PRIVATE -static -no-pie)
    else()
      target_link_options(${target} PRIVATE -static-pie)
    endif()
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/unused.cpp)
    if(CMAKE_SIZEOF_VOID_P EQUAL 4)
      target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/time64.cpp)
      set_source_files_properties(${PROJECT_SOURCE_DIR}/cmake/time64.cpp PROPERTIES COMPILE_OPTIONS -U_TIME_BITS)
      target_link_options(${target} PRIVATE -Wl,--wrap=stat64,--wrap=lstat64,--wrap=fstat64)
    endif()
  endif()
endfunction()

# Half of the time of a debug build goes into reading the same headers for every file. The static
# program needs no precompiled headers, because its time goes into optimising.
function(larder_precompile target)
  if(NOT LARDER_STATIC)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <filesystem> <functional> <map> <memory> <optional> <set> <string> <string_view>
      <utility> <variant> <vector> <fmt/format.h> ${ARGN})
  endif()
endfunction()

# Uses the headers that another target has precompiled. Also unites the files, as for all tests.
function(larder_precompile_as target other)
  if(NOT LARDER_STATIC)
    target_precompile_headers(${target} REUSE_FROM ${other})
  endif()
  larder_unite(${target} 8)
endfunction()

# Compiles several files of a target as one. A whole build takes a fifth of the work, but a change
# of one file takes more. Names in anonymous namespaces must differ within the files that are one:
# half of the program, and a few of the tests.
function(larder_unite target files)
  if(LARDER_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${files})
  endif()
endfunction()

# main.cpp is left out, because it defines a macro that decides what doctest's header contains.
function(larder_precompile_tests target)
  larder_precompile(${target} <doctest/doctest.h> ${ARGN})
  larder_unite(${target} 8)
  set_source_files_properties(main.cpp PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON
    SKIP_UNITY_BUILD_INCLUSION ON)
  larder_leave_unoptimised(${target})
endfunction()

# Optimising tests and fuzz targets, and not only the code that they call, would double the time.
function(larder_leave_unoptimised target)
  if(LARDER_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()
