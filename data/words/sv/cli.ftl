# Kommandoraden
format-csv = Text med avgränsare (CSV)
exporter-csv = tabeller som CSV
exporter-parquet = tabeller som Parquet
