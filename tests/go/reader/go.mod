module errscope.test/reader

go 1.20
