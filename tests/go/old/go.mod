module errscope.test/old

go 1.16
