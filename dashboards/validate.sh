#!/usr/bin/env bash
# Validates the boards with Grafana's Foundation SDK, which needs Go 1.21. An older Go downloads a newer one as a module.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/validate"

TOOLCHAIN=golang.org/toolchain@v0.0.1-go1.22.12.linux-amd64

go=$(command -v go) || { echo "validate.sh: needs Go, for example Debian's golang-go" >&2; exit 2; }
minor=$("$go" version | sed 's/.*go1\.\([0-9]*\).*/\1/')
if [ "$minor" -lt 21 ]; then
  root=$(cd / && "$go" mod download -json "$TOOLCHAIN" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  # The files of a module are never executable.
  run=$(mktemp -d)
  trap 'chmod -R u+w "$run"; rm -rf "$run"' EXIT
  cp -r "$root/." "$run"
  chmod -R u+wx "$run/bin" "$run/pkg/tool"
  go=$run/bin/go
  export GOROOT=$run
fi
"$go" run . ../*.json
