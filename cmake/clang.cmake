# A clang from 16 on, which the tests need: Debian 12 has 16 beside its default. Each name is looked
# for by scripts/setup too.
find_program(larder_clang NAMES clang++-19 clang++-18 clang++-17 clang++-16 clang++ REQUIRED)
set(CMAKE_CXX_COMPILER ${larder_clang})
