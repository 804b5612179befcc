# The command line
format-csv = Delimited text (CSV)
exporter-csv = tables as CSV
exporter-parquet = tables as Parquet
