# For 64-bit Arm, with the compiler of Debian's g++-aarch64-linux-gnu. What is built on the way is
# run under qemu's user emulation, of qemu-user-static.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)

# Of this machine's libraries only headers are used, found by their CMake packages.
set(CMAKE_FIND_ROOT_PATH /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
foreach(package fmt tomlplusplus)
  file(GLOB directory /usr/lib/*/cmake/${package})
  if(directory)
    list(GET directory 0 ${package}_DIR)
  endif()
endforeach()
