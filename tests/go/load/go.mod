module load

go 1.20
