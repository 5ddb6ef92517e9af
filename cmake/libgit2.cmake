# libgit2 from its source, static and without networks.
enable_language(C)
FetchContent_Declare(libgit2
  SYSTEM URL https://github.com/libgit2/libgit2/archive/refs/tags/v1.5.1.tar.gz
  URL_HASH SHA256=7074f1e2697992b82402501182db254fe62d64877b12f6e4c64656516f4cde88)
set(libgit2_source ${PROJECT_SOURCE_DIR}/build/sources/libgit2)
if(EXISTS ${libgit2_source}/CMakeLists.txt)
  set(FETCHCONTENT_SOURCE_DIR_LIBGIT2 ${libgit2_source})
endif()

function(larder_add_libgit2)
  set(BUILD_SHARED_LIBS OFF)
  # Its options are the variables set here.
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  set(CMAKE_POLICY_DEFAULT_CMP0126 NEW)
  set(CMAKE_COMPILE_WARNING_AS_ERROR OFF)
  set(CMAKE_C_CLANG_TIDY "")
  foreach(feature BUILD_TESTS BUILD_CLI BUILD_EXAMPLES USE_HTTPS USE_SSH USE_GSSAPI USE_NTLMCLIENT)
    set(${feature} OFF)
  endforeach()
  set(REGEX_BACKEND builtin)
  set(USE_HTTP_PARSER builtin)
  set(USE_BUNDLED_ZLIB ON)
  if(EXISTS ${libgit2_source}/CMakeLists.txt AND NOT EXISTS ${libgit2_source}/deps/zlib)
    # A distribution's source comes without what it has packages for.
    set(REGEX_BACKEND regcomp)
    set(USE_HTTP_PARSER system)
    set(USE_BUNDLED_ZLIB OFF)
    set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  endif()
  FetchContent_MakeAvailable(libgit2)
endfunction()
larder_add_libgit2()

target_include_directories(larder_git2 SYSTEM INTERFACE ${libgit2_SOURCE_DIR}/include)
target_link_libraries(larder_git2 INTERFACE libgit2package)
