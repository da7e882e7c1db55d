module rates

go 1.20
