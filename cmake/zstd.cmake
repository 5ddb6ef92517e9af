# Builds a small zstd from its source. It only has to compress data in one piece, with the fastest
# strategy. scripts/setup --release fetches the distribution's source.
enable_language(C)
set(zstd_source ${PROJECT_SOURCE_DIR}/build/sources/zstd)
if(NOT EXISTS ${zstd_source}/lib/zstd.h)
  FetchContent_Declare(zstd
    SYSTEM URL https://github.com/facebook/zstd/releases/download/v1.5.5/zstd-1.5.5.tar.gz
    URL_HASH SHA256=9c4396cc829cfae319a6e2615202e82aad41372073482fce286fac78646d3ee4
    SOURCE_SUBDIR none) # its own CMakeLists.txt is not used
  FetchContent_MakeAvailable(zstd)
  set(zstd_source ${zstd_SOURCE_DIR})
endif()

file(GLOB zstd_files ${zstd_source}/lib/common/*.c ${zstd_source}/lib/compress/*.c
  ${zstd_source}/lib/decompress/*.c)
list(FILTER zstd_files EXCLUDE REGEX
  "zstdmt|/(zstd_(lazy|opt|fast|double_fast|compress_superblock)|huf_compress)\\.c$")
add_library(larder_zstd_static STATIC ${zstd_files} cmake/zstd_fast.c cmake/zstd_traps.c)
target_compile_definitions(larder_zstd_static PRIVATE ZSTD_LIB_MINIFY=1 ZSTD_STRIP_ERROR_STRINGS=1
  HUF_FORCE_DECOMPRESS_X1=1 ZSTD_FORCE_DECOMPRESS_SEQUENCES_SHORT=1 ZSTD_DISABLE_ASM=1
  ZSTD_LEGACY_SUPPORT=0 DYNAMIC_BMI2=0)
target_include_directories(larder_zstd_static PRIVATE ${zstd_source}/lib)
target_compile_options(larder_zstd_static PRIVATE -w -O2)
set_target_properties(larder_zstd_static PROPERTIES POSITION_INDEPENDENT_CODE ON C_CLANG_TIDY "")
target_include_directories(larder_zstd SYSTEM INTERFACE ${zstd_source}/lib)
target_link_libraries(larder_zstd INTERFACE larder_zstd_static)
