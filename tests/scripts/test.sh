#!/bin/sh
# `npm test`: set-up, then every check. A stage that fails fails the run, but the later ones still run. Ends with one
# line, `N passed, N failed`: the tests of all vitest suites, and one for each other stage.
#
#   sh tests/scripts/test.sh [STAGE…]     only these of: types lint go unit e2e browser
set -u
cd "$(dirname "$0")/../.."
sh tests/scripts/setup.sh test
setup_status=$?
if [ ! -x node_modules/.bin/node ]; then
	echo "0 passed, 1 failed"
	exit 1
fi
. tests/scripts/lib.sh

PATH="$PWD/node_modules/.bin:$PATH:$PWD/.build/bin"
export PATH
CHROMIUM=$(find_chromium) && export CHROMIUM
reports=.build/reports
rm -rf $reports
mkdir -p $reports
# What was built or not counts as a check of its own.
echo $setup_status >$reports/setup.status
wanted="${*:-types lint go unit e2e browser}"

# stage NAME MINUTES COMMAND…: runs it, bounded, and notes how it ended.
stage() {
	name=$1
	minutes=$2
	shift 2
	case " $wanted " in
	*" $name "*) ;;
	*) return ;;
	esac
	echo "== $name"
	timeout --kill-after=30 "${minutes}m" "$@"
	status=$?
	[ $status -ne 124 ] || echo "== $name: stopped after $minutes minutes"
	echo $status >"$reports/$name.status"
}

# suite NAME MINUTES [RUNNER…]: one of vitest, by a command that runs it as somebody else if given.
suite() {
	name=$1
	minutes=$2
	shift 2
	stage "$name" "$minutes" "$@" env "PATH=$PATH" "PROGRESS=$reports/$name.ndjson" vitest run --project "$name" \
		--passWithNoTests --reporter=default --reporter=./tests/scripts/progress-reporter.ts
}

# What unit and e2e need of registries, meanwhile. No check: what can't be fetched is said by the test that needs it.
fetching=
case " $wanted " in
*" unit "* | *" e2e "*)
	timeout --kill-after=30 8m node tests/scripts/fetch.ts >.build/fetch.log 2>&1 &
	fetching=$!
	;;
esac
stage types 3 tsc -p tsconfig.json --noEmit
stage lint 3 biome check .
stage go 5 sh tests/scripts/go-vet.sh
if [ -n "$fetching" ]; then
	wait "$fetching"
	cat .build/fetch.log
fi
suite unit 12
if [ "$(id -u)" = 0 ]; then
	suite e2e 17
elif have sudo && sudo -n true 2>/dev/null; then
	suite e2e 17 sudo -nE
else
	stage e2e 1 sh -c 'echo "the end-to-end tests load eBPF programs: run npm test as root"; exit 1'
fi
suite browser 8
exec node tests/scripts/tally.ts $reports
