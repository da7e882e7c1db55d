#!/bin/sh
# `npm run demo`: set-up, then the bundled shop, traced under load, with the dashboard. Flags go to `errscope demo`.
set -eu
cd "$(dirname "$0")/../.."
sh tests/scripts/setup.sh demo
PATH="$PWD/node_modules/.bin:$PATH:$PWD/.build/bin"
export PATH
exec sh server/cli/errscope.sh demo "$@"
