#!/bin/sh
# Builds in CI with a store of compiled units, without Docker:
#   examples/ci/plain.sh STORE_DIRECTORY [CARGO COMMAND]     (default: build --release --locked)
#
# Run it in the root of a checkout. STORE_DIRECTORY outlives the job: a volume, or what the CI system
# keeps. Several jobs may use it at once. It holds itself to 10 GiB (LARDER_STORE_SIZE). It has the
# dependencies, and the workspace's own crates for checkouts with the same path.
set -eu

[ $# -gt 0 ] || { echo 'usage: plain.sh STORE_DIRECTORY [CARGO COMMAND]' >&2; exit 2; }
store=$1
shift
[ $# -gt 0 ] || set -- build --release --locked

# The store has no crates that were compiled incrementally, which the dev profile does.
export CARGO_INCREMENTAL=0
cargo larder deps --store "$store" -- "$@"
command=$1
shift
# Ends with "Reused n of n external units".
cargo larder "$command" --store "$store" "$@"
