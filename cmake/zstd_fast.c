/* The fastest strategy of zstd, without its forms for dictionaries and for input in pieces. See
   zstd_traps.c. */
#define ZSTD_compressBlock_fast_dictMatchState unused_fast_dictMatchState
#define ZSTD_compressBlock_fast_extDict unused_fast_extDict
#include "compress/zstd_fast.c"
#undef ZSTD_compressBlock_fast_dictMatchState
#undef ZSTD_compressBlock_fast_extDict
