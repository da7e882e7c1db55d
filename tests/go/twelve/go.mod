module errscope.test/twelve

go 1.20
