module hops

go 1.20
