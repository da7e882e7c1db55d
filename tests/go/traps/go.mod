module traps

go 1.21
