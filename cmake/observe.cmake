# The library that is loaded into observed programs, and its bytes in ours. It fits every C library:
# it is linked with none, and finds the functions that it replaces by itself.

# Programs of 32 bits call each function by one of three names, by the size of its offsets and times.
# The library does not know them all, and what it does not see would count as not read.
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
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
# Not with what the program is compiled and linked with: sanitizers, packed relocations, 64-bit times.
set_target_properties(larder_observe PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
  C_STANDARD 11
  C_EXTENSIONS ON
  C_VISIBILITY_PRESET hidden
  COMPILE_DEFINITIONS _GNU_SOURCE
  COMPILE_OPTIONS "-Os;-g0;-fPIC;-ffreestanding;-fno-stack-protector;-fno-asynchronous-unwind-tables;-fno-unwind-tables;-Wall;-Wextra;-U_FORTIFY_SOURCE"
  LINK_OPTIONS "-nostdlib;-Wl,-z,now;-Wl,-z,norelro;-Wl,-z,noseparate-code;-Wl,--hash-style=gnu;-Wl,--build-id=none;-Wl,-s"
)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|i.86)$")
  target_compile_options(larder_observe PRIVATE -fcf-protection=none)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
  # These ask the C library which instructions there are.
  target_compile_options(larder_observe PRIVATE -mno-outline-atomics)
endif()

# Where the processor does not divide.
target_link_libraries(larder_observe PRIVATE gcc)

function(larder_embed_observer)
  set(bytes src/observe/preload_bytes.cpp)
  set_source_files_properties(${bytes} PROPERTIES
    OBJECT_DEPENDS ${PROJECT_BINARY_DIR}/liblarder_observe.so
    COMPILE_DEFINITIONS "LARDER_PRELOAD_FILE=\"${PROJECT_BINARY_DIR}/liblarder_observe.so\""
    SKIP_UNITY_BUILD_INCLUSION ON)
  add_dependencies(larder_lib larder_observe)
endfunction()
