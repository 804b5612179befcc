"""What a plain hypercube-like method hides of the same cells, for comparison.

    python3 baseline.py --public public/tables --internal internal/tables --units skolenheter.csv

For every small cell of every two-way table the cheapest rectangle is hidden with it (Repsilber 1994 chose cubes so), and
whatever is hidden in one table is protected in all others that it stands in, until nothing changes. Nobody proves that
the result is safe. Cells: those of the public `flows` (home x programme, home x municipality, unit x programme) and of
`shares` (home x part), each with its true value from the internal tables; of a report of one year.
"""

import argparse
import csv
import pathlib
from collections import defaultdict

THRESHOLD = 10
PARTS = ["own_provider", "other_municipality", "independent_home", "independent_elsewhere", "region_state"]


def rows(folder, name):
    with open(pathlib.Path(folder) / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def units(file):
    """Code of a unit -> code of its municipality."""
    with open(file, newline="", encoding="utf-8") as file:
        text = file.read()
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    return {row["code"]: row["municipality"] for row in csv.DictReader(text.splitlines(), delimiter=delimiter)}


def groups():
    """Code of a programme -> the margin of its group."""
    file = pathlib.Path(__file__).resolve().parents[2] / "data" / "sweden" / "programmes.csv"
    with open(file, newline="", encoding="utf-8") as file:
        return {row["code"]: f"ALL-{row['kind']}" for row in csv.DictReader(file)}


def cells(public, internal, municipality_of, group_of, snapshot):
    """Published cells of a snapshot: key -> (value, is hidden in the public release)."""
    out = {}
    truth = defaultdict(int)
    home_of = {row["home"] for row in internal["shares"]}
    for row in internal["flows"]:
        if row["snapshot"] != snapshot:
            continue
        home = row["home"] if row["home"] in home_of or row["home"] == "?" else "OUT"
        group = group_of.get(row["programme"], "?")
        programmes = [row["programme"], group, "ALL"]
        programmes += ["ALL-national"] if group in ("ALL-vocational", "ALL-preparatory") else []
        for programme in programmes:
            truth["ALL", row["unit"], programme] += int(row["students"])
            place = municipality_of.get(row["unit"])
            if place:
                truth[home, f"ALL-{place if place in home_of else 'OUT'}", programme] += int(row["students"])
            if row["unit"] != "?":
                truth[home, "ALL", programme] += int(row["students"])
                truth["ALL", "ALL", programme] += int(row["students"])
    for row in public["flows"]:
        if row["snapshot"] != snapshot:
            continue
        key = row["home"], row["unit"], row["programme"]
        is_hidden = row["students"] == ".."
        out[key] = truth[key] if is_hidden else int(row["students"]), is_hidden
    shown = {(r["population"], r["home"], r["programme"]): r for r in public["shares"] if r["snapshot"] == snapshot}
    for row in internal["shares"]:
        if row["snapshot"] != snapshot or row["population"] != "all" and row["programme"] != "ALL":
            continue
        if row["programme"] != "ALL" and not row["programme"].startswith("ALL-"):
            continue
        what = "ALL-national" if (row["population"], row["programme"]) == ("national", "ALL") else row["programme"]
        for part in PARTS:
            is_hidden = shown[row["population"], row["home"], row["programme"]][part] == ".."
            out[row["home"], part, what] = int(row[part]), is_hidden
    return out


def hide(table, hidden, values):
    """The cheapest rectangles of the hidden cells of a table of keys by row and column; gives whether any was added."""
    rows, columns = sorted({r for r, _ in table}), sorted({c for _, c in table})
    changed = False
    for (r, c), key in sorted(table.items()):
        if key not in hidden:
            continue
        best = None
        for r2 in rows:
            for c2 in columns:
                corners = [table.get(at) for at in ((r, c2), (r2, c), (r2, c2))]
                if r2 == r or c2 == c or None in corners or any(values[key] == 0 for key in corners):
                    continue
                cost = sum(values[key] for key in corners if key not in hidden)
                if best is None or cost < best[0]:
                    best = cost, corners
        if best and best[0]:
            hidden.update(best[1])
            changed = True
    return changed


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--public", required=True)
    options.add_argument("--internal", required=True)
    options.add_argument("--units", required=True, help="the register of units: code;name;municipality;...")
    options = options.parse_args()
    names = ["flows", "shares"]
    municipality_of, group_of = units(options.units), groups()
    public = {name: rows(options.public, name) for name in names}
    internal = {name: rows(options.internal, name) for name in names}
    if len({row["year"] for row in internal["shares"]}) != 1:
        raise SystemExit("baseline.py compares a report of one year")
    for snapshot in ("admission", "october"):
        known = cells(public, internal, municipality_of, group_of, snapshot)
        values = {key: value for key, (value, _) in known.items()}
        tables = defaultdict(dict)
        for home, place, what in values:
            key = home, place, what
            if place == "ALL" or home == "ALL":
                # Margins are protected by the cells below them; groups are the programmes of a table of their own.
                is_margin = what in ("ALL", "ALL-national") or home == place == "ALL"
                if not is_margin:
                    inner = group_of.get(what, "groups")
                    row = home if place == "ALL" else place
                    tables["home" if place == "ALL" else "unit", inner][row, what] = key
            elif place.startswith("ALL-"):
                tables["home x municipality", what][home, place] = key
            else:
                tables["home x part", what][home, place] = key
        hidden = {key for key, value in values.items() if 0 < value < THRESHOLD}
        small = len(hidden)
        while any([hide(table, hidden, values) for table in tables.values()]):
            pass
        ours = {key for key, (_, is_hidden) in known.items() if is_hidden}
        for name, cells_hidden in (("hypercube-like", hidden), ("elevflode", ours)):
            students = sum(values[key] for key in cells_hidden)
            print(f"{snapshot:10} {name:15} {len(values)} cells, {small} small, {len(cells_hidden)} hidden, {students} students in them")


if __name__ == "__main__":
    main()
