module defers

go 1.21
