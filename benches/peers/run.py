"""Runs elevflode and its peers in turn on the same files, compares their tables, and prints ratios.

    run.py ELEVFLODE SETS STUDENTS ROUNDS REPORT

`full` is the same work in all: cleaned codes, duplicates settled, linked, flows, shares, moves and ledger written. Elevflode
does more: every table of its report, every row's quality, checksums. `light` is the least that a peer can do: flows and the
shares of homes by the codes as written, and the full join, without cleaning.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from make_set import make

HERE = Path(__file__).parent
# Forms of the set, and the files' format: CSV and Parquet with a file a year, CSV with a year column in one file.
FORMS = {"years": "csv", "csv": "csv", "parquet": "parquet"}
PEERS = [("duckdb", "full"), ("polars", "full"), ("duckdb", "light"), ("polars", "light")]


def warm(folder: Path) -> None:
    for file in folder.glob("extracts/*"):
        with open(file, "rb") as bytes:
            while bytes.read(1 << 24):
                pass


def timed(command: list[str], cwd: Path | None = None) -> tuple[float, int, str]:
    """Seconds and peak memory (KiB) of a process from its start to its end, and what it printed."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, text=True)
    printed = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    return seconds, usage.ru_maxrss, printed


def main() -> None:
    elevflode, sets, students, rounds, report = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:5]), Path(sys.argv[5])
    print(f"the set: {students} admitted students a year, ten years")
    make(elevflode, sets, students)
    report.mkdir(parents=True, exist_ok=True)
    work = sets / "out"
    results = []
    for round in range(1, rounds + 1):
        for form in FORMS:
            folder = sets / form
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            for only in ("csv", "tables"):
                out = work / only
                warm(folder)
                command = [elevflode, "report", "--release", "internal", "--only", only, "--quiet", "--out", str(out)]
                seconds, peak, _ = timed(command, folder)
                results.append({"round": round, "form": form, "engine": "elevflode", "work": only, "seconds": seconds, "peak_kib": peak})
                print(results[-1], flush=True)
            for engine, how in PEERS:
                out = work / f"{engine}-{how}"
                warm(folder)
                options = ["--light"] if how == "light" else []
                command = [sys.executable, str(HERE / "peers.py"), engine, FORMS[form], str(folder), str(out), *options]
                _, peak, printed = timed(command)
                seconds = json.loads(printed)["seconds"]
                results.append({"round": round, "form": form, "engine": engine, "work": how, "seconds": seconds, "peak_kib": peak})
                print(results[-1], flush=True)
                if how == "full":
                    compare = [sys.executable, str(HERE / "compare.py"), str(work / "csv" / "tables"), str(out)]
                    subprocess.run(compare, check=True)
    shutil.rmtree(work)
    lines = table(results)
    print("\n".join(lines))
    machine = {"cpu": cpu(), "cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    raw = {"students_a_year": students, "machine": machine, "runs": results}
    (report / f"peers-{students}.json").write_text(json.dumps(raw, indent=1) + "\n")
    (report / f"peers-{students}.md").write_text("\n".join(lines) + "\n")


def cpu() -> str:
    names = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return names[0] if names else "unknown"


def table(results: list[dict]) -> list[str]:
    """Medians over the rounds, and how many times as long as elevflode with CSV tables the others take."""
    lines = ["| files | program | work | seconds | times elevflode | peak MB |", "|---|---|---|---:|---:|---:|"]
    for form in FORMS:
        runs = [run for run in results if run["form"] == form]
        median = lambda engine, work, what: statistics.median(
            run[what] for run in runs if (run["engine"], run["work"]) == (engine, work)
        )
        ours = median("elevflode", "csv", "seconds")
        for engine, work in [("elevflode", "csv"), ("elevflode", "tables"), *PEERS]:
            seconds, peak = median(engine, work, "seconds"), median(engine, work, "peak_kib")
            lines.append(f"| {form} | {engine} | {work} | {seconds:.2f} | {seconds / ours:.1f} | {peak / 1024:.0f} |")
    return lines


if __name__ == "__main__":
    main()
