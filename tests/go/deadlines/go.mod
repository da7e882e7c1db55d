module deadlines

go 1.20
