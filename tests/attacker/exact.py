"""Tries to break a public release of exact numbers (`method = "suppress"`).

    exact.py PUBLIC_DIR INTERNAL_DIR UNITS_CSV PROGRAMMES_CSV REGION_CODES [--threshold 10]
              [--snapshots admission,october,enrolled] [--no-minimum]     or     exact.py --self-test

Every shown number becomes a linear equation over unknown base cells (home x unit x programme, each at least 0). A
linear program then finds the minimum and maximum of each small cell (true count 1 to threshold - 1). A minimum
above 1, or a maximum below threshold - 1, is a breach. Counts can be fractional here: a breach found is certain,
but a reader who also uses that counts are whole could find slightly more. A hidden cell is at least 1, unless it is
part of a sum that is hidden or not shown, all of whose published parts are hidden (a sum over everyone or a home, by unit,
place, provider or part of shares, and by programme): such a sum can be small, and then its parts are hidden even if they
are zero; with --no-minimum a hidden cell is only at least 0. The internal flows are used to judge, to know which outside
units (and rows without programme) have students, and to check the equations. `enrolled` is attacked together with
`october`. The ledger of a year is attacked separately: see ledger.py. Exit code: 0 no breach, 1 breach or such a number,
2 the equations do not fit the internal tables.
"""
import argparse, csv, functools, operator, pathlib, random, sys, tempfile, time
from collections import defaultdict
import highspy
import numpy as np

sys.dont_write_bytecode = True  # no files next to the sources
import ledger

PARTS = ["own_provider", "other_municipality", "independent_home", "independent_elsewhere", "region_state"]
COUNTS = {*PARTS, "students", "cross_provider", "residents", "stay", "out", "into", "pupils_here", "admitted", "stayed",
          "moved_out", "left", "moved_in", "arrived", "enrolled", "rows"}
HALF = 5.1e-7  # a fraction of six decimals can be off by half a unit of the last
EPS = 1e-5     # two values closer than this are equal


def read(path):
    """The rows of a CSV file as dictionaries; none if the file is missing."""
    return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.exists() else []


def union(masks):
    return functools.reduce(operator.or_, masks, 0)


def number(text):
    """A shown number; None for hidden (..) and missing (.)."""
    return None if text in ("", ".", "..") else float(text)


def never_shown(table, key):
    """Whether a cell of shares belongs to no published level and is always hidden: a home's parts of one programme, and
    rows without a programme."""
    home, programme = (key.split("/") + ["", ""])[2:4]
    return table.startswith("shares.") and (
        programme == "?" or table != "shares.students" and home != "ALL" and not programme.startswith("ALL"))


class World:
    """The base cells of one snapshot and named sets of them. A set is an integer with one bit for each base cell."""

    def __init__(self, snapshot, year, public, truth, units, kinds, region):
        homes, layers = region + ["OUT", "?"], ["october", "older"] if snapshot == "enrolled" else [snapshot]
        counts = defaultdict(lambda: defaultdict(int))
        for row in truth:
            if row["year"] == year and row["unit"] in units:
                home = row["home"] if row["home"] in homes else "OUT"
                counts[row["snapshot"]][home, row["unit"], row["programme"]] += int(row["students"])
        outside, self.cells = {u for u in units if units[u]["municipality"] not in region}, []
        for layer in layers:
            source = "enrolled" if layer == "older" else layer
            known = {(r["unit"], r["programme"]) for r in public if r["unit"] in units
                     and (r["snapshot"], r["year"], r["home"]) == (source, year, "ALL") and r["programme"][:3] != "ALL"}
            known |= {(u, p) for _, u, p in counts[source] if u in outside or p == "?"}
            self.cells += [(layer, h, u, p) for u, p in sorted(known) for h in homes]
        self.true = np.array([counts["enrolled"][h, u, p] - counts["october"][h, u, p] if layer == "older"
                              else counts[layer][h, u, p] for layer, h, u, p in self.cells], dtype=float)
        named = [defaultdict(int) for _ in range(4)]
        for i, cell in enumerate(self.cells):
            for sets, name in zip(named, cell):
                sets[name] |= 1 << i
        everything, units_seen = (1 << len(self.cells)) - 1, list(named[2])
        self.layer, self.home, self.unit, self.prog = named
        self.layer["enrolled"] = self.home["ALL"] = self.unit["ALL"] = self.prog["ALL"] = everything
        for kind in ("vocational", "preparatory", "introduction"):
            self.prog["ALL-" + kind] = union(m for p, m in list(self.prog.items()) if kinds.get(p) == kind)
        self.prog["ALL-national"] = self.prog["ALL-vocational"] | self.prog["ALL-preparatory"]
        self.home["REGION"] = union(self.home[h] for h in region)
        self.home["KNOWN"] = self.home["REGION"] | self.home["OUT"]
        self.unit["ALL-OUT"] = union(self.unit[u] for u in units_seen if u in outside)
        self.place, self.share = {"ALL": everything & ~self.unit["ALL-OUT"]}, {"ALL": dict.fromkeys(PARTS, 0)}
        for m in region:
            self.place[m], self.share[m] = 0, dict.fromkeys(PARTS, 0)
            for u in units_seen:
                kind, here = units[u]["provider_kind"], units[u]["municipality"] == m
                self.place[m] |= self.unit[u] if here else 0
                part = {"municipal": PARTS[units[u]["provider"] != m], "independent": PARTS[3 - here]}
                for h in (m, "ALL"):
                    self.share[h][part.get(kind, "region_state")] |= self.home[m] & self.unit[u]
        self.provider = defaultdict(int)
        for u in units_seen:
            if u in units:
                self.provider[units[u]["provider"]] |= self.unit[u]
        self.unit.update({"ALL-" + m: self.place[m] for m in region})
        codes = [p for p in self.prog if p != "?"]  # below: every level of flows.csv; a row absent there is zero
        self.levels = {(h, "ALL", p) for h in region + ["OUT", "ALL"] for p in codes}
        self.levels |= {(h, "ALL-" + m, p) for h in region + ["OUT"] for m in region + ["OUT"]
                        for p in ("ALL", "ALL-national")}
        self.levels |= {("ALL", u, p) for u in units_seen if u not in outside for p in codes
                        if p in ("ALL", "ALL-national") or p[:3] != "ALL"}

    def index(self, mask):
        """The numbers of the base cells in a set."""
        raw = np.frombuffer(mask.to_bytes(len(self.cells) // 8 + 1, "little"), dtype=np.uint8)
        return np.flatnonzero(np.unpackbits(raw, bitorder="little"))


class Attack:
    """Everything that the public tables show about one snapshot and year."""

    def __init__(self, snapshot, year, folder, truth, units, kinds, region, minimum):
        flows = read(folder / "tables/flows.csv")
        self.world = World(snapshot, year, flows, truth, units, kinds, region)
        self.cells = {}  # set -> [(table and column, key, shown number or None)]
        self.extra = []  # (name, {set: factor}, least, greatest)
        for part in ["october", "enrolled"] if snapshot == "enrolled" else [snapshot]:
            self.read_snapshot(part, year, folder / "tables", flows)
        self.shown = {m: next((v for _, _, v in c if v is not None), None) for m, c in self.cells.items()}
        self.zero = union(m for m, v in self.shown.items() if v == 0)
        self.least = self.minima() if minimum else {}
        self.rows = list(self.equations())

    def row(self, table, key, sets, values, net=None, top=None, bottom=None, share=None):
        """Adds one row of a table: its counts, and `net` or a fraction of two of its columns."""
        key = "/".join(key)
        for column, mask in sets.items():
            if mask or values.get(column):
                self.cells.setdefault(mask, []).append((f"{table}.{column}", key, values.get(column)))
        if net is not None:
            self.extra.append((f"{table}.net {key} = {net:g}", {sets["into"]: 1.0, sets["out"]: -1.0}, net, net))
        for end, low, high in ((HALF, -np.inf, 0.0), (-HALF, 0.0, np.inf)):
            if share is not None and sets[top] != sets[bottom]:
                self.extra.append((f"{table} {key} {top}/{bottom} about {share:g}",
                                   {sets[top]: 1.0, sets[bottom]: -(share + end)}, low, high))

    def read_snapshot(self, snapshot, year, tables, flows):
        w, here = self.world, self.world.layer[snapshot]
        rows = {(r["home"], r["unit"], r["programme"]): {"students": number(r["students"])}
                for r in flows if (r["snapshot"], r["year"]) == (snapshot, year)}
        for h, u, p in sorted(w.levels | set(rows)):
            self.row("flows", (snapshot, h, u, p), {"students": here & w.home[h] & w.unit[u] & w.prog[p]},
                     rows.get((h, u, p), {"students": 0.0}))

        def lines(name):
            for r in read(tables / name):
                if r["year"] == year and r.get("snapshot", snapshot) == snapshot:
                    population = r.get("population", "all")
                    crowd = here & w.prog["ALL" if population == "all" else "ALL-national"]
                    yield r, crowd, population, {c: number(v) for c, v in r.items() if c in COUNTS}

        for r, crowd, population, values in lines("shares.csv"):
            sets = {part: crowd & w.prog[r["programme"]] & mask for part, mask in w.share[r["home"]].items()}
            sets["students"] = union(sets.values())
            sets["cross_provider"] = sets["students"] & ~sets["own_provider"]
            self.row("shares", (snapshot, population, r["home"], r["programme"]), sets, values,
                     top="cross_provider", bottom="students", share=number(r["cross_provider_share"]))
        for r, crowd, population, values in lines("balance.csv"):
            m = r["municipality"]
            home, place, known = w.home["REGION" if m == "ALL" else m], w.place[m], w.home["KNOWN"]
            sets = {"residents": crowd & home, "stay": crowd & home & place, "out": crowd & home & ~place,
                    "into": crowd & known & ~home & place, "pupils_here": crowd & known & place}
            self.row("balance", (snapshot, population, m), sets, values, number(r["net"]),
                     "stay", "residents", number(r["localisation_index"]))
        total, parts = {"admission": ("admitted", ("stayed", "moved_out", "left")),
                        "october": ("enrolled", ("stayed", "moved_in", "arrived"))}.get(snapshot, (None, None))
        for r, crowd, population, values in lines("ledger.csv") if total else ():
            if values[total] is None and None not in (known := [values[p] for p in parts]):
                values[total] = sum(known)
            self.row("ledger", (snapshot, population, r["unit"], r["programme"]),
                     {total: crowd & w.unit[r["unit"]] & w.prog[r["programme"]]}, values)
        for r, crowd, _, _ in lines("seats.csv") if total else ():
            seats, fill = (number(r[c + snapshot]) for c in ("seats_", "fill_"))
            if seats is not None and fill is not None:
                self.row("seats", (snapshot, r["unit"], r["programme"]), {"fill": crowd & w.unit[r["unit"]]
                         & w.prog[r["programme"]]}, {"fill": float(round(seats * fill))})

    def minima(self):
        """The minimum of each hidden set. A set is a hidden sum if any table hides it, whatever others show."""
        hidden = [m for m, c in self.cells.items() if m and any(v is None and not never_shown(t, k) for t, k, v in c)]
        least = {m: 1 for m in hidden if m & ~self.zero and self.shown[m] is None}
        w, older = self.world, self.world.layer["older"]
        for whole, inside in [(whole, self.shown) for whole in hidden] + list(self.unseen()):
            parts = [m for m in inside if m & ~whole == 0 and m not in (0, whole)
                     and bool(m & older) == bool(whole & older)]
            if all(self.shown[part] is None for part in parts):
                least.update((part, 0) for part in parts if part in least)
        return least

    def unseen(self):
        """Sums that nobody publishes but that can be small, each with the published sets among which its parts are: those
        of everyone and of each home, by unit, place, provider and part of shares, and by programme. Where such a sum is
        small, its parts are hidden even if they are zero."""
        w, seen = self.world, set(self.shown)
        layers = [mask for name, mask in w.layer.items() if name != "enrolled" and mask]
        for home, whose in w.home.items():
            if home in ("REGION", "KNOWN"):
                continue
            inside = [m for m in self.shown if m and m & ~whose == 0]
            parts = list(w.share.get(home, {}).values())
            wheres = {*w.unit.values(), *w.place.values(), *w.provider.values(), *parts, union(parts[1:])}
            for whole in {layer & whose & where & programme for layer in layers for where in wheres
                          for programme in w.prog.values()} - seen - {0}:
                seen.add(whole)
                yield whole, inside

    def equations(self):
        """(name, numbers of base cells, factors, least, greatest) of everything known but the zeros."""
        known = list(self.extra)
        for mask, cells in self.cells.items():
            shown = {v: f"{t} {k} = {v:g}" for t, k, v in cells if v is not None}
            known += [(shown[v], {mask: 1.0}, v, v) for v in sorted(shown) if mask & ~self.zero or v]
            if not shown and self.least.get(mask):
                known.append((f"{cells[0][0]} {cells[0][1]} hidden, at least 1", {mask: 1.0}, 1.0, np.inf))
        for name, factors, low, high in known:
            vector = np.zeros(len(self.world.cells))
            for mask, factor in factors.items():
                vector[self.world.index(mask & ~self.zero)] += factor
            index = np.flatnonzero(vector)
            yield name, index, vector[index], low, high

    def misfits(self):
        """Rows that the internal flows violate: the tables are wrong, or are read wrongly."""
        w, sums = self.world, [(row, row[2] @ self.world.true[row[1]]) for row in self.rows]
        return ([f"{w.cells[i]} is zero in public, {w.true[i]:g} inside" for i in w.index(self.zero) if w.true[i]] +
                [f"{row[0]}, inside {v:g}" for row, v in sums if not row[3] - EPS <= v <= row[4] + EPS])

    def targets(self, threshold):
        """Small cells, published and base: (name, true value, numbers of their base cells)."""
        w, found = self.world, {}
        for mask, cells in self.cells.items():
            index = w.index(mask)
            if 1 <= w.true[index].sum() < threshold:
                found[mask] = ("; ".join(sorted({f"{t} {k}" for t, k, _ in cells})), w.true[index].sum(), index)
        for i in np.flatnonzero((w.true >= 1) & (w.true < threshold)):
            found.setdefault(1 << int(i), ("base " + "/".join(w.cells[i]), w.true[i], np.array([i])))
        return list(found.values())

    def run(self, threshold, seed=1, patience=25):
        """Ranges of all small cells: a summary, and the breaches."""
        started, w, targets = time.time(), self.world, self.targets(threshold)
        solver = Solver(len(w.cells), w.index(self.zero), self.rows)
        need = {(i, side) for i in range(len(targets)) for side in (1, -1)}  # 1: the minimum, -1: the maximum

        def witness(point):
            sums = [point[target[2]].sum() for target in targets]
            done = {(i, s) for i, s in need if (sums[i] <= 1 + EPS if s == 1 else sums[i] >= threshold - 1 - EPS)}
            need.difference_update(done)
            return len(done)

        witness(w.true)  # the truth itself is possible
        chance, misses, mixed = random.Random(seed), 0, w.true
        while need and misses < patience:  # move many cells at once
            cost = np.zeros(len(w.cells))
            for i, side in chance.sample(sorted(need), max(1, len(need) // 4)):
                cost[targets[i][2]] += side * chance.uniform(0.5, 1.5) / len(targets[i][2])
            _, point = solver.minimise(cost)
            mixed = 0.8 * mixed + 0.2 * point  # a mixture of possible points is possible
            misses = 0 if witness(point) + witness(mixed) > 2 else misses + 1
        settled, single, breaches = 2 * len(targets) - len(need), 0, {}
        while need:  # then one cell at a time
            i, side = max(need)
            cost = side * np.bincount(targets[i][2], minlength=len(w.cells)).astype(float)
            value, point = solver.minimise(cost)
            single += 1
            witness(point)
            if (i, side) in need:
                weights = solver.highs.getSolution().row_dual  # the rows that together give this bound
                why = [f"{x:+.3g} x [{row[0]}]" for x, row in zip(weights, self.rows) if abs(x) > 1e-7]
                other = solver.minimise(-cost)[0]
                need.discard((i, side))
                breaches.setdefault(i, (*targets[i][:2], *sorted((abs(value), abs(other))), why))
        return (f"{len(self.rows)} rows, {len(targets)} small cells, {settled} of {2 * len(targets)} ends settled by "
                f"witnesses, {single} by programs of their own ({solver.count} programs in all), {len(breaches)} "
                f"breaches, {time.time() - started:.1f} seconds"), list(breaches.values())


class Solver:
    """One linear program, solved repeatedly, each time from the last solution."""

    def __init__(self, width, zero, rows):
        self.count, upper = 0, np.full(width, 1e5)  # far above any count, so that no program is unbounded
        upper[zero] = 0.0
        self.highs = highspy.Highs()
        for name, value in (("output_flag", False), ("presolve", "off"), ("simplex_strategy", 4), ("threads", 1)):
            self.highs.setOptionValue(name, value)
        self.highs.addVars(width, np.zeros(width), upper)
        for _, index, factors, low, high in rows:
            self.highs.addRow(low, high, len(index), index.astype(np.int32), factors)

    def minimise(self, cost):
        """The minimum of a weighted sum of base cells, and a point that attains it."""
        self.highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self.highs.run()
        self.count += 1
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"the linear program ended with {self.highs.getModelStatus()}")
        point = np.array(self.highs.getSolution().col_value)
        return float(cost @ point), point


def blemishes(folder, threshold):
    """Shown counts from 1 to threshold - 1, and Parquet files that differ from their CSV."""
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        parquet = None
        print("parquet not checked: no reader installed")
    for path in sorted((folder / "tables").glob("*.csv")):
        rows, other = read(path), path.with_suffix(".parquet")
        for line, row in enumerate(rows, 2):
            yield from (f"{path.name} line {line}: {column} = {row[column]}" for column in row.keys() & COUNTS
                        if 1 <= (number(row[column]) or 0) < threshold)
        table = parquet.read_table(other).to_pylist() if parquet and other.exists() else rows
        for line, (row, cells) in enumerate(zip(rows, table, strict=True), 2):
            for column, value in cells.items():
                text = row.get(column, str(row.get(column.removesuffix("_hidden")) == "..").lower())
                same = text in (value, str(value).lower()) or value is None and text in ("", ".", "..")
                if not same and not (isinstance(value, float) and abs((number(text) or 0) - value) <= HALF):
                    yield f"{path.stem} parquet row {line}: {column} = {value!r}, {text!r} in the CSV"


def attack(public, internal, units, programmes, region, threshold=10, snapshots=("admission",), minimum=1):
    """Runs everything and prints it; returns the exit code."""
    units, kinds = {r["code"]: r for r in read(units)}, {r["code"]: r["kind"] for r in read(programmes)}
    truth, wrong = read(internal / "tables/flows.csv"), list(blemishes(public, threshold))
    print(f"shown counts below {threshold}, and parquet differences: {len(wrong)}", *wrong[:20], sep="\n  ")
    code = 1 if wrong else 0
    for snapshot, year in sorted({(r["snapshot"], r["year"]) for r in truth if r["snapshot"] in snapshots}):
        case = Attack(snapshot, year, public, truth, units, kinds, region, minimum)
        if wrong := case.misfits():
            print(f"{snapshot} {year}: {len(wrong)} rows do not fit the internal flows", *wrong[:20], sep="\n  ")
            return 2
        summary, breaches = case.run(threshold)
        print(f"{snapshot} {year}: {summary}", flush=True)
        for name, value, low, high, why in breaches:
            print(f"  BREACH {name}: true {value:g}, range {low:.4f} to {high:.4f}, from {len(why)} rows",
                  *why[:12], sep="\n      ", flush=True)
            code = 1
    return max(code, attack_ledgers(public, internal, units, kinds, region, threshold, snapshots))


def attack_ledgers(public, internal, units, kinds, region, threshold, snapshots):
    """Attacks the ledger of every year for which both snapshots are attacked."""
    code = 0
    years = {r["year"] for r in read(internal / "tables/ledger.csv")} if {"admission", "october"} <= {*snapshots} else ()
    for year in sorted(years):
        case = ledger.Ledger(year, public, internal, units, kinds, region, threshold, read, number)
        if wrong := case.misfits():
            print(f"ledger {year}: {len(wrong)} rows do not fit the internal tables", *wrong[:20], sep="\n  ")
            return 2
        summary, breaches = case.run(Solver)
        print(f"ledger {year}: {summary}", flush=True)
        for name, value, low, high in breaches:
            print(f"  BREACH {name}: true {value:g}, range {low:.4f} to {high:.4f}", flush=True)
            code = 1
    return code


def ledger_self_test(folder):
    """Two units, five students who moved from one to the other: with all other numbers shown they must be found, with all hidden not."""
    head = "year,population,unit,programme,admitted,stayed,moved_out,left,moved_in,arrived,enrolled\n"
    truth = {"a": "57,40,5,12,0,0,40", "b": "60,60,0,0,5,0,65"}
    rows = lambda of: head + "".join(f"2023,{p},{u},{c},{v}\n" for p in ("all", "national") for u, v in of.items()
                                     for c in ("ALL", "P"))
    flow = "snapshot,year,home,unit,programme,students\n" + "".join(
        f"{s},2023,ALL,{u},{p},{n}\n" for s, u, n in (("admission", "a", 57), ("admission", "b", 60), ("october", "a", 40),
                                                     ("october", "b", 65)) for p in ("ALL", "ALL-national", "P"))
    units = {u: {"municipality": u.upper(), "provider": u.upper(), "provider_kind": "municipal"} for u in truth}
    public, internal = folder / "public", folder / "internal"
    found = []
    for shown in ({"a": "57,40,..,12,..,..,40", "b": "60,..,..,..,..,..,65"}, dict.fromkeys("ab", ",".join([".."] * 7))):
        for place, name, text in ((internal, "ledger", rows(truth)), (public, "ledger", rows(shown)), (public, "flows", flow),
                                  (internal, "moves", "year,from_unit,from_programme,to_unit,to_programme,students\n"
                                                      "2023,a,P,b,P,5\n")):
            (place / "tables").mkdir(parents=True, exist_ok=True)
            (place / f"tables/{name}.csv").write_text(text)
        found.append(attack_ledgers(public, internal, units, {"P": "preparatory"}, ["A", "B"], 10,
                                    ["admission", "october"]))
    return found


def self_test():
    """Two municipalities with a unit each: hiding one cell must be a breach, hiding all four must not."""
    counts, results = {("A", "a"): 40, ("A", "b"): 5, ("B", "a"): 12, ("B", "b"): 60}, []
    totals = {("A", "ALL-A"): 40, ("A", "ALL-B"): 5, ("A", "ALL"): 45, ("B", "ALL-A"): 12, ("B", "ALL-B"): 60,
              ("B", "ALL"): 72, ("ALL", "a"): 52, ("ALL", "b"): 65, ("ALL", "ALL"): 117}
    head, flow = "snapshot,year,home,unit,programme,students\n", "admission,2023,{},{},{},{}\n".format
    files = {"units.csv": "code,municipality,provider,provider_kind\na,A,A,municipal\nb,B,B,municipal\n",
             "programmes.csv": "code,kind\nP,preparatory\n",
             "in/tables/flows.csv": head + "".join(flow(*k, "P", n) for k, n in counts.items())}
    for hidden in ([("A", "ALL-B")], [k for k in totals if k[1][:4] == "ALL-"]):
        files["out/tables/flows.csv"] = head
        for (h, u), total in totals.items():
            codes = ["ALL", "ALL-national"] + ["P"] * (u[:4] != "ALL-") + ["ALL-preparatory"] * (u == "ALL")
            files["out/tables/flows.csv"] += "".join(flow(h, u, p, ".." if (h, u) in hidden else total) for p in codes)
        with tempfile.TemporaryDirectory() as name:
            paths = [pathlib.Path(name, part) for part in ("out", "in", "units.csv", "programmes.csv")]
            for file, text in files.items():
                pathlib.Path(name, file).parent.mkdir(parents=True, exist_ok=True)
                pathlib.Path(name, file).write_text(text)
            results.append(attack(*paths, ["A", "B"]))
    with tempfile.TemporaryDirectory() as name:
        results.append(ledger_self_test(pathlib.Path(name)))
    good = results == [1, 0, [1, 0]]
    print("self-test", "passed" if good else f"FAILED: {results}")
    return 0 if good else 1


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("public", "internal", "units", "programmes"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("region", help="codes of its municipalities, comma between", type=lambda t: t.split(","))
    parser.add_argument("--threshold", type=int, default=10)
    parser.add_argument("--snapshots", default=["admission", "october"], type=lambda t: t.split(","))
    parser.add_argument("--no-minimum", dest="minimum", action="store_false")
    return attack(**vars(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
