module ends

go 1.20
