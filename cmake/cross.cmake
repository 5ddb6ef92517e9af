# Builds for the architecture of LARDER_TRIPLE with the cross compiler of Debian's g++-TRIPLE.
# Programs that the build itself runs need qemu's user emulation, from qemu-user-static.
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LARDER_TRIPLE)
string(REGEX REPLACE "-.*" "" larder_processor "${LARDER_TRIPLE}")
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${larder_processor})
set(CMAKE_C_COMPILER ${LARDER_TRIPLE}-gcc)
set(CMAKE_CXX_COMPILER ${LARDER_TRIPLE}-g++)
string(REPLACE i686 i386 larder_processor "${larder_processor}")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${larder_processor}-static)

# Only headers of this machine's libraries are used. Their CMake packages find them.
set(CMAKE_FIND_ROOT_PATH /usr/${LARDER_TRIPLE})
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
foreach(package fmt tomlplusplus)
  file(GLOB directory /usr/lib/*/cmake/${package})
  if(directory)
    list(GET directory 0 ${package}_DIR)
  endif()
endforeach()
