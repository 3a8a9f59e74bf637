module escrowdb.dev/go

go 1.21
