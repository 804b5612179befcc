"""The core of elevflode's job as DuckDB or polars does it: read both extracts, clean the codes, resolve duplicates, link
the students, and write flows, shares, moves and ledger (population all) as CSV.

    peers.py duckdb|polars csv|parquet DIR OUT [--light] [--link group|join] [--threads 2]

DIR is one form of a data set of `run.sh`, OUT a new folder. `--light` counts flows and the shares of homes by the codes as
written and joins the two extracts fully, without cleaning and with every duplicate. `--link join` resolves the duplicates of each
extract and joins the two fully; `group` gives the same result in one aggregation over both, and is faster. Prints a line
of JSON: the seconds from the engine's import until the tables are written, and the peak memory of the process.

This file has what both engines share. They rely on the form of the invented extracts: a header line, no blanks around
codes, units open in every year; no other forms, notes, sums or codes to be restored, which elevflode checks for.
"""

import argparse
import csv
import json
import os
import resource
import time
import tomllib
from pathlib import Path

# The columns of both extracts, in order, and their names here.
COLUMNS = {
    "Löpnummer": "id",
    "Hemkommun": "home",
    "Skolenhetskod": "unit",
    "Studievägskod": "path",
    "Sekretessmarkering": "mark",
}
# The sixth column if one file has all years.
YEAR = {"År": "year"}

# A row's place is one number: unit × STEP² + programme × STEP + home, each its position in the sorted register, `?` the
# last. Of a student's places in one extract the smallest counts, by the rule for duplicates.
STEP = 1000

# Marks (in lower case) that do not protect an identity.
UNMARKED = ["", ".", "0", "n", "no", "nej", "false", "falskt", "ingen"]

# The parts of a home's students.
PARTS = ["own_provider", "other_municipality", "independent_home", "independent_elsewhere", "region_state"]

# Study path codes of national programmes: two letters, perhaps 25, then nothing or an orientation with extras.
NATIONAL = "^[A-Z0-9]{2}(?:25)?(?:[A-Z0-9]{3,7})?$"


class Job:
    """The task: the files of both extracts, the registers, the folder for the tables."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.format, self.link, self.threads = options.format, options.link, options.threads
        self.folder, self.out = Path(options.dir), Path(options.out)
        self.admission, self.october = self.extracts("antagning"), self.extracts("oktober")
        # Whether the year is a column; otherwise there is a file a year, and its name ends with the year.
        self.has_years = (self.folder / "extracts" / f"antagning.{self.format}").exists()
        self.columns = COLUMNS | (YEAR if self.has_years else {})
        config = tomllib.loads((self.folder / "elevflode.toml").read_text(encoding="utf-8"))
        self.region = config["region"]["municipalities"]

    def extracts(self, beginning: str) -> list[str]:
        """The files of an extract."""
        files = sorted(str(path) for path in self.folder.glob(f"extracts/{beginning}*.{self.format}"))
        assert files, f"no extracts {beginning}*.{self.format} in {self.folder}"
        return files

    def register(self, name: str) -> Path:
        """The file of a register: units, homes, programmes."""
        return self.folder / {"units": "skolenheter.csv", "homes": "kommuner.csv", "programmes": "program.csv"}[name]

    def introduction(self) -> str:
        """A pattern that takes an introduction programme out of a study path code: the longest code that fits."""
        with open(self.register("programmes"), encoding="utf-8") as file:
            codes = [row["code"] for row in csv.DictReader(file) if row["code"].startswith("IM")]
        return f"^({'|'.join(sorted(codes, key=len, reverse=True))})"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=["duckdb", "polars"])
    parser.add_argument("format", choices=["csv", "parquet"])
    parser.add_argument("dir")
    parser.add_argument("out")
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--link", choices=["group", "join"], default="group")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.engine == "duckdb":
        import in_duckdb as engine
    else:
        os.environ["POLARS_MAX_THREADS"] = str(options.threads)
        import in_polars as engine
    start = time.perf_counter()
    job = Job(options)
    job.out.mkdir(parents=True)
    (engine.light if options.light else engine.full)(job)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": round(seconds, 4), "peak_kib": peak}))


if __name__ == "__main__":
    main()
