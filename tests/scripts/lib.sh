# shellcheck shell=sh
# Shared by the scripts beside it; sourced with the repository's root as working directory.

mkdir -p .build

say() { echo "setup: $*" >&2; }
die() {
	echo "setup: $*" >&2
	exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif have sudo; then
		sudo "$@"
	else
		die "needs root for: $*   (no sudo here: run that as root, then run this again)"
	fi
}

# twice COMMAND…: again if it failed. With $bounded before a client of a registry, one that stalls is ended and tried
# again: Go's waits for ever for a connection that gives nothing any more. In the foreground, so that Ctrl-C reaches it.
twice() { "$@" || "$@"; }
bounded="timeout --foreground --verbose --kill-after=10 900"

# Whether apt offers a package (a purely virtual or transitional-to-snap one doesn't count).
apt_has() {
	have apt-cache || return 1
	policy=$(apt-cache policy "$1" 2>/dev/null) || return 1
	case $policy in
	*"Candidate: (none)"* | *snap*) return 1 ;;
	*Candidate:*) return 0 ;;
	*) return 1 ;;
	esac
}

apt_install() {
	have apt-get || die "this isn't a Debian or Ubuntu machine (no apt-get). Install what corresponds to: $*   then run this again"
	say "installing by apt: $*"
	twice as_root $bounded apt-get update -qq ||
		die "apt-get update failed: the machine may be offline. Install these, then run this again: $*"
	# What is installing must not be ended.
	twice as_root $bounded apt-get install --download-only -y -qq --no-install-recommends "$@" >.build/apt.log 2>&1 || {
		tail -n 20 .build/apt.log >&2
		die "apt couldn't fetch what it needs (see above and .build/apt.log)"
	}
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >.build/apt.log 2>&1 || {
		tail -n 20 .build/apt.log >&2
		die "apt-get install failed (see above and .build/apt.log)"
	}
}

find_chromium() {
	for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
		if [ -n "$candidate" ] && have "$candidate"; then
			command -v "$candidate"
			return
		fi
	done
	return 1
}
