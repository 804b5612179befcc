# Kommandoraden
format-csv = Text med avgränsare (CSV)
