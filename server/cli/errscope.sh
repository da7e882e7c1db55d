#!/bin/sh
# Starts errscope with the Node.js that its own node_modules bring, whatever the system's is.
set -eu
self=$(readlink -f "$0")
root=$(dirname "$(dirname "$(dirname "$self")")")
node="$root/node_modules/.bin/node"
if [ ! -x "$node" ]; then
  echo "errscope: $root has no node_modules yet: run 'npm run setup' there" >&2
  exit 1
fi
exec "$node" "$root/server/cli/main.ts" "$@"
