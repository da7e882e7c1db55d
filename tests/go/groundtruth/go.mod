module errscope.test/groundtruth

go 1.26
