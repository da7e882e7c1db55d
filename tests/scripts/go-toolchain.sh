#!/bin/sh
# Makes sure of a Go toolchain, 1.22 or newer (the demo and the tests compile Go programs). What is on PATH is used as
# it is; else one is installed and linked at .build/bin/go, which the demo and the tests look at after PATH.
#
# Debian 12 and Ubuntu 22.04 package only older ones, but any Go can fetch a newer one as the module
# golang.org/toolchain, checked against Go's checksum database: what `GOTOOLCHAIN=go1.…` does from 1.21 on.
set -eu
cd "$(dirname "$0")/../.."
. tests/scripts/lib.sh

oldest=22
fetched=1.26.8

# Minor version of a go command (22 for go1.22.3), 0 if it doesn't run.
go_minor() {
	version=$(GOTOOLCHAIN=local "$1" version 2>/dev/null) || version=
	minor=${version#go version go1.}
	minor=${minor%%[!0-9]*}
	echo "${minor:-0}"
}

link_go() {
	mkdir -p .build/bin
	ln -sfn "$1" .build/bin/go
	say "Go: $(.build/bin/go version), linked at .build/bin/go"
}

newest_package() {
	have apt-cache || return 0
	apt-cache search --names-only '^golang-1\.[0-9]+-go$' | sed 's/^golang-1\.\([0-9]*\)-go .*/\1/' | sort -n | tail -n 1
}

fetch_with() {
	say "fetching Go $fetched as a module with $1 ($("$1" version | cut -d' ' -f3) is older than 1.$oldest)"
	mkdir -p .build/go-toolchain
	printf 'module toolchain\n\ngo 1.18\n' >.build/go-toolchain/go.mod
	(cd .build/go-toolchain && export GOTOOLCHAIN=local GOFLAGS= GOWORK=off GOPATH="$PWD/path" GOCACHE="$PWD/cache" &&
		twice $bounded "$1" mod download "golang.org/toolchain@v0.0.1-go$fetched.linux-amd64") ||
		die "the Go module proxy didn't give Go $fetched: check the network or GOPROXY, or put Go 1.$oldest or newer on PATH"
	root="$PWD/.build/go-toolchain/path/pkg/mod/golang.org/toolchain@v0.0.1-go$fetched.linux-amd64"
	# A module archive carries no file modes.
	find "$root" -type d -exec chmod u+w {} +
	find "$root/bin" "$root/pkg/tool" -type f -exec chmod +x {} +
	link_go "$root/bin/go"
}

if have go && [ "$(go_minor go)" -ge $oldest ]; then exit 0; fi
if [ "$(go_minor .build/bin/go)" -ge $oldest ]; then exit 0; fi

say "needs Go 1.$oldest or newer: the demo and the tests compile Go programs"
packaged=$(newest_package)
if [ "${packaged:-0}" -ge $oldest ]; then
	apt_install "golang-1.$packaged-go"
	link_go "/usr/lib/go-1.$packaged/bin/go"
	exit 0
fi
if ! have go || [ "$(go_minor go)" -lt 18 ]; then
	[ "${packaged:-0}" -ge 18 ] || die "no Go package to start from here: put Go 1.$oldest or newer on PATH, then run this again"
	apt_install "golang-1.$packaged-go"
	fetch_with "/usr/lib/go-1.$packaged/bin/go"
else
	fetch_with "$(command -v go)"
fi
