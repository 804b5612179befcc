"""Converts the CSV files of the current folder to Parquet: texts as texts, columns of only numbers as various number types; and
writes ../lake/oktober.parquet, a folder with two files."""

import csv
import glob
import os

import pyarrow as pa
import pyarrow.parquet as pq


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    header, rows = rows[0], [row for row in rows[1:] if row]
    # A line with one empty field is a blank line to a CSV reader; here each row has its fields.
    rows = [row + [""] * (len(header) - len(row)) for row in rows]
    columns = [pa.array([row[at] or None for row in rows], pa.string()) for at in range(len(header))]
    return pa.table(columns, names=header)


for path in sorted(glob.glob("*.csv")):
    made = table(path)
    if path == "tidigare.csv":
        # Units as numbers, as a spreadsheet exports them: floating-point, because some are missing.
        codes = [code.as_py() for code in made["Skolenhetskod"]]
        numbers = [float(code) if code and code.isdigit() else None for code in codes]
        made = made.set_column(2, "Skolenhetskod", pa.array(numbers, pa.float64()))
    pq.write_table(made, path.replace(".csv", ".parquet"))
    if path == "oktober.csv":
        os.makedirs("../lake/oktober.parquet")
        half = made.num_rows // 2
        pq.write_table(made.slice(0, half), "../lake/oktober.parquet/part-0.parquet")
        pq.write_table(made.slice(half), "../lake/oktober.parquet/part-1.parquet")
