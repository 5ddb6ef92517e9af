#!/bin/sh
# Builds in CI from a cache of compiled dependencies, without Docker:
#   examples/ci/plain.sh CACHE_DIRECTORY [CARGO COMMAND]     (default: build --release --locked)
#
# Run it in the root of a checkout. CACHE_DIRECTORY outlives the job: a volume, or what the CI system
# stores. An entry holds the dependencies as compiled and nothing of the workspace's own crates. Its
# name is a digest of the recipe and of the compiler, so that it is made anew when a dependency
# changes and not when sources do.
set -eu

[ $# -gt 0 ] || { echo 'usage: plain.sh CACHE_DIRECTORY [CARGO COMMAND]' >&2; exit 2; }
cache=$1
shift
[ $# -gt 0 ] || set -- build --release --locked

key=$({ rustc -vV; cargo larder prepare --recipe-path - -- "$@"; } | sha256sum | cut -c 1-16)
entry=$cache/$key.tar

if [ -f "$entry" ]; then
  tar -xf "$entry"
else
  rm -rf target
  cargo larder deps -- "$@"
  mkdir -p "$cache"
  # Renamed when it is whole: two jobs may do this at once.
  tar -cf "$entry.$$" target
  mv "$entry.$$" "$entry"
fi
# Ends with "Reused n of n external units".
subcommand=$1
shift
cargo larder "$subcommand" "$@"
