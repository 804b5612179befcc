# The command line
format-csv = Delimited text (CSV)
