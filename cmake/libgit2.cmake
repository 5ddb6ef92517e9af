# Builds libgit2 from its source, static and without network support.
enable_language(C)
FetchContent_Declare(libgit2
  SYSTEM URL https://github.com/libgit2/libgit2/archive/refs/tags/v1.7.2.tar.gz
  URL_HASH SHA256=de384e29d7efc9330c6cdb126ebf88342b5025d920dcb7c645defad85195ea7f)
set(libgit2_source ${PROJECT_SOURCE_DIR}/build/sources/libgit2)
if(EXISTS ${libgit2_source}/CMakeLists.txt)
  set(FETCHCONTENT_SOURCE_DIR_LIBGIT2 ${libgit2_source})
  # scripts/setup put the distribution's sources of zlib and http-parser there. They lack the CMake
  # files that libgit2 expects.
  foreach(part zlib http-parser)
    if(EXISTS ${libgit2_source}/deps/${part})
      file(COPY_FILE ${CMAKE_CURRENT_LIST_DIR}/libgit2/${part}.cmake
        ${libgit2_source}/deps/${part}/CMakeLists.txt ONLY_IF_DIFFERENT)
    endif()
  endforeach()
endif()

function(larder_add_libgit2)
  set(BUILD_SHARED_LIBS OFF)
  # libgit2 takes the variables that are set here as its options.
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  set(CMAKE_POLICY_DEFAULT_CMP0126 NEW)
  set(CMAKE_COMPILE_WARNING_AS_ERROR OFF)
  set(CMAKE_C_CLANG_TIDY "")
  string(APPEND CMAKE_C_FLAGS " -w")
  string(APPEND CMAKE_C_FLAGS_MINSIZEREL " -Oz")
  foreach(feature BUILD_TESTS BUILD_CLI BUILD_EXAMPLES USE_HTTPS USE_SSH USE_GSSAPI USE_NTLMCLIENT)
    set(${feature} OFF)
  endforeach()
  if(EXISTS ${libgit2_source}/CMakeLists.txt)
    set(REGEX_BACKEND regcomp)
  else()
    set(REGEX_BACKEND builtin)
  endif()
  # A distribution's source of libgit2 lacks the libraries that the distribution has packages for.
  if(EXISTS ${libgit2_source}/CMakeLists.txt AND NOT EXISTS ${libgit2_source}/deps/zlib)
    set(USE_BUNDLED_ZLIB OFF)
    set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  else()
    set(USE_BUNDLED_ZLIB ON)
  endif()
  find_path(LARDER_LLHTTP_INCLUDE llhttp.h)
  if(NOT EXISTS ${libgit2_source}/CMakeLists.txt OR EXISTS ${libgit2_source}/deps/http-parser)
    set(USE_HTTP_PARSER builtin)
  elseif(LARDER_LLHTTP_INCLUDE)
    set(USE_HTTP_PARSER llhttp)
  else()
    set(USE_HTTP_PARSER system)
  endif()
  set(FPHSA_NAME_MISMATCHED ON) # silences its FindHTTPParser
  FetchContent_MakeAvailable(libgit2)
endfunction()
larder_add_libgit2()

target_include_directories(larder_git2 SYSTEM INTERFACE ${libgit2_SOURCE_DIR}/include)
target_link_libraries(larder_git2 INTERFACE libgit2package)
