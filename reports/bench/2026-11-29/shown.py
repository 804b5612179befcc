"""The part of the students who are in shown sums, by level, and the units whose ledger is shown.

    python3 shown.py INTERNAL_DIR PUBLIC_DIR [YEAR]

Both are folders of `elevflode report`. In brackets what the rule of rounding alone would show.
"""
import collections, csv, pathlib, sys

internal, public = (pathlib.Path(folder) / "tables" for folder in sys.argv[1:3])
year = sys.argv[3] if len(sys.argv) > 3 else "2023"
LEVELS = {"home x unit x programme": "hup", "home x unit": "hu", "unit x programme": "up", "home x programme": "hp",
          "home": "h", "unit": "u"}


def rows(folder, name):
    return [r for r in csv.DictReader((folder / f"{name}.csv").open(encoding="utf-8")) if r["year"] == year]


told = {(r["snapshot"], r["home"], r["unit"], r["programme"]) for r in rows(public, "flows") if r["students"] != ".."}
for snapshot in "october", "enrolled":
    base = [r for r in rows(internal, "flows") if r["snapshot"] == snapshot]
    total = sum(int(r["students"]) for r in base)
    for name, level in LEVELS.items():
        sums = collections.Counter()
        for r in base:
            sums[tuple(r[c] if c[0] in level else "ALL" for c in ("home", "unit", "programme"))] += int(r["students"])
        shown, rule = (100 * sum(n for key, n in sums.items() if takes(key, n)) / total for takes in (
            lambda key, _: (snapshot, *key) in told, lambda _, n: n >= 10))
        print(f"{snapshot:9} {name:24} {shown:5.1f} % ({rule:.1f})")
key = lambda r: r["unit"]
pick = lambda name: {key(r): r for r in rows(name, "ledger")
                     if (r["programme"], r["population"]) == ("ALL", "all") and r["unit"] != "ALL"}
inside, outside = pick(internal), pick(public)
for column in "admitted", "enrolled", "moved_out", "left", "moved_in", "arrived":
    shown = sum(outside[u][column] not in (".", "..") for u in inside if u in outside)
    print(f"ledger {column:10} {shown} of {len(inside)} units ({sum(int(r[column]) >= 10 for r in inside.values())})")
