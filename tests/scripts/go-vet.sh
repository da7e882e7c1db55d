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
	(cd "$dir" && GOWORK=off CGO_ENABLED=0 go vet $checks ./...) || status=1
done
exit $status
