# zstd from its source, for a machine or an architecture that has no package of it.
FetchContent_Declare(zstd
  SYSTEM URL https://github.com/facebook/zstd/releases/download/v1.5.5/zstd-1.5.5.tar.gz
  URL_HASH SHA256=9c4396cc829cfae319a6e2615202e82aad41372073482fce286fac78646d3ee4
  SOURCE_SUBDIR build/cmake)
if(EXISTS ${PROJECT_SOURCE_DIR}/build/sources/zstd/build/cmake)
  set(FETCHCONTENT_SOURCE_DIR_ZSTD ${PROJECT_SOURCE_DIR}/build/sources/zstd)
endif()

function(larder_add_zstd)
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  set(CMAKE_COMPILE_WARNING_AS_ERROR OFF)
  set(CMAKE_C_CLANG_TIDY "")
  string(APPEND CMAKE_C_FLAGS " -w")
  foreach(part PROGRAMS SHARED TESTS CONTRIB)
    set(ZSTD_BUILD_${part} OFF)
  endforeach()
  set(ZSTD_BUILD_STATIC ON)
  set(ZSTD_LEGACY_SUPPORT OFF)
  set(ZSTD_MULTITHREAD_SUPPORT OFF)
  FetchContent_MakeAvailable(zstd)
endfunction()
larder_add_zstd()

target_include_directories(larder_zstd SYSTEM INTERFACE ${zstd_SOURCE_DIR}/lib)
target_link_libraries(larder_zstd INTERFACE libzstd_static)
