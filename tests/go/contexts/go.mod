module contexts

go 1.21
