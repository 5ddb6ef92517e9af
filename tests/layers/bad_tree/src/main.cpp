#include "cli/cli.hpp"
int main() { return 0; }
