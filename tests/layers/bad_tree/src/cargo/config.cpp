#include <nlohmann/json.hpp>
#include <toml++/toml.h>

const char* harmless = "getenv(\"HOME\") in a string \" is nothing; exit(1) neither";
/* std::cerr in
   a comment: exit(1) */
const char separator = '"';
const char* home = getenv("HOME");
