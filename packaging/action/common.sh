# What the steps of action.yml have in common. Sourced.
# shellcheck shell=bash disable=SC2034  # used by those that source this
set -euo pipefail

# The words of the cargo command.
read -ra command <<<"${LARDER_COMMAND:?}"

store=${RUNNER_TEMP:?}/larder-store
cached=${LARDER_CACHED_STORE:-$HOME/.cache/cargo-larder}
