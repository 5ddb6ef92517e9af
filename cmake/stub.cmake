# The stub of a dry run, which is a part of the program. In the static program it answers before the
# C library is initialised, on the processors whose system calls and start it knows.
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND CMAKE_SIZEOF_VOID_P EQUAL 8 AND
   CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|aarch64)$")
  set(LARDER_EARLY_START ON)
endif()

function(larder_compile_stub name)
  add_library(${name} OBJECT ${ARGN})
  larder_compile_without_libc(${name})
  if(LARDER_EARLY_START)
    target_compile_definitions(${name} PRIVATE LARDER_EARLY_START)
  endif()
endfunction()

larder_compile_stub(larder_stub src/cook/stub/answer.c)

function(larder_start_early target)
  if(LARDER_EARLY_START AND LARDER_STATIC)
    larder_compile_stub(larder_start src/cook/stub/start.c)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:larder_start>)
    target_link_options(${target} PRIVATE -Wl,--entry=larder_start)
    add_custom_command(TARGET ${target} PRE_LINK
      COMMAND ${CMAKE_COMMAND} -D READELF=${CMAKE_READELF} -D OBJECT=$<TARGET_OBJECTS:larder_stub>
              -P ${PROJECT_SOURCE_DIR}/cmake/check_stub.cmake
      VERBATIM)
  endif()
endfunction()
