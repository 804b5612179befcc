"""How the report grows: rows, threads, memory.

    growth.py ELEVFLODE SETS REPORT

Generates ten invented national years with 1, 10 and 100 million rows, writes the report's tables as CSV, and prints seconds,
CPU time per row and peak memory. With 10 million rows it also runs with one thread, and with `--memory` at a third of the
memory of its rows; the tables must be the same byte by byte. Medians of three runs, in turn.
"""

import filecmp
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 3
# Admitted students per year by number of rows in ten years, including enrolled students.
SIZES = {"1 M": 24_000, "10 M": 240_000, "100 M": 2_400_000}
# A row takes 32 bytes; a year of the 10 million has a million rows.
LIMIT = "10M"


def warm(folder: Path) -> None:
    for file in folder.glob("extracts/*"):
        with open(file, "rb") as bytes:
            while bytes.read(1 << 24):
                pass


def run(elevflode: str, folder: Path, out: Path, options: list[str]) -> dict:
    shutil.rmtree(out, ignore_errors=True)
    warm(folder)
    start = time.perf_counter()
    command = [elevflode, "report", "--release", "internal", "--only", "csv", "--quiet", "--out", str(out), *options]
    child = subprocess.Popen(command, cwd=folder)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    seconds = time.perf_counter() - start
    stages = json.loads((out / "timings.json").read_text())["stages"]
    extracts = next(stage for stage in stages if stage["stage"] == "extracts")
    cpu = usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "cpu": cpu, "peak_mb": usage.ru_maxrss / 1024, "rows": extracts["rows"], "bytes": extracts["bytes"]}


def main() -> None:
    elevflode, sets, report = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    lines = ["| rows | options | MB | seconds | CPU ns a row | peak MB |", "|---:|---|---:|---:|---:|---:|"]
    raw = []
    for name, students in SIZES.items():
        folder, out = sets / str(students), sets / "out"
        shutil.rmtree(folder, ignore_errors=True)
        synth = [elevflode, "synth", "--national", "--students", str(students), "--years", "2014-2023", "--seed", "1"]
        subprocess.run([*synth, "--out", str(folder), "--quiet"], check=True)
        ways = [[]] if name != "10 M" else [[], ["--threads", "1"], ["--memory", LIMIT]]
        runs = {" ".join(way): [] for way in ways}
        for _ in range(ROUNDS):
            for way in ways:
                to = out / ("-".join(way) or "plain")
                runs[" ".join(way)].append(run(elevflode, folder, to, way))
        for way in ways[1:]:
            plain, other = out / "plain" / "tables", out / "-".join(way) / "tables"
            names = [file.name for file in plain.iterdir()]
            same, differ, errors = filecmp.cmpfiles(plain, other, names, shallow=False)
            assert not differ and not errors and len(same) == len(names), (way, differ, errors)
        for way, measured in runs.items():
            median = {what: statistics.median(m[what] for m in measured) for what in measured[0]}
            lines.append(
                f"| {median['rows']:,.0f} | {way or '2 threads'} | {median['bytes'] / 1e6:.0f} | {median['seconds']:.2f} "
                f"| {median['cpu'] / median['rows'] * 1e9:.0f} | {median['peak_mb']:.0f} |"
            )
            print(lines[-1], flush=True)
            raw.append({"size": name, "options": way, "runs": measured})
        shutil.rmtree(folder)
    shutil.rmtree(sets)
    machine = {"cores": os.cpu_count(), "system": platform.platform()}
    (report / "growth.json").write_text(json.dumps({"machine": machine, "sets": raw}, indent=1) + "\n")
    (report / "growth.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
