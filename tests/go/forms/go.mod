module example.test/forms

go 1.20
