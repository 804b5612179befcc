"""Compares a peer's tables with elevflode's, cell by cell: flows, shares, moves and ledger of the population all.

    compare.py TABLES PEER

TABLES is the folder `tables` of a report, PEER what `peers.py` has written. Rows that no peer computes are left out:
the population national, programme groups, ledger sums over all units. Elevflode's shares are a full grid; there a row of
zeros equals no row. Prints the first rows that differ, and exits with 1 if any does.
"""

import csv
import sys
from itertools import islice
from pathlib import Path

SHOWN = 5

# By table: the key columns of a row, its count columns, and the rows of elevflode's that the peers compute.
PARTS = ["own_provider", "other_municipality", "independent_home", "independent_elsewhere", "region_state"]
LEDGER = ["admitted", "stayed", "moved_out", "left", "moved_in", "arrived", "enrolled"]
TABLES = {
    "flows": (["snapshot", "year", "home", "unit", "programme"], ["students"], lambda row: True),
    "shares": (
        ["snapshot", "year", "home", "programme"],
        ["students", *PARTS, "cross_provider"],
        lambda row: row["population"] == "all" and not row["programme"].startswith("ALL-"),
    ),
    "moves": (["year", "from_unit", "from_programme", "to_unit", "to_programme"], ["students"], lambda row: True),
    "ledger": (["year", "unit", "programme"], LEDGER, lambda row: row["population"] == "all" and row["unit"] != "ALL"),
}


def rows(path: Path, keys: list[str], counts: list[str], is_made) -> dict[str, str]:
    """The counts of a table's rows by their names."""
    out: dict[str, str] = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in filter(is_made, csv.DictReader(file)):
            name = " ".join(row[key] for key in keys)
            if name in out:
                sys.exit(f"{path}: {name} stands twice")
            out[name] = " ".join(row[count] for count in counts)
    return out


def main() -> None:
    ours, peer = map(Path, sys.argv[1:])
    is_equal = True
    for table, (keys, counts, is_made) in TABLES.items():
        wanted = rows(ours / f"{table}.csv", keys, counts, is_made)
        found = rows(peer / f"{table}.csv", keys, counts, lambda row: True)
        absent = " ".join("0" for _ in counts) if table == "shares" else "none"
        names = wanted.keys() | found.keys()
        pairs = ((name, wanted.get(name, absent), found.get(name, absent)) for name in sorted(names))
        first = list(islice((pair for pair in pairs if pair[1] != pair[2]), SHOWN))
        print(f"{table}: {len(names) * len(counts)} cells, {'differences' if first else 'all equal'}")
        for name, ours_row, peer_row in first:
            print(f"  {name} ({' '.join(counts)}): elevflode {ours_row}, peer {peer_row}")
        is_equal &= bool(names) and not first
    sys.exit(0 if is_equal else 1)


if __name__ == "__main__":
    main()
