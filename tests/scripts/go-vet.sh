#!/bin/sh
# Formatting and `go vet` of every Go module here.
set -eu
cd "$(dirname "$0")/../.."
status=0
go_root=$(go env GOROOT)
for module in $(git ls-files -co --exclude-standard '*go.mod'); do
	dir=$(dirname "$module")
	unformatted=$("$go_root/bin/gofmt" -l "$dir")
	if [ -n "$unformatted" ]; then
		echo "gofmt would change: $unformatted"
		status=1
	fi
	case $dir in
	# The tests' programs misuse fmt on purpose.
	tests/*) checks=-printf=false ;;
	*) checks= ;;
	esac
	case $dir in
	tests/go/cgo) cgo=1 ;;
	*) cgo=0 ;;
	esac
	(cd "$dir" && GOWORK=off CGO_ENABLED=$cgo go vet $checks ./...) || status=1
done
exit $status
