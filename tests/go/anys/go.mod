module errscope.test/anys

go 1.20
