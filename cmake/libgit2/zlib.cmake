# zlib as libgit2 expects it: an object library without file access.
file(GLOB sources ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
list(FILTER sources EXCLUDE REGEX "/gz[^/]*$")
add_library(zlib OBJECT ${sources})
target_include_directories(zlib PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
