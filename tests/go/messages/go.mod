module example.org/messages

go 1.20
