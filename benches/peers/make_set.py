"""Writes the data set of the peers: ten invented national years of year group 1, as CSV and as Parquet."""

import re
import shutil
import subprocess
from pathlib import Path

import duckdb

YEARS = "2014-2023"
SWEDEN = Path(__file__).parents[2] / "data" / "sweden"


def make(elevflode: str, folder: Path, students: int) -> None:
    """Fills `folder/csv` and `folder/parquet`, each with extracts, registers and a config."""
    if (folder / "done").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    whole, csv, parquet = folder / "whole", folder / "csv", folder / "parquet"
    for part in (csv, parquet):
        (part / "extracts").mkdir(parents=True)
    synth = [elevflode, "synth", "--national", "--students", str(students), "--years", YEARS, "--seed", "1"]
    subprocess.run([*synth, "--out", str(whole), "--quiet"], check=True)
    for file in sorted((whole / "extracts").glob("antagning_*.csv")):
        shutil.move(file, csv / "extracts" / file.name)
    for file in sorted((whole / "extracts").glob("oktober_*.csv")):
        first_years(file, csv / "extracts" / file.name)
    connection = duckdb.connect()
    for file in sorted((csv / "extracts").glob("*.csv")):
        to = parquet / "extracts" / f"{file.stem}.parquet"
        scan = f"read_csv('{file}', all_varchar = true, header = true, delim = ',', ignore_errors = true)"
        connection.execute(f"COPY (FROM {scan}) TO '{to}' (FORMAT parquet)")
    # The peers do not compute seats.
    head, *extracts = (whole / "elevflode.toml").read_text(encoding="utf-8").split("[[extract]]")
    config = "[[extract]]".join([head, *(extract for extract in extracts if 'kind = "seats"' not in extract)])
    (csv / "elevflode.toml").write_text(config, encoding="utf-8")
    (parquet / "elevflode.toml").write_text(re.sub(r'(extracts/.*)\.csv"', r'\1.parquet"', config), encoding="utf-8")
    for part in (csv, parquet):
        shutil.copy(whole / "skolenheter.csv", part)
        shutil.copy(SWEDEN / "municipalities.csv", part / "kommuner.csv")
        shutil.copy(SWEDEN / "programmes.csv", part / "program.csv")
    shutil.rmtree(whole)
    (folder / "done").touch()


def first_years(file: Path, to: Path) -> None:
    """Copies the rows of year group 1 without that column, which is the last; rows with too few fields stay."""
    with open(file, "rb") as rows, open(to, "wb") as out:
        header = next(rows).rstrip(b"\n").rsplit(b",", 1)[0]
        out.write(header + b"\n")
        for row in rows:
            fields, _, group = row.rstrip(b"\n").rpartition(b",")
            if group == b"1":
                out.write(fields + b"\n")
