# Builds BLAKE3 from its C sources. Debian only has them in its package for Rust, from which
# scripts/setup takes them.
enable_language(C)
set(blake3_source ${PROJECT_SOURCE_DIR}/build/sources/blake3)
if(NOT EXISTS ${blake3_source}/blake3.c)
  FetchContent_Declare(blake3
    SYSTEM URL https://github.com/BLAKE3-team/BLAKE3/archive/refs/tags/1.8.2.tar.gz
    URL_HASH SHA256=6b51aefe515969785da02e87befafc7fdc7a065cd3458cf1141f29267749e81f
    SOURCE_SUBDIR none) # its own CMakeLists.txt is not used
  FetchContent_MakeAvailable(blake3)
  set(blake3_source ${blake3_SOURCE_DIR}/c)
endif()

add_library(larder_blake3 STATIC
  ${blake3_source}/blake3.c ${blake3_source}/blake3_dispatch.c ${blake3_source}/blake3_portable.c)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
  enable_language(ASM)
  # Files are read more slowly than AVX2 digests them, and processors without SSE4.1 are rare.
  target_sources(larder_blake3 PRIVATE
    ${blake3_source}/blake3_sse41_x86-64_unix.S ${blake3_source}/blake3_avx2_x86-64_unix.S)
  target_compile_definitions(larder_blake3 PRIVATE BLAKE3_NO_SSE2 BLAKE3_NO_AVX512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  target_sources(larder_blake3 PRIVATE ${blake3_source}/blake3_neon.c)
  target_compile_definitions(larder_blake3 PRIVATE BLAKE3_USE_NEON=1)
else()
  target_compile_definitions(larder_blake3 PRIVATE BLAKE3_USE_NEON=0 BLAKE3_NO_SSE2 BLAKE3_NO_SSE41
    BLAKE3_NO_AVX2 BLAKE3_NO_AVX512)
endif()
target_compile_options(larder_blake3 PRIVATE -w -O2)
set_target_properties(larder_blake3 PROPERTIES POSITION_INDEPENDENT_CODE ON C_CLANG_TIDY "")
target_include_directories(larder_blake3 SYSTEM INTERFACE ${blake3_source})
