module request

go 1.20
