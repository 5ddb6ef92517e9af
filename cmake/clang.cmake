# The tests need clang 16 or later. Debian 12 has clang 16 besides its default. scripts/setup looks
# for the same names.
find_program(larder_clang NAMES clang++-19 clang++-18 clang++-17 clang++-16 clang++ REQUIRED)
set(CMAKE_CXX_COMPILER ${larder_clang})
