"""Attacks the ledger of a year: what became of the admitted, and where the enrolled came from.

Unknowns are the students of each unit and programme by what happened to them: in the same offer at both times; on another
programme of the unit; at another unit, with raised seats or not; nowhere known; and the same backwards. Programmes
are distinguished by whether they are national, so that both populations are sums of unknowns. Everything that the public
tables show of them is a linear equation: ledger.csv, origins.csv, and the totals of units in flows.csv. As many leave as
come, and no unit is its own partner. The internal tables are used only to find small numbers and to check the equations.

A breach is a number of ledger.csv or origins.csv, or a sum in or out, of 1 to threshold - 1 students of which fewer than
threshold - 1 values remain possible, or a number of a single unit and programme that is determined exactly. It is no breach
if the totals of the two times rule out the lowest values: they show how many more students came than before. A hidden
number is taken as at least 1 if no sum that contains it can be small, and at least 0 otherwise.
"""
import collections, itertools, random, time
import numpy as np

NAT = (True, False)
PARTS = {"stayed": "admitted", "moved_out": "out", "left": "out", "moved_in": "in", "arrived": "in"}


class Ledger:
    """Everything that the public tables show about the ledger of a year."""

    def __init__(self, year, public, internal, units, kinds, region, threshold, read, number):
        self.threshold, self.region, self.units = threshold, region, units
        tables = lambda folder, name: [r for r in read(folder / f"tables/{name}.csv") if r["year"] == year]
        self.national = lambda p: kinds.get(p) in ("vocational", "preparatory")
        self.raised = {r["unit"] for r in tables(public, "seats") if (r["programme"], r["raised"]) == ("ALL", "true")}
        inside = {r["unit"]: r for r in tables(internal, "ledger") if r["unit"] != "ALL"}
        self.of = {u: u if self.is_inside(u) else "OUT/" + units.get(u, {}).get("provider_kind", "?") for u in inside}
        self.number, self.index, self.true, self.rows = number, {}, [], []
        self.read_truth(tables(internal, "ledger"), tables(internal, "moves"))
        self.items = {}  # (unit, population, item) -> numbers of unknowns
        self.read_flows(tables(public, "flows"))
        self.read_ledger(tables(public, "ledger"))
        self.read_origins(tables(public, "origins"))
        self.moves()

    def is_inside(self, unit):
        return self.units.get(unit, {}).get("municipality") in self.region

    def read_truth(self, ledger, moves):
        """The unknowns with their true values. Units outside the region are grouped by kind of provider."""
        counts = collections.Counter()
        for r in ledger:
            if r["unit"] != "ALL" and r["programme"] != "ALL" and r["population"] == "all":
                place = self.of[r["unit"]], r["programme"]
                for fate, column in (("same",), "stayed"), (("left",), "left"), (("arrived",), "arrived"):
                    counts[place, fate] += int(r[column])
        for r in moves:
            a, b = (r["from_unit"], r["from_programme"]), (r["to_unit"], r["to_programme"])
            n, na, nb = int(r["students"]), self.national(a[1]), self.national(b[1])
            out = ("within", nb) if a[0] == b[0] else ("away", nb, b[0] in self.raised)
            counts[(self.of[a[0]], a[1]), out] += n
            counts[(self.of[b[0]], b[1]), ("from", na) if a[0] == b[0] else ("come", na)] += n
        fates = [("same",), ("left",), ("arrived",), *(("within", n) for n in NAT), *(("from", n) for n in NAT),
                 *(("come", n) for n in NAT), *(("away", n, r) for n in NAT for r in NAT)]
        some = collections.Counter()
        for (place, fate), n in counts.items():
            for side in self.sides(fate):
                some[place, side] += n
        for place in sorted({place for place, _ in counts}):
            for fate in fates:  # the programmes of a unit are known
                if all(some[place, side] for side in self.sides(fate)):
                    self.index[place, fate] = len(self.true)
                    self.true.append(counts[place, fate])
        self.true = np.array(self.true, dtype=float)

    @staticmethod
    def sides(fate):
        return {"same": ("admitted", "enrolled"), "left": ("admitted",), "arrived": ("enrolled",), "within": ("admitted",),
                "from": ("enrolled",), "come": ("enrolled",), "away": ("admitted",)}[fate[0]]

    def find(self, takes):
        return np.array([i for (place, fate), i in self.index.items() if takes(place[0], place[1], fate)], dtype=int)

    def counts(self, item, fate, everyone):
        """Whether a fate is in a number of a unit; `everyone`: of all programmes, else of the national ones."""
        counted = lambda *of: fate[0] in of and (everyone or fate[1])
        lost = lambda *of: fate[0] in of and not (everyone or fate[1])
        return {"admitted": "admitted" in self.sides(fate), "enrolled": "enrolled" in self.sides(fate),
                "stayed": fate[0] == "same" or counted("within"), "moved_out": counted("away"),
                "left": fate[0] == "left" or lost("within", "away"), "moved_in": counted("come"),
                "arrived": fate[0] == "arrived" or lost("from", "come"),
                "out": fate[0] == "left" or counted("away") or lost("within", "away"),
                "in": fate[0] == "arrived" or counted("come") or lost("from", "come")}[item]

    def item(self, unit, population, item):
        everyone = population == "all"
        return self.find(lambda u, p, f: unit in (u, "ALL") and (everyone or self.national(p))
                         and self.counts(item, f, everyone))

    def add(self, name, index, low, high, factors=None):
        if len(index):
            self.rows.append((name, index, np.ones(len(index)) if factors is None else factors, low, high))

    def read_flows(self, flows):
        """Totals of units and programmes; a missing row is zero."""
        shown = {(r["snapshot"], r["unit"], r["programme"]): self.number(r["students"]) for r in flows
                 if r["home"] == "ALL" and r["unit"][:4] != "ALL-"}
        for snapshot, side in (("admission", "admitted"), ("october", "enrolled")):
            for place in sorted({place for place, _ in self.index if place[0][:4] != "OUT/"}):
                value = shown.get((snapshot, *place), 0.0) if place[1] not in ("?", "-") else None
                if value is not None:
                    self.add(f"flows {snapshot} {place} = {value:g}",
                             self.find(lambda u, p, f: (u, p) == place and self.counts(side, f, True)), value, value)
            for unit in sorted({place[0] for place, _ in self.index if place[0][:4] != "OUT/"} | {"ALL"}):
                for population, code in (("all", "ALL"), ("national", "ALL-national")):
                    value = shown.get((snapshot, unit, code), 0.0)
                    if value is not None and unit != "ALL":
                        self.add(f"flows {snapshot} {unit} {code} = {value:g}", self.item(unit, population, side),
                                 value, value)

    def read_ledger(self, ledger):
        """The numbers of units and of all units together."""
        rows = {(r["unit"], r["population"]): r for r in ledger if r["programme"] == "ALL"}
        shown = lambda unit, population, column: self.number(rows[unit, population][column])
        for (unit, population), row in sorted(rows.items()):
            if unit != "ALL":
                for item in (*PARTS, "in", "out"):
                    self.items[unit, population, item] = self.item(unit, population, item)
            silent = unit != "ALL" and all(shown(unit, p, c) is None for p in ("all", "national") for c in PARTS
                                           if (unit, p) in rows)
            for column in ("admitted", "enrolled", *PARTS):
                value, index = self.number(row[column]), self.item(unit, population, column)
                if value is not None and unit != "ALL" or value is not None and column not in ("admitted", "enrolled"):
                    self.add(f"ledger {unit} {population} {column} = {value:g}", index, value, value)
                elif column in PARTS and not silent and unit != "ALL" and self.is_sure(unit, population, column, shown):
                    self.add(f"ledger {unit} {population} {column} hidden, at least 1", index, 1.0, np.inf)

    def is_sure(self, unit, population, column, shown):
        """Whether no sum that contains a hidden number can be small."""
        def whole(name, population):
            if name in ("out", "in"):
                total, stay = (shown(unit, population, c) for c in ("admitted" if name == "out" else "enrolled", "stayed"))
                return None if total is None or stay is None else total - stay
            return shown(unit, population, name)
        names = [(PARTS[column], population), ("admitted" if column in ("moved_out", "left") else "enrolled", population)]
        if population == "national":
            names += [(column, "all")] if column not in ("left", "arrived") else []
        sums = [whole(*name) for name in names if name[0] != column or name[1] != population]
        return all(value is not None and value >= self.threshold for value in sums)

    def read_origins(self, origins):
        """Origins of students who moved in to units with raised seats; a missing row is zero."""
        shown = {(r["population"], r["municipality"], r["provider_kind"]): self.number(r["students"]) for r in origins}
        if not shown:
            return
        place = lambda u: self.units[u]["municipality"] if u in self.units else "OUT"
        kind = lambda u: self.units[u]["provider_kind"] if u in self.units else u[4:]
        for population, m, k in itertools.product(("all", "national"), [*self.region, "OUT", "ALL"],
                                                  sorted({kind(p[0]) for p, _ in self.index}) + ["ALL"]):
            everyone = population == "all"
            index = self.find(lambda u, p, f: f[0] == "away" and f[2] and m in (place(u), "ALL") and k in (kind(u), "ALL")
                              and (everyone or self.national(p) and f[1]))
            value = shown.get((population, m, k), 0.0)
            if value is not None:
                self.add(f"origins {population} {m} {k} = {value:g}", index, value, value)
            elif all((shown.get((p, *key), 0.0) or 0) >= self.threshold for p in {population, "all"}
                     for key in {(m, "ALL"), ("ALL", k), ("ALL", "ALL"), (m, k)} if (p, *key) != (population, m, k)):
                self.add(f"origins {population} {m} {k} hidden, at least 1", index, 1.0, np.inf)
            self.items["origins", population, f"{m} {k}"] = index
        for population in ("all", "national"):
            everyone, value = population == "all", shown.get((population, "?", "?"), 0.0)
            index = self.find(lambda u, p, f: u in self.raised and (everyone or self.national(p))
                              and self.counts("arrived", f, everyone))
            self.items["origins", population, "?"] = index
            if value is not None:
                self.add(f"origins {population} ? = {value:g}", index, value, value)

    def moves(self):
        """As many leave as come; no unit is its own partner. Units outside the region may be several."""
        every = sorted({place[0] for place, _ in self.index})
        signed = lambda out, back: (np.concatenate([out, back]), np.concatenate([np.ones(len(out)), -np.ones(len(back))]))
        for a, b in itertools.product(NAT, NAT):
            for raised in NAT:
                out = self.find(lambda u, p, f: self.national(p) == a and f == ("away", b, raised))
                back = self.find(lambda u, p, f: self.national(p) == b and f == ("come", a) and (u in self.raised) == raised)
                self.add("as many leave as come", signed(out, back)[0], 0.0, 0.0, signed(out, back)[1])
                of = {i: place[0] for (place, _), i in self.index.items()}
                for unit in every if len(out) else ():
                    if unit[:4] != "OUT/":
                        own = {i for i in [*out, *back] if of[i] == unit}
                        vector = collections.Counter({i: 1.0 for i in out})
                        vector.update({i: -1.0 for i in own})
                        index = np.array([i for i, v in vector.items() if v], dtype=int)
                        self.add("no unit is its own partner", index, 0.0, np.inf, np.array([vector[i] for i in index]))
            for unit in every:
                out = self.find(lambda u, p, f: u == unit and self.national(p) == a and f == ("within", b))
                back = self.find(lambda u, p, f: u == unit and self.national(p) == b and f == ("from", a))
                self.add("as many within a unit", signed(out, back)[0], 0.0, 0.0, signed(out, back)[1])

    def misfits(self):
        """Rows that the internal tables violate."""
        sums = [(row, row[2] @ self.true[row[1]]) for row in self.rows]
        return [f"{row[0]}, inside {v:g}" for row, v in sums if not row[3] - 1e-6 <= v <= row[4] + 1e-6]

    def run(self, solver_of, seed=1, patience=20):
        """Ranges of all small numbers: a summary, and the breaches."""
        started, width = time.time(), self.threshold - 2
        small = lambda index: len(index) and 1 <= self.true[index].sum() < self.threshold
        targets = [(" ".join(key), index, width) for key, index in self.items.items() if small(index)]
        targets += [(f"base {place} {fate}", np.array([i]), 1) for (place, fate), i in self.index.items()
                    if place[0][:4] != "OUT/" and small([i])]
        solver = solver_of(len(self.true), np.array([], dtype=int), self.rows)
        low = np.array([self.true[index].sum() for _, index, _ in targets])
        high, wanted = low.copy(), np.array([wanted for *_, wanted in targets])

        def witness(point):
            sums = np.array([point[index].sum() for _, index, _ in targets])
            np.minimum(low, sums, out=low), np.maximum(high, sums, out=high)

        chance, misses = random.Random(seed), 0
        while misses < patience and (todo := np.flatnonzero(high - low < wanted - 1e-5)).size:
            cost = np.zeros(len(self.true))
            for i in chance.sample(sorted(todo), max(1, len(todo) // 3)):
                cost[targets[i][1]] += chance.choice((-1, 1)) * chance.uniform(0.5, 1.5)
            witness(solver.minimise(cost)[1])
            now = np.count_nonzero(high - low < wanted - 1e-5)
            misses = 0 if now < len(todo) else misses + 1
        breaches, single = [], 0
        for i in np.flatnonzero(high - low < wanted - 1e-5):
            name, index, least = targets[i]
            for side in (1, -1):
                cost = side * np.bincount(index, minlength=len(self.true)).astype(float)
                witness(solver.minimise(cost)[1])
                single += 1
            if high[i] - low[i] < least - 1e-5:
                breaches.append((name, self.true[index].sum(), low[i], high[i]))
        return (f"{len(self.rows)} rows, {len(targets)} small numbers, {single} programs of their own "
                f"({solver.count} in all), {len(breaches)} breaches, {time.time() - started:.1f} seconds"), breaches
