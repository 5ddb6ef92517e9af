/* Replaces with traps what nothing here uses of zstd, but what its tables name: the strategies of
   the higher levels, and the forms of the fastest one for dictionaries and for input in pieces. That
   saves 180 KB. The level in use is `compression_level` in src/store/blobs.cpp. Its strategy is the
   fastest one for every size of input. */
#define ZSTD_compressBlock_fast_dictMatchState unused_fast_dictMatchState
#define ZSTD_compressBlock_fast_extDict unused_fast_extDict
#include "compress/zstd_fast.c"
#undef ZSTD_compressBlock_fast_dictMatchState
#undef ZSTD_compressBlock_fast_extDict

#define NOT_THERE(name) \
  void name(void);      \
  void name(void) {     \
    __builtin_trap();   \
  }

NOT_THERE(ZSTD_compressBlock_btlazy2)
NOT_THERE(ZSTD_compressBlock_btlazy2_dictMatchState)
NOT_THERE(ZSTD_compressBlock_btlazy2_extDict)
NOT_THERE(ZSTD_compressBlock_btopt)
NOT_THERE(ZSTD_compressBlock_btopt_dictMatchState)
NOT_THERE(ZSTD_compressBlock_btopt_extDict)
NOT_THERE(ZSTD_compressBlock_btultra)
NOT_THERE(ZSTD_compressBlock_btultra2)
NOT_THERE(ZSTD_compressBlock_btultra_dictMatchState)
NOT_THERE(ZSTD_compressBlock_btultra_extDict)
NOT_THERE(ZSTD_compressBlock_doubleFast)
NOT_THERE(ZSTD_compressBlock_doubleFast_dictMatchState)
NOT_THERE(ZSTD_compressBlock_doubleFast_extDict)
NOT_THERE(ZSTD_compressBlock_fast_dictMatchState)
NOT_THERE(ZSTD_compressBlock_fast_extDict)
NOT_THERE(ZSTD_compressBlock_greedy)
NOT_THERE(ZSTD_compressBlock_greedy_dedicatedDictSearch)
NOT_THERE(ZSTD_compressBlock_greedy_dedicatedDictSearch_row)
NOT_THERE(ZSTD_compressBlock_greedy_dictMatchState)
NOT_THERE(ZSTD_compressBlock_greedy_dictMatchState_row)
NOT_THERE(ZSTD_compressBlock_greedy_extDict)
NOT_THERE(ZSTD_compressBlock_greedy_extDict_row)
NOT_THERE(ZSTD_compressBlock_greedy_row)
NOT_THERE(ZSTD_compressBlock_lazy)
NOT_THERE(ZSTD_compressBlock_lazy2)
NOT_THERE(ZSTD_compressBlock_lazy2_dedicatedDictSearch)
NOT_THERE(ZSTD_compressBlock_lazy2_dedicatedDictSearch_row)
NOT_THERE(ZSTD_compressBlock_lazy2_dictMatchState)
NOT_THERE(ZSTD_compressBlock_lazy2_dictMatchState_row)
NOT_THERE(ZSTD_compressBlock_lazy2_extDict)
NOT_THERE(ZSTD_compressBlock_lazy2_extDict_row)
NOT_THERE(ZSTD_compressBlock_lazy2_row)
NOT_THERE(ZSTD_compressBlock_lazy_dedicatedDictSearch)
NOT_THERE(ZSTD_compressBlock_lazy_dedicatedDictSearch_row)
NOT_THERE(ZSTD_compressBlock_lazy_dictMatchState)
NOT_THERE(ZSTD_compressBlock_lazy_dictMatchState_row)
NOT_THERE(ZSTD_compressBlock_lazy_extDict)
NOT_THERE(ZSTD_compressBlock_lazy_extDict_row)
NOT_THERE(ZSTD_compressBlock_lazy_row)
NOT_THERE(ZSTD_dedicatedDictSearch_lazy_loadDictionary)
NOT_THERE(ZSTD_fillDoubleHashTable)
NOT_THERE(ZSTD_insertAndFindFirstIndex)
NOT_THERE(ZSTD_row_update)
NOT_THERE(ZSTD_updateTree)
