module groups

go 1.20

require golang.org/x/sync v0.3.0
