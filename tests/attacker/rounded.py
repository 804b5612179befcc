"""Tries to break a public release of rounded numbers.

    rounded.py PUBLIC_DIR INTERNAL_DIR UNITS_CSV PROGRAMMES_CSV REGION_CODES [--compare NAME=CODES]… [--sample 40] [--seed 1]
    rounded.py --self-test

All published tables of a year are one linear program. Its unknowns are the students of each snapshot by home, unit and
programme, and students admitted at one place and enrolled at another; a place is a unit and a programme. Every published
sum gives an interval: a shown v, a multiple of five, is v - 2 ... v + 2 and at least ten; a hidden number is 0 ... 9. The
attacker knows nothing of a number that is hidden although it is ten or more. These numbers, the places, and the small
numbers are read from the internal tables, which is more than any reader has. For a sample of small
counts, published or not, HiGHS finds the minimum and the maximum. A breach is a count for which fewer than five whole
numbers are possible. The program uses real numbers, so ranges can be narrower for whole ones; the release's own witnesses
are whole. Exit code: 0 no breach, 1 a breach, 2 the intervals do not hold for the internal tables.
"""
import argparse, collections, csv, math, pathlib, random, sys, time
import highspy
import numpy as np

THRESHOLD, STEP, VALUES = 10, 5, 5
FAR = 40.0  # no unknown needs to move farther from the truth
HAIR = 1e-6
POPULATIONS = ("all", "national")
GROUPS = ("vocational", "preparatory", "introduction")
# Indicators of regions: of seats, which are no students, and of residents.
SEATS = ("late_seats_gross", "late_seats_net", "units_raised")
RESIDENTS = ("cross_provider", "other_municipality", "independent_home", "independent_elsewhere", "region_state",
             "residents_stay")
# Official indicators that are shares of all pupils.
SHARES = ("N17803", "N17804", "N17805", "N17806", "N17807", "N17812", "N17895", "N17896", "N17897")
# Tables without counts of students, or whose counts no student of a small region may be in.
NO_MARGINS = {"concentration", "seats", "quality", "disclosure", "origins", "moves", "change", "change_units",
              "diversion", "validation"}


def read(path):
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def interval(text, true):
    """What a reader knows about a number from the text of its cell."""
    if text not in (None, "", "."):
        if text != "..":
            shown = int(text)
            return (0, 0) if shown == 0 else (max(shown - STEP // 2, THRESHOLD), shown + STEP // 2)
    return (0, THRESHOLD - 1) if true < THRESHOLD else (0, math.inf)


class Year:
    """The unknowns of a year, and the sums in tables."""

    def __init__(self, year, internal, units, kinds, region, others):
        self.year, self.units, self.kinds, self.region = year, units, kinds, region
        own = {r["region"] for r in read(internal / "tables/regions.csv")} - others.keys()
        self.regions = {**{name: region for name in own}, **others}
        self.others = others
        self.true, self.sums, self.equal = [], collections.defaultdict(list), []
        tables = lambda name: [r for r in read(internal / f"tables/{name}.csv") if r["year"] == year]
        self.raised = {r["unit"] for r in tables("seats") if (r["programme"], r["raised"]) == ("ALL", "true")}
        counts = collections.defaultdict(collections.Counter)
        for r in tables("flows"):
            if r["unit"] in units:
                counts[r["snapshot"]][r["home"], r["unit"], r["programme"]] += int(r["students"])
        self.flows = {snapshot: self.cells(snapshot, counts[snapshot]) for snapshot in counts}
        for cell, number in self.flows.get("enrolled", {}).items():
            if first := self.flows["october"].get(cell):
                self.equal.append(([number, first], [1.0, -1.0], 0, math.inf))
        if ledger := tables("ledger"):
            self.pairs(ledger, tables("moves"))
        self.true = np.array(self.true, dtype=float)

    def unknown(self, true, keys):
        self.true.append(true)
        for key in keys:
            self.sums[key].append(len(self.true) - 1)
        return len(self.true) - 1

    def cells(self, snapshot, counts):
        """Every home at every place."""
        homes, places = sorted({h for h, _, _ in counts}), sorted({(u, p) for _, u, p in counts})
        return {(h, *place): self.unknown(counts[h, *place], self.keys_of_flow(snapshot, h, *place))
                for place in places for h in homes}

    def is_national(self, programme):
        return self.kinds.get(programme) in GROUPS[:2]

    def programmes(self, programme):
        groups = {"ALL", *({"ALL-national"} if self.is_national(programme) else ())}
        kind = self.kinds.get(programme)
        return groups | ({programme, "ALL-" + kind} if kind else set())

    def keys_of_flow(self, snapshot, home, unit, programme):
        """The numbers of all tables that count a student of the flow."""
        about, region = self.units[unit], self.region
        place, kind, provider = about["municipality"], about["provider_kind"], about["provider"]
        at, inside = (snapshot, self.year), place in region
        whats = self.programmes(programme)
        populations = [p for p in POPULATIONS if p == "all" or self.is_national(programme)]
        homes = ["ALL"] if home == "?" else ["ALL", home if home in region else "OUT"]
        if home not in region and home != "?":
            homes.append(home)
        wheres = ["ALL", unit, "ALL-" + (place if inside else "OUT")] + ([] if inside else ["ALL-" + place])
        yield from (("flows", "students", (*at, h, w, p)) for h in homes for w in wheres for p in whats)
        if home != "?":
            yield from (("sums", "students", (*at, *key)) for key in self.keys_of_sums(snapshot, home, about, unit, whats))
        totals = whats & {"ALL", "ALL-national"}
        here = ["ALL:compare:" + name for name, codes in self.others.items() if place in codes]
        yield from (("sums", "students", (*at, "ALL", w, p)) for w in here + ["ALL:region"] * inside for p in totals)
        yield from self.keys_of_regions(snapshot, home, about, populations)
        if snapshot == "enrolled" and home in region:
            codes = {"N17800"} | ({"N17803"} if self.kinds.get(programme) == "introduction" else set())
            codes |= {"own_provider": set(), "other_municipality": {"N17805"}, "independent_home": {"N17804"},
                      "independent_elsewhere": {"N17806"}}.get(self.part(home, about), set()) | self.groups(home, about)
            yield from (("indicators", "numerator", (self.year, home, code)) for code in codes)
            yield from (("indicators", "denominator", (self.year, home, code)) for code in SHARES)
        for population in populations:
            of = (*at, population)
            # The account of units is by the same students.
            column = {"admission": "admitted", "october": "enrolled"}.get(snapshot)
            if column:
                yield from (("ledger", column, (self.year, population, u, p))
                            for u in (unit, "ALL") for p in ("ALL", programme))
            if home in region:
                part = {"municipal": "own_provider" if provider == home else "other_municipality", "independent":
                        "independent_home" if place == home else "independent_elsewhere"}.get(kind, "region_state")
                columns = ["students", part] + ["cross_provider"] * (part != "own_provider")
                shares = whats - {"ALL-national"}
                yield from (("shares", c, (*of, h, p)) for h in (home, "ALL") for p in shares for c in columns)
                yield from (("kinds", "students", (*of, h, part)) for h in (home, "ALL"))
            if home != "?":
                whose = home if home in region else "OUT"
                yield "dependence", "students", (*of, whose, provider)
            columns = {"ALL": [("residents", home in region), ("stay", home in region and inside),
                               ("out", home in region and not inside), ("pupils_here", home != "?" and inside),
                               ("into", home not in region and home != "?" and inside)]}
            if home in region:
                columns.setdefault(home, []).extend([("residents", 1), ("stay", place == home), ("out", place != home)])
            if inside and home != "?":
                columns.setdefault(place, []).extend([("pupils_here", 1), ("into", place != home)])
            yield from (("balance", c, (*of, m)) for m, some in columns.items() for c, holds in some if holds)

    def part(self, home, about):
        mine = about["municipality"] == home
        return {"municipal": "own_provider" if about["provider"] == home else "other_municipality", "independent":
                "independent_home" if mine else "independent_elsewhere"}.get(about["provider_kind"], "region_state")

    def groups(self, home, about):
        """The official groups of units to which a unit belongs as seen from a home."""
        mine, kind, own = about["municipality"] == home, about["provider_kind"], about["provider"] == home
        found = {"N17807": kind == "region", "N17812": own or kind == "federation" and mine,
                 "N17895": kind == "municipal" and mine, "N17897": kind == "independent",
                 "N17896": kind == "municipal" and not mine or kind in ("federation", "region")}
        return {code for code, holds in found.items() if holds}

    def keys_of_regions(self, snapshot, home, about, populations):
        """The numbers of regions.csv that count a student."""
        place, part = about["municipality"], self.part(home, about)
        for population in populations:
            key = lambda name, indicator: (self.year, population, name, indicator)
            for name, codes in self.regions.items():
                if place in codes and snapshot == "admission":
                    yield from (("regions", "denominator", key(name, i)) for i in ("moved_to_raised", "left", "moved_out"))
                if snapshot != "october":
                    continue
                if place in codes:
                    yield "regions", "denominator", key(name, "arrived_at_raised")
                    if home != "?":
                        yield "regions", "denominator", key(name, "pupils_resident")
                if home in codes:
                    yield from (("regions", "denominator", key(name, i)) for i in RESIDENTS)
                    if part != "own_provider":
                        yield from (("regions", "numerator", key(name, i)) for i in ("cross_provider", part))
                    if place in codes:
                        yield from (("regions", "numerator", key(name, i)) for i in ("residents_stay", "pupils_resident"))

    def keys_of_sums(self, snapshot, home, about, unit, whats):
        """The rows of sums.csv that count a student of a known home."""
        place, kind, provider = about["municipality"], about["provider_kind"], about["provider"]
        region = self.region
        inside, resident = place in region, home in region
        totals = whats & {"ALL", "ALL-national"}
        run = [] if kind == "municipal" and provider in region else ["ALL:" + {
            "municipal": "municipal_outside", "independent": "independent"}.get(kind, "region_state_federation")]
        at, here, side = "ALL:provider:" + provider, "ALL-" + place, "ALL:region" if inside else "ALL-OUT"
        groups = [("ALL:known", [at, here], whats), ("ALL:known", ["ALL", side, *run], totals)]
        if inside and home != place:
            groups.append(("ALL:but:" + place, [unit, at, here], whats))
        if resident:
            part = {"municipal": "own_provider" if provider == home else "other_municipality", "independent":
                    "independent_home" if place == home else "independent_elsewhere"}.get(kind, "region_state")
            parts = ["ALL:" + part] + ["ALL:cross_provider"] * (part != "own_provider")
            where = "ALL:here:" + part if place == home else "ALL:but:" + home
            groups += [(home, [*parts, *run, at, where], whats), ("ALL:region", ["ALL", *parts], whats),
                       ("ALL:region", [side, at, *([here] if inside else []), *run], totals)]
        else:
            groups += [(home, [at], whats), ("OUT", [at], whats), ("OUT", run + ["ALL:region"] * inside, totals)]
        if resident and snapshot == "enrolled":
            groups.append((home, ["ALL:official:" + code for code in self.groups(home, about)], whats & {"ALL"}))
        part = self.part(home, about)
        parts = ["ALL", "ALL:" + part] + ["ALL:cross_provider"] * (part != "own_provider")
        for name, codes in self.others.items():
            name = "ALL:compare:" + name
            groups += [(name, parts + [name] * (place in codes), totals)] * (home in codes)
            groups += [("ALL:known", [name], totals)] * (place in codes)
        return {(h, w, p) for h, wheres, some in groups for w in wheres for p in some}

    def pairs(self, ledger, moves):
        """Students by where they were admitted and enrolled, whose sums are the flows' own."""
        counts = collections.Counter()
        for r in ledger:
            if "ALL" not in (r["unit"], r["programme"]) and r["population"] == "all":
                place = r["unit"], r["programme"]
                for pair, column in ((place, place), "stayed"), ((place, None), "left"), ((None, place), "arrived"):
                    counts[pair] += int(r[column])
        for r in moves:
            counts[(r["from_unit"], r["from_programme"]), (r["to_unit"], r["to_programme"])] += int(r["students"])
        places = sorted({place for pair in counts for place in pair if place})
        at = collections.defaultdict(list)
        for place in places:
            at[place[0]].append(place)
        for a, b in [pair for pair in counts if None not in pair and pair[0] != pair[1]]:
            for pair in [*((x, b) for x in at[a[0]]), *((a, x) for x in at[b[0]])]:
                counts.setdefault(pair, 0)
        sides = {"admission": collections.defaultdict(list), "october": collections.defaultdict(list)}
        for pair, n in counts.items():
            number = self.unknown(n, self.keys_of_pair(*pair))
            for side, place in zip(sides.values(), pair):
                if place:
                    side[place].append(number)
        for snapshot, side in sides.items():
            flows = collections.defaultdict(list)
            for (_, *place), number in self.flows[snapshot].items():
                flows[tuple(place)].append(number)
            for place in side.keys() | flows.keys():
                one, other = side.get(place, []), flows.get(place, [])
                self.equal.append((one + other, [1.0] * len(one) + [-1.0] * len(other), 0, 0))

    def keys_of_pair(self, a, b):
        for population in POPULATIONS:
            came, went = [place if place and (population == "all" or self.is_national(place[1])) else None
                          for place in (a, b)]
            same = bool(came and went and came[0] == went[0])
            for by, stays in ("ALL", same), (None, came is not None and came == went):
                gone, come = ("moved_out", "moved_in") if came and went else ("left", "arrived")
                for place, column in ((came, "stayed" if stays else gone), (went, None if stays else come)):
                    if place and column:
                        yield from (("ledger", column, (self.year, population, u, by or place[1]))
                                    for u in (place[0], "ALL"))
            if not same:
                yield from (("turnover", column, (self.year, population, u)) for column, place in
                            (("departures", came), ("arrivals", went)) if place for u in (place[0], "ALL"))
            if not same:
                for name, codes in self.regions.items():
                    at = lambda place: place and self.units[place[0]]["municipality"] in codes
                    key = lambda indicator: ("regions", "numerator", (self.year, population, name, indicator))
                    if at(came):
                        yield key("moved_out" if went else "left")
                    if at(went) and went[0] in self.raised and (at(came) or not came):
                        yield key("moved_to_raised" if came else "arrived_at_raised")
            if went and went[0] in self.raised and not same:
                for unit in (went[0], "ALL"):
                    if came is None:
                        yield "origins", "students", (self.year, population, unit, "?", "?")
                        continue
                    about = self.units.get(came[0])
                    place = about["municipality"] if about["municipality"] in self.region else "OUT"
                    yield from (("origins", "students", (self.year, population, unit, m, k))
                                for m in (place, "ALL") for k in (about["provider_kind"], "ALL"))
        if a and b and a[0] != b[0]:
            yield "moves", "students", (self.year, a[0], "ALL", b[0], "ALL")

    def rows(self, public):
        """(unknowns, factors, low, high) of everything known; counts the shown numbers."""
        # A table that this program does not know could show what it does not count with.
        known = {table for table, _, _ in self.sums} | NO_MARGINS
        if strange := {path.stem for path in (public / "tables").glob("*.csv")} - known:
            sys.exit(f"tables that the attacker does not know: {sorted(strange)}")
        texts, shown = {}, 0
        for name in sorted({table for table, _, _ in self.sums}):
            rows = read(public / f"tables/{name}.csv")
            columns = {column for table, column, _ in self.sums if table == name}
            keys = [c for c in (rows[0] if rows else ()) if c not in columns]
            length = {"flows": 5, "shares": 5, "dependence": 5, "balance": 4, "ledger": 4, "origins": 5, "moves": 5,
                      "sums": 5, "turnover": 3, "kinds": 5, "regions": 4, "indicators": 3}
            for r in rows:
                if name == "regions" and r["indicator"] in SEATS:
                    continue
                key = tuple(r[c] for c in keys[:length[name]])
                texts.update({(name, column, key): r[column] for column in columns})
        strange = [key for key, text in texts.items() if text not in ("..", ".", "0") and key not in self.sums]
        if strange:
            sys.exit(f"{len(strange)} numbers that no student is counted in, such as {strange[:3]}")
        out = list(self.equal)
        # Sums of the same unknowns are one row.
        found = {}
        for key, unknowns in self.sums.items():
            low, high = interval(texts.get(key), self.true[unknowns].sum())
            shown += low >= THRESHOLD
            same = found.setdefault(tuple(sorted(unknowns)), [0, math.inf, key])
            same[:2] = max(same[0], low), min(same[1], high)
        self.found = found
        out += [(list(u), [1.0] * len(u), low, high) for u, (low, high, _) in found.items() if low or high < math.inf]
        return out, shown

    def misfits(self, rows):
        return [(low, high) for u, f, low, high in rows if not low <= float(np.dot(f, self.true[u])) <= high]


class Solver:
    """The program as deviations from the truth, so that every solve starts from a feasible point."""

    def __init__(self, true, rows):
        self.width, self.some = len(true), np.flatnonzero(true > 0)
        # One column for an increase of each unknown, one for a decrease of each positive one.
        self.down = np.full(self.width, -1)
        self.down[self.some] = self.width + np.arange(len(self.some))
        self.highs = highspy.Highs()
        for name, value in ("output_flag", False), ("presolve", "off"), ("simplex_strategy", 4), ("threads", 1):
            self.highs.setOptionValue(name, value)
        most = np.concatenate([np.full(self.width, FAR), np.minimum(true[self.some], FAR)])
        self.highs.addVars(len(most), np.zeros(len(most)), most)
        starts, index, factors, low, high = [0], [], [], [], []
        for unknowns, signs, least, greatest in rows:
            unknowns, signs = np.array(unknowns), np.array(signs)
            down = self.down[unknowns]
            index += [unknowns, down[down >= 0]]
            factors += [signs, -signs[down >= 0]]
            starts.append(starts[-1] + len(unknowns) + int((down >= 0).sum()))
            now = float(signs @ true[unknowns])
            low.append(least - now)
            high.append(greatest - now)
        index, factors = np.concatenate(index).astype(np.int32), np.concatenate(factors)
        starts = np.array(starts[:-1], dtype=np.int32)
        self.highs.addRows(len(low), np.array(low), np.array(high), len(index), starts, index, factors)

    def farthest(self, unknowns, sign):
        """The deviations at which a sum is as far from the truth in this direction as possible, or as required."""
        unknowns = np.array(unknowns)
        down = self.down[unknowns]
        columns = np.concatenate([unknowns, down[down >= 0]]).astype(np.int32)
        cost = np.concatenate([np.full(len(unknowns), -sign), np.full(len(columns) - len(unknowns), sign)])
        # More values than required need no proof.
        self.highs.addRow(-float(VALUES), float(VALUES), len(columns), columns, -sign * cost)
        self.highs.changeColsCost(len(columns), columns, cost)
        self.highs.clearSolver()
        self.highs.run()
        status = self.highs.getModelStatus()
        point = np.array(self.highs.getSolution().col_value)
        self.highs.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        self.highs.deleteRows(1, np.array([self.highs.getNumRow() - 1], dtype=np.int32))
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"the linear program ended with {status}")
        out = point[:self.width].copy()
        out[self.some] -= point[self.width:]
        return out


def attack(year, public, sample, seed):
    """Ranges of a sample of small counts: a line about them, and the breaches."""
    started = time.time()
    rows, shown = year.rows(public)
    if wrong := year.misfits(rows):
        sys.exit(f"{len(wrong)} intervals of {year.year} do not hold for the internal tables: {wrong[:5]}")
    is_small = lambda n: 1 <= n < THRESHOLD
    sums = [(key, list(u)) for u, (_, _, key) in year.found.items() if is_small(year.true[list(u)].sum())]
    alone = [(("unpublished", "students", n), [n]) for n in np.flatnonzero((year.true >= 1) & (year.true < THRESHOLD))]
    chance = random.Random(seed)
    targets = chance.sample(alone, min(len(alone), sample // 2)) + chance.sample(sums, min(len(sums), sample - sample // 2))
    solver, breaches = Solver(year.true, rows), []
    low, high = np.zeros(len(targets)), np.zeros(len(targets))
    values = lambda i: math.floor(high[i] + HAIR) - math.ceil(low[i] - HAIR) + 1
    for i, (key, unknowns) in enumerate(targets):
        for sign in (1.0, -1.0):
            if values(i) < VALUES:  # otherwise other programs have shown enough values
                point = solver.farthest(unknowns, sign)
                moved = [point[others].sum() for _, others in targets]
                low, high = np.minimum(low, moved), np.maximum(high, moved)
        if values(i) < VALUES:
            true = int(year.true[unknowns].sum())
            breaches.append(f"{key}: {true} is in {true + low[i]:g} ... {true + high[i]:g}")
    return (f"{year.year}: {len(year.true)} unknowns, {len(rows)} rows, {shown} numbers shown, {len(targets)} of "
            f"{len(alone) + len(sums)} small counts, {time.time() - started:.0f} seconds"), breaches


def self_test():
    """A hidden count next to a shown one and their sum has the expected range."""
    rows = [([n], [1.0], 18, 22) for n in (1, 2, 3)] + [([0], [1.0], 0, 9), ([0, 1], [1.0, 1.0], 23, 24)]
    solver = Solver(np.array([3.0, 20.0, 20.0, 20.0]), rows)
    ends = [3 + solver.farthest([0], sign)[0] for sign in (-1.0, 1.0)]
    assert [round(end, 6) for end in ends] == [1.0, 6.0], ends
    assert interval("..", 3) == (0, 9) and interval("10", 11) == (10, 12) and interval("15", 13) == (13, 17)
    assert interval("..", 30) == (0, math.inf) and interval("0", 0) == (0, 0)


def main():
    if "--self-test" in sys.argv:
        return self_test()
    parser = argparse.ArgumentParser()
    for name in ("public", "internal", "units", "programmes", "region"):
        parser.add_argument(name)
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compare", action="append", default=[])
    a = parser.parse_args()
    public, internal = pathlib.Path(a.public), pathlib.Path(a.internal)
    units = {r["code"]: r for r in read(pathlib.Path(a.units))}
    kinds = {r["code"]: r["kind"] for r in read(pathlib.Path(a.programmes))}
    others = {name: set(codes.split(",")) for name, codes in (c.split("=") for c in a.compare)}
    found = []
    for year in sorted({r["year"] for r in read(internal / "tables/flows.csv")}):
        said, breaches = attack(Year(year, internal, units, kinds, a.region.split(","), others), public, a.sample, a.seed)
        print(said)
        found += breaches
    print("\n".join(found) or "no breach")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
