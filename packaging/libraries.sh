# Where the libraries are that go into the packages. Sourced in the root directory, after
# scripts/setup --release. Needs a function `fail`.
# shellcheck shell=bash

# The directory of a library's headers: the system's, or what CMake has fetched.
include_directory() { # DIRECTORY OF ITS HEADERS
  local place
  for place in /usr/include build/*/_deps/*-src/include; do
    if [ -d "$place/$1" ]; then
      echo "$place"
      return
    fi
  done
  fail "the headers of $1 are missing: run scripts/setup, or configure a build"
}

blake3_sources() {
  local place
  for place in build/sources/blake3 build/*/_deps/blake3-src/c; do
    if [ -e "$place/blake3.c" ]; then
      echo "$place"
      return
    fi
  done
  fail 'the sources of BLAKE3 are missing: run scripts/setup, or configure a build'
}

find_copyright() { # PACKAGE FILE
  [ -e "/usr/share/doc/$1/copyright" ] ||
    fail "/usr/share/doc/$1/copyright is missing: it goes into the packages." \
      "Install $1 with its documentation: apt-get install --reinstall $1."
  cp "/usr/share/doc/$1/copyright" "$2"
}

# The licence of a library, as the library has it.
copy_licence() { # LIBRARY FILE
  local package fetched
  case $1 in
    blake3 | zstd)
      for fetched in "build/sources/$1"/{copyright,LICENSE}; do
        if [ -e "$fetched" ]; then
          cp "$fetched" "$2"
          return
        fi
      done
      cat build/*/_deps/"$1"-src/LICENSE* >"$2"
      return
      ;;
    fmt) package=libfmt-dev ;;
    cli11) package=libcli11-dev ;;
    nlohmann_json) package=nlohmann-json3-dev ;;
    tomlplusplus) package=libtomlplusplus-dev ;;
  esac
  fetched=$(compgen -G "build/*/_deps/$1-src/LICENSE*" | head -n 1) || true
  if [ -n "$fetched" ]; then
    cp "$fetched" "$2"
  else
    find_copyright "$package" "$2"
  fi
}
