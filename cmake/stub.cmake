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
  # Such a loop would become a call of the C library.
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name} PRIVATE -fno-tree-loop-distribute-patterns)
  else()
    target_compile_options(${name} PRIVATE -fno-builtin)
  endif()
endfunction()

larder_compile_stub(larder_stub src/cook/stub/answer.c)

function(larder_start_early target)
  if(LARDER_EARLY_START AND LARDER_STATIC)
    larder_compile_stub(larder_start src/cook/stub/start.c)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:larder_start>)
    target_link_options(${target} PRIVATE -Wl,--entry=larder_start)
  endif()
endfunction()
