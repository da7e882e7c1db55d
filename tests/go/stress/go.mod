module stress

go 1.20
