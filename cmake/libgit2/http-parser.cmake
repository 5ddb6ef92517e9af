# libgit2 parses HTTP headers with it. The code that calls it is not linked.
add_library(http-parser OBJECT http_parser.c)
target_include_directories(http-parser PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
