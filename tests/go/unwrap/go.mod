module example.test/unwrap

go 1.20
