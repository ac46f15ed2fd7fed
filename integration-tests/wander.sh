#!/usr/bin/env bash
# The unit tests with other random inputs each time, for so many minutes: wander.sh [MINUTES].
# Ends with the first failure; its seed shows it again: PROPTEST_RNG_SEED=SEED cargo test --lib TEST.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${1:-10}
# Optimised, so that most of the time is theirs; beside what everybody else builds.
export CARGO_PROFILE_TEST_OPT_LEVEL=1 CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/wander}
cargo test --locked --lib --quiet --no-run

log=$(mktemp)
trap 'rm -f "$log"' EXIT
ends=$((SECONDS + 60 * minutes))
rounds=0
while ((rounds == 0 || SECONDS < ends)); do
  seed=$((RANDOM << 30 | RANDOM << 15 | RANDOM))
  if ! PROPTEST_RNG_SEED=$seed cargo test --locked --lib --quiet >"$log" 2>&1; then
    cat "$log"
    echo "PROPTEST_RNG_SEED=$seed"
    exit 1
  fi
  rounds=$((rounds + 1))
  echo "$rounds: $seed"
done
