#include <CLI/CLI.hpp>

#include "larder/cook/cook.hpp"
extern char** environ;
void out() { std::cout << getenv("X"); exit(0); }
