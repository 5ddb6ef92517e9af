# Uses the system's package of a library, or a pinned release if there is none.
include(FetchContent)

FetchContent_Declare(fmt
  SYSTEM URL https://github.com/fmtlib/fmt/archive/refs/tags/9.1.0.tar.gz
  URL_HASH SHA256=5dea48d1fcddc3ec571ce2058e13910a0d4a6bab4cc09a809d8b1dd1c88ae6f2
  FIND_PACKAGE_ARGS 9)
FetchContent_Declare(nlohmann_json
  SYSTEM URL https://github.com/nlohmann/json/archive/refs/tags/v3.11.2.tar.gz
  URL_HASH SHA256=d69f9deb6a75e2580465c6c4c5111b89c4dc2fa94e3a85fcd2ffcd9a143d9273
  FIND_PACKAGE_ARGS 3.11)
FetchContent_Declare(CLI11
  SYSTEM URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.1.2.tar.gz
  URL_HASH SHA256=26291377e892ba0e5b4972cdfd4a2ab3bf53af8dac1f4ea8fe0d1376b625c8cb
  FIND_PACKAGE_ARGS 2.1)
FetchContent_Declare(tomlplusplus
  SYSTEM URL https://github.com/marzer/tomlplusplus/archive/refs/tags/v3.3.0.tar.gz
  URL_HASH SHA256=fc1a5eb410f3c67e90e5ad1264a1386d020067cfb01b633cc8c0441789aa6cf2
  FIND_PACKAGE_ARGS 3.3)
# A static program only uses headers of these, which work with every word size. But their packages
# refuse a word size other than the machine's, unless it is unknown.
set(larder_word_size "${CMAKE_SIZEOF_VOID_P}")
if(LARDER_STATIC AND CMAKE_CROSSCOMPILING)
  set(CMAKE_SIZEOF_VOID_P "")
endif()
FetchContent_MakeAvailable(fmt nlohmann_json CLI11 tomlplusplus)
set(CMAKE_SIZEOF_VOID_P "${larder_word_size}")

# Header-only fmt would be compiled into every object file. A library is compiled once. A static
# program cannot use the distribution's shared library, nor can one with libc++, so they build their
# own.
add_library(larder_fmt INTERFACE)
if((LARDER_STATIC OR CMAKE_CXX_FLAGS MATCHES "libc[+][+]") AND NOT fmt_SOURCE_DIR)
  add_library(larder_fmt_static STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt.cpp)
  target_include_directories(larder_fmt_static SYSTEM PUBLIC
    $<TARGET_PROPERTY:fmt::fmt-header-only,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(larder_fmt INTERFACE larder_fmt_static)
else()
  target_link_libraries(larder_fmt INTERFACE fmt::fmt)
endif()

# Cargo accepts TOML 1.1 since 1.94. The system's compiled library does not support it, so the
# header-only form is used.
add_library(larder_toml INTERFACE)
target_include_directories(larder_toml SYSTEM INTERFACE
  $<TARGET_PROPERTY:tomlplusplus::tomlplusplus,INTERFACE_INCLUDE_DIRECTORIES>)
target_compile_definitions(larder_toml INTERFACE TOML_HEADER_ONLY=1 TOML_ENABLE_UNRELEASED_FEATURES=1)
# One of the parser's assertions fails for `[=`. Without it, the parser throws an error there.
target_compile_definitions(larder_toml INTERFACE TOML_ASSERT=static_cast<void>)

# Only repositories on this machine are read. The distribution's static library would need half a
# dozen network libraries, so the static program uses libgit2 built from source without any of them.
# scripts/setup --release fetches the distribution's source, if it has one.
add_library(larder_git2 INTERFACE)
if(NOT LARDER_STATIC)
  find_path(LARDER_GIT2_INCLUDE git2.h)
  find_library(LARDER_GIT2_LIBRARY git2)
endif()
if(LARDER_GIT2_INCLUDE AND LARDER_GIT2_LIBRARY)
  target_include_directories(larder_git2 SYSTEM INTERFACE ${LARDER_GIT2_INCLUDE})
  target_link_libraries(larder_git2 INTERFACE ${LARDER_GIT2_LIBRARY})
else()
  include(${CMAKE_CURRENT_LIST_DIR}/libgit2.cmake)
endif()

# Digests and compression of the store. The distribution's static library of zstd has everything
# that zstd can do, and takes half a megabyte.
include(${CMAKE_CURRENT_LIST_DIR}/blake3.cmake)
add_library(larder_zstd INTERFACE)
if(NOT LARDER_STATIC)
  find_path(LARDER_ZSTD_INCLUDE zstd.h)
  find_library(LARDER_ZSTD_LIBRARY zstd)
endif()
if(LARDER_ZSTD_INCLUDE AND LARDER_ZSTD_LIBRARY)
  target_include_directories(larder_zstd SYSTEM INTERFACE ${LARDER_ZSTD_INCLUDE})
  target_link_libraries(larder_zstd INTERFACE ${LARDER_ZSTD_LIBRARY})
else()
  include(${CMAKE_CURRENT_LIST_DIR}/zstd.cmake)
endif()

if(LARDER_TESTS)
  FetchContent_Declare(doctest
    SYSTEM URL https://github.com/doctest/doctest/archive/refs/tags/v2.4.9.tar.gz
    URL_HASH SHA256=19b2df757f2f3703a5e63cee553d85596875f06d91a3333acd80a969ef210856
    FIND_PACKAGE_ARGS 2.4)
  FetchContent_MakeAvailable(doctest)
endif()
