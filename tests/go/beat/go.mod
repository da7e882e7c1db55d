module beat

go 1.20
