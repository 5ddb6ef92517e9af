#!/bin/sh
# Builds in CI with a store of compiled dependencies, without Docker:
#   examples/ci/plain.sh STORE_DIRECTORY [CARGO COMMAND]     (default: build --release --locked)
#
# Run it in the root of a checkout. STORE_DIRECTORY outlives the job: a volume, or what the CI system
# keeps. Several jobs may use it at once. It has nothing of the workspace's own crates, and holds
# itself to 10 GiB (LARDER_STORE_SIZE).
set -eu

[ $# -gt 0 ] || { echo 'usage: plain.sh STORE_DIRECTORY [CARGO COMMAND]' >&2; exit 2; }
store=$1
shift
[ $# -gt 0 ] || set -- build --release --locked

cargo larder deps --store "$store" -- "$@"
# Ends with "Reused n of n external units".
cargo larder "$@"
