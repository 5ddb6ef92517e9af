# Options for C that runs without a C library, or before it is initialised. They replace those of the
# program: sanitizers, packed relocations, 64-bit times.
function(larder_compile_without_libc target)
  set_target_properties(${target} PROPERTIES
    C_STANDARD 11
    C_EXTENSIONS ON
    C_VISIBILITY_PRESET hidden
    COMPILE_DEFINITIONS _GNU_SOURCE
    COMPILE_OPTIONS "-Os;-g0;-fPIC;-ffreestanding;-fno-stack-protector;-fno-asynchronous-unwind-tables;-fno-unwind-tables;-Wall;-Wextra;-U_FORTIFY_SOURCE")
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|i.86)$")
    target_compile_options(${target} PRIVATE -fcf-protection=none)
  elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
    # Outlined atomics ask the C library which instructions there are.
    target_compile_options(${target} PRIVATE -mno-outline-atomics)
  endif()
endfunction()
