# Builds the library that is loaded into observed programs, and embeds its bytes into ours. It works
# with every C library: it is linked with none, and looks up the functions that it replaces.

# It is for Linux. In 32-bit programs a function has up to three names, for different sizes of offsets
# and times. The library does not know all of them. What it does not see would count as not read, so
# there is none.
if(CMAKE_SIZEOF_VOID_P EQUAL 4 OR NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  function(larder_embed_observer)
    set_source_files_properties(src/observe/preload_bytes.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endfunction()
  return()
endif()

add_library(larder_observe MODULE
  src/observe/preload/files.c
  src/observe/preload/functions.c
  src/observe/preload/log.c
  src/observe/preload/programs.c
  src/observe/preload/questions.c
  src/observe/preload/start.c
  src/observe/preload/writes.c
)
larder_compile_without_libc(larder_observe)
set_target_properties(larder_observe PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
  LINK_OPTIONS "-nostdlib;-Wl,-z,now;-Wl,-z,norelro;-Wl,-z,noseparate-code;-Wl,--hash-style=gnu;-Wl,--build-id=none;-Wl,-s"
)
# For division, on processors that have no instruction for it.
target_link_libraries(larder_observe PRIVATE gcc)

function(larder_embed_observer)
  set(bytes src/observe/preload_bytes.cpp)
  set_source_files_properties(${bytes} PROPERTIES
    OBJECT_DEPENDS ${PROJECT_BINARY_DIR}/liblarder_observe.so
    COMPILE_DEFINITIONS "LARDER_PRELOAD_FILE=\"${PROJECT_BINARY_DIR}/liblarder_observe.so\""
    SKIP_UNITY_BUILD_INCLUSION ON)
  add_dependencies(larder_lib larder_observe)
endfunction()
