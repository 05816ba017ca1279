module iwasm.test/go

go 1.27
