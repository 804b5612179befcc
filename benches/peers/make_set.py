"""Writes the data set of the peers: ten invented national years of year group 1, as CSV and as Parquet with a file a year, and
as CSV with all years in one file per extract, which has a year column."""

import re
import shutil
import subprocess
from pathlib import Path

import duckdb

YEARS = "2014-2023"
SWEDEN = Path(__file__).parents[2] / "data" / "sweden"


def make(elevflode: str, folder: Path, students: int) -> None:
    """Fills `folder/csv`, `folder/parquet` and `folder/years`, each with extracts, registers and a config."""
    if (folder / "done").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    whole, csv, parquet, years = (folder / name for name in ("whole", "csv", "parquet", "years"))
    for part in (csv, parquet, years):
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
    for name in ("antagning", "oktober"):
        all_years(sorted((csv / "extracts").glob(f"{name}_*.csv")), years / "extracts" / f"{name}.csv")
    # The peers do not compute seats.
    head, *extracts = (whole / "elevflode.toml").read_text(encoding="utf-8").split("[[extract]]")
    config = "[[extract]]".join([head, *(extract for extract in extracts if 'kind = "seats"' not in extract)])
    (csv / "elevflode.toml").write_text(config, encoding="utf-8")
    (parquet / "elevflode.toml").write_text(re.sub(r'(extracts/.*)\.csv"', r'\1.parquet"', config), encoding="utf-8")
    kinds = {"admission": "antagning", "october": "oktober"}.items()
    extracts = [f'\nkind = "{kind}"\npath = "extracts/{name}.csv"\n\n' for kind, name in kinds]
    (years / "elevflode.toml").write_text("[[extract]]".join([head, *extracts]), encoding="utf-8")
    for part in (csv, parquet, years):
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


def all_years(files: list[Path], to: Path) -> None:
    """Joins the files of all years, with the year as the last column."""
    with open(to, "wb") as out:
        for file in files:
            year = b"," + file.stem[-4:].encode() + b"\n"
            with open(file, "rb") as rows:
                header = next(rows).rstrip(b"\n")
                if out.tell() == 0:
                    out.write(header + ",År\n".encode())
                out.writelines(row.rstrip(b"\n") + year for row in rows)
