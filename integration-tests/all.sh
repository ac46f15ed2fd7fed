#!/usr/bin/env bash
# All tests in one command, on a fresh machine with a Rust toolchain: sets up, then runs them.
set -euo pipefail
cd "$(dirname "$0")/.."
integration-tests/setup.sh
exec cargo test --locked "$@" </dev/null
