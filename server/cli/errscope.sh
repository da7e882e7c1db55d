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
# V8's helpers are four by itself: on fewer processors they take the time of those that they help
helpers=$(nproc 2>/dev/null) || helpers=4
[ "$helpers" -le 4 ] 2>/dev/null || helpers=4
exec "$node" "--v8-pool-size=$helpers" "$root/server/cli/main.ts" "$@"
