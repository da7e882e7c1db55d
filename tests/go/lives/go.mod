module lives

go 1.20
