module ring

go 1.20
