module limits

go 1.20
