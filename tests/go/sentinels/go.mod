module sentinels

go 1.20
