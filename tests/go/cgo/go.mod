module cgo

go 1.20
