"""Reads what a report publishes beside its tables, and reports every number of students that the tables do not show.

`extra(folder, more)` reads index.html, every SVG in maps/ and charts/, and GeoJSON and GraphML files of flows as a
reader would: cells, sentences, labels, attributes, comments, and sizes of lines, circles and bars. A number must be
one that the tables show of the same thing, or a sum, difference or ratio of such: then attack.py has seen all that
the other files tell. Cells of the matrix, origins and destinations, lines, circles and edges must be their row of
flows.csv; other cells a number of the rows that theirs is about; sentences, labels and bars one of their municipality
or unit. From 1 to threshold - 1 a number is a blemish whatever the tables show. Exempt, for they count no students:
- what EXEMPT knows by its words: numbers of municipalities, units, providers, lines, flows, maps, labels, seats and
  kilometres, and dates; years of the tables; how many units raised their seats (the fact with seats in its note);
- 0, 1, the threshold and one less in section#protection; scale labels of legends from the threshold on; ticks of
  shares.svg; bars of seat-deltas.svg; section#methods and footer (the same in every report); styles;
- codes (.code, .sub, ids) and names of sources in quality-table;
- only from being small: seats, net flows (with a sign), percentages, and the tables protection-*.
PNG files are drawn from the SVG: not read.
"""
import csv, functools, json, math, pathlib, re
import xml.etree.ElementTree as ET
from collections import defaultdict

NUMBER = r"[+\u2212-]?\d+(?:[\u202f\u2009\u00a0,.]\d+)*(?:\s?%)?"
THINGS = ("(hem)?kommun|(skol)?enhet|linje|flöde|kart|etikett|plats|huvudmän|km\\b|"
          "municipalit|(school )?unit|line|flow|map|label|seat|provider|home")
EXEMPT = re.compile(rf"({NUMBER} (av|of) )?{NUMBER} (more |största |largest |of the |av )?({THINGS})\w*|"
                    rf"(alla|all) {NUMBER}|15 [Oo][ck]t(ober)?|([åÅ]rskurs|[yY]ear group) 1\b|100 (procent|per cent)")
GROUPS = ("ALL", "ALL-vocational", "ALL-preparatory", "ALL-introduction")
MUNICIPAL, INDEPENDENT = ("kommunal", "municipal"), ("fristående", "independent")
KEYS = dict(flows=5, shares=5, balance=4, concentration=4, ledger=4, origins=4, seats=3, quality=2,
            disclosure=1)  # key columns
PARTS = ["own_provider", "other_municipality", "independent_home", "independent_elsewhere", "region_state"]
PANEL, BAR, SIGN, HAIR = 1040, 512, 12.5, 0.012  # maps: list from here, its bar, circle of a hidden sum, tolerance
CARD, ZOOM = 1520, 753 / 880  # cards: their bar, and how large their maps are
HIDDEN = math.nan  # sums, differences and ratios of what is hidden are hidden too


def first(a, b): return b if a != a else a
def part(a, b): return a / (b or HIDDEN)
def text_of(element): return "" if element is None else "".join(element.itertext()).strip()


def tree(path):
    """The elements of an HTML, SVG or GraphML file, comments among them; scripts are read by held.py."""
    text = re.sub(r"<script.*?</script>", "", path.read_text("utf-8"), flags=re.S)
    text = re.sub(r'<!DOCTYPE.*?>| xmlns="[^"]*"|<\?xml.*?>', "", text)
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    return ET.fromstring(re.sub(r"(<meta[^>]*[^/])>", r"\1/>", text), parser)


def strings(element, leave, above=()):
    """Every text and telling attribute below an element, with the elements around it; none of elements to leave."""
    here, told = (*above, element), r"data-(?!from|to|students|code)|aria-(?!.*by)|title|alt|label|value|content"
    yield here, element.text or ""
    for key, text in element.items():
        if re.match(told, key) and element.get("name") != "viewport" and not element.get("http-equiv"):
            in_lang = {"lang": key[5:]} if key in ("data-sv", "data-en") else {}
            yield (*above, ET.Element(element.tag, element.attrib | in_lang)), text
    for child in element:
        if child.tag not in leave and child.get("id") != "methods":
            yield from strings(child, leave, here)
        yield here, child.tail or ""


class Reader:
    """The tables of a report, and the check of what its other files show against them."""

    def __init__(self, folder, threshold):
        self.threshold, self.found, self.compared, self.said, self.titles = threshold, [], 0, set(), {}
        self.tables, self.widest = defaultdict(dict), defaultdict(float)
        self.units, self.pupils = defaultdict(set), defaultdict(list)  # codes by (name, place); (name, kind, pupils)
        for path in (folder / "tables").glob("*.csv"):
            for row in csv.DictReader(path.read_text("utf-8").splitlines()):
                self.tables[path.stem][tuple(row.values())[:KEYS.get(path.stem)]] = row
        file, page, flows = folder / "manifest.json", folder / "index.html", self.tables["flows"]
        manifest = json.loads(file.read_text("utf-8")) if file.exists() else {}
        self.years, self.region = sorted({key[1] for key in flows}), {key[2] for key in flows} - {"ALL", "OUT", "?"}
        self.year, self.population = str(manifest.get("year", self.years[-1])), manifest.get("population", "national")
        self.before = max([year for year in self.years if year < self.year] or [self.year])
        self.programmes = {key[4] for key in self.tables["shares"]}
        self.snapshot = max({key[0] for key in flows if key[1] == self.year} - {"enrolled"})
        self.page = tree(page) if page.exists() else ET.Element("html")
        self.lang = self.page.get("lang") or manifest.get("language", "sv")
        self.uses = set(re.findall(r"(\w+) (?:räknas som|counts? as) (\w+) i", text_of(self.page)))
        self.places = {section.get("id")[2:]: text_of(section.find("h3")).rpartition(" ")[0].strip()
                       for section in self.page.findall(".//section[@class='municipality']")}
        self.names = {name: code for code, name in self.places.items()}
        for kind, code, group, _, name, sub, _, cells in self.rows():
            if kind in ("ledger-units", "seats-units"):
                self.units[name, group.split(" (")[0]].add(sub.split(" · ")[-1])
            elif kind == "units":
                self.pupils[code].append((name, sub, self.number(text_of(cells[0][1]))[0]))

    def rows(self):
        """Rows of the page: id of the table without its municipality, which follows; heading, class, name, quieter
        line, code of its link, (head, cell) of each cell."""
        for table in self.page.iter("table"):
            (kind, _, home), group = table.get("id", "").rpartition("-"), ""
            kind, home = (kind, home) if home in self.region else (table.get("id"), "ALL")
            heads = [text_of(head) for head in table.findall("thead/tr/th")[1:]]
            for row in table.findall(".//tr[th]"):
                head, link, sub = row.find("th"), row.find("th/a"), text_of(row.find("th/span"))
                group = text_of(head) if row.get("class") == "heading" else group
                if row.find("td") is not None:
                    yield (kind, home, group, row.get("class"), text_of(head).removesuffix(sub).strip(), sub,
                           "" if link is None else link.get("href")[3:], list(zip(heads, row.findall("td"))))

    def code(self, name):
        """The code of the municipality that a text ends with, its name cut or not; OUT; ALL where there is none."""
        fits = [n for n in self.names if name.endswith(n) or name[-1:] == "…" and n.startswith(name[:-1])]
        return self.names[max(fits, key=len)] if fits else "OUT" if re.search("tanför|utside", name) else "ALL"

    def number(self, text):
        """(value, half a unit of its last decimal, whether it is a percentage) of a text that is a number."""
        bare = re.sub(r"[\s+%]" if self.lang == "sv" else r"[\s+%,]", "", text.replace("\u2212", "-"))
        bare = bare.replace(",", ".")
        value = float(bare) if re.fullmatch(r"-?\d+(\.\d+)?", bare) else HIDDEN
        return value, 0.5 * 10.0 ** -len(bare.partition(".")[2]), "%" in text

    def row(self, table, *key):
        """The numbers of a row; hidden where it hides them or is not there."""
        row = list(self.tables[table].get(key, {}).items())[len(key):]
        return defaultdict(lambda: HIDDEN, {c: float(v) for c, v in row if re.fullmatch(r"-?[\d.]*\d", v)})

    def moment(self, when):
        """(snapshot, year) of a year, or of a snapshot and a year; those of the page where none is told."""
        snapshot, _, year = (when or "").rpartition(" ")
        return snapshot or self.snapshot, year or self.year

    def flow(self, home, place, when=None):
        """The students of a home, REGION or ALL at a place, ALL or a unit; zero where home and place have no row."""
        places, programme = {*self.region, "OUT"}, "ALL" if self.population == "all" else "ALL-national"
        if home in ("REGION", "ALL") and place in places:
            pupils, visitors = self.facts(place, when=when)["pupils_here"], self.flow("OUT", place, when)
            region = self.facts("ALL", when=when)["out"] if place == "OUT" else pupils - visitors
            return region if home == "REGION" else region + visitors if place == "OUT" else pupils
        key = (*self.moment(when), home, "ALL-" * (place in places) + place, programme)
        is_zero = key not in self.tables["flows"] and {home, place} <= places
        return 0.0 if is_zero else self.row("flows", *key)["students"]

    @functools.cache
    def facts(self, code, programme="ALL", when=None):
        """All that the tables show of a municipality or ALL in one programme."""
        key = (*self.moment(when), self.population, code)
        f = self.row("shares", *key, programme)
        for table in ("balance", "concentration") if programme == "ALL" else ():
            f = self.row(table, *key) | f
        whole = f["students"] = first(f["students"], f["residents"])
        f["cross_provider"] = first(f["cross_provider"], whole - f["own_provider"])
        f["out"], f["into"] = first(f["out"], whole - f["stay"]), first(f["into"], f["pupils_here"] - f["stay"])
        f["netted"], f["independent"] = f["into"] - f["out"], f[PARTS[2]] + f[PARTS[3]]
        f |= {c + " share": part(f[c], whole) for c in (*PARTS, "cross_provider", "stay", "independent")}
        return f | {"into share": part(f["into"], f["pupils_here"])}

    def unit(self, code, programme="ALL"):
        """All numbers of a unit, or of ALL, in the ledger, the seats and the flows."""
        f = self.row("ledger", self.year, self.population, code, programme)
        went = first(f["admitted"] - f["stayed"], f["moved_out"] + f["left"])
        came, seats = f["enrolled"] - f["stayed"], self.row("seats", self.year, code, programme).values()
        return [*f.values(), *seats, went, -went, first(came, f["moved_in"] + f["arrived"]), self.flow("ALL", code)]

    def pool(self, code, programmes=("ALL",), years=()):
        """All numbers of a municipality, of programmes each and together; of ALL with the account of the year."""
        found = [[self.facts(code, p, y) for p in programmes if (self.snapshot, y, self.population, code, p)
                  in self.tables["shares"]] for y in years or [self.year]]
        sums = [[sum(f[c] for f in year) if year else HIDDEN for c in ("students", "cross_provider")]
                for year in found]
        change = [100 * (part(*sums[-1][::-1]) - part(*sums[0][::-1]))] * (len(sums) > 1)  # percentage points
        return [1.0, *(n for year in found for f in year for n in f.values()), *(n for year in sums for n in year),
                *(part(b, a) for a, b in sums), *change,
                *(n for p in programmes if code == "ALL" for n in self.unit("ALL", p))]

    def card(self, code):
        """All numbers of a municipality in this year, its flows both ways, and how they differ from the year before."""
        now, then = self.facts(code), self.facts(code, when=self.before)
        flows, before = self.flows(code), self.flows(code, self.before)
        points = 100 * (now["cross_provider share"] - then["cross_provider share"])
        return [*self.pool(code, GROUPS), part(now["out"], now["residents"]), *flows, points,
                *(a - b for a, b in zip(flows, before)),
                *(now[c] - then[c] for c in ("residents", "out", "into", "pupils_here"))]

    def flows(self, code, when=None):
        """All flows from and to a municipality."""
        places = sorted({*self.region, "OUT"})
        return [self.flow(*ends, when) for place in places for ends in ((code, place), (place, code))]

    def claim(self, where, text, right, small=False):
        """A number as it stands somewhere, and what it must be by the tables. `small`: no number of students."""
        if text.strip() not in ("", "..", ".", "–"):
            (value, half, percent), self.compared = self.number(text), self.compared + 1
            is_low = not small and not percent and half == 0.5 and 0 < abs(value) < self.threshold
            if is_low or not any(abs(r * (100 if percent else 1) - value) <= half + 1e-6 for r in right):
                self.found.append(f"{where}: {text} is {'below the threshold' if is_low else 'not in the tables'}")

    def prose(self, where, text, pool, small=False):
        """Every number of a text must be in the pool. `small`: none of them counts students; "signed": none with a sign."""
        for number in re.findall(NUMBER, EXEMPT.sub(" ", text)) if text.strip() not in self.said else ():
            if number not in self.years:
                is_small = number[:1] in "+\u2212" if small == "signed" else small
                self.claim(f"{where} {' '.join(text.split())[:60]!r}", number, pool, is_small)

    def read_page(self):
        """The texts of the page, its tables and its pictures."""
        own = self.lang
        for above, text in strings(self.page, ("style", "svg", "td", "footer")):
            self.lang = next((e.get("lang") for e in reversed(above) if e.get("lang")), own)
            code, last = next((e.get("id")[2:] for e in above if e.get("class") == "municipality"), "ALL"), above[-1]
            ids, used = {e.get("id") for e in above}, [old for old, _ in self.uses]
            pool = [0, 1, self.threshold - 1, self.threshold] if "protection" in ids else \
                self.pool("ALL", used, self.years) if "trend" in ids else self.pool(code)
            is_raised = last.tag == "b" and re.search(r"\d (platser|seats)", text_of(above[-2]))
            small = "protection" in ids or last.tag == "b" and text[:1] in ("+", "\u2212")
            if not is_raised and last.get("class") not in ("code", "sub") and last.get("scope") != "rowgroup":
                self.prose(f"index.html {code} <{last.tag}>", text, pool, small)
        rows = list(self.rows())
        for kind, home, group, mark, name, sub, code, cells in rows:
            kind, _, self.lang = re.fullmatch(r"(.*?)(-(sv|en))?", kind).groups(own)
            code = "ALL" if mark == "total" else code or self.code(name)
            listed = {row[6] or self.code(row[4]) for row in rows if row[:2] == (kind, home)}
            right = self.right(kind, home, group, mark, name, sub, code, listed)
            for head, cell in cells:
                where, place = f"index.html {kind} {home} {group} {name}, {head}", self.code(head)
                is_matrix = kind == "matrix-table" and place != "ALL"
                numbers = [self.flow(code.replace("ALL", "REGION"), place)] if is_matrix else right
                read = self.prose if cell.get("class") == "w" else self.claim
                read(where, text_of(cell), numbers, kind.startswith(("seats", "protection")))
                self.claim(where + ", bar", cell.get("style", "")[4:], numbers, True)
        self.lang = own
        for svg in self.page.iter("svg"):
            if svg.get("role"):
                self.read_picture(self.titles.get(text_of(svg.find("title")), "maps/unknown"), svg, "index.html ")

    def right(self, kind, home, group, mark, name, sub, code, listed):
        """What the cells of a row of the page may say: all numbers of the table rows that it is about."""
        if kind in ("destinations", "origins") and mark != "total":
            ends = {*self.region, "OUT"} - listed if mark == "rest" else {code}
            students = sum(self.flow(home, c) if kind == "destinations" else self.flow(c, home) for c in ends)
            whole = self.facts(home)["students" if kind == "destinations" else "pupils_here"]
            return [students, part(students, whole)]
        if kind == "raised-origins":
            key = self.year, self.population, "?" if mark == "rest" else code
            return [0, *(n for k in self.tables["origins"] if k[:3] == key for n in self.row("origins", *k).values())]
        if kind == "quality-table":
            found = [self.row("quality", *key) for key in self.tables["quality"] if key[0] == group]
            rows, students = (sum(f[c] for f in found) for c in ("rows", "students"))
            return [rows, students, 1.0, *(n for f in found for n in (*f.values(), part(f["rows"], rows)))]
        if kind.startswith("protection-"):
            found = [n for key in self.tables["disclosure"] for n in self.row("disclosure", *key).values()]
            return found + [n + 1 for n in found]  # an interval is told by its width there
        codes = {sub.split(" · ")[-1]} if kind in ("ledger-units", "seats-units") else \
            self.units.get((name, self.places.get(home, sub.split(" · ")[0])), ())
        if codes and mark != "total":
            return [n for code in codes for n in self.unit(code)]
        is_trend = kind.startswith("trend-")
        used = [old for old, new in self.uses if new == sub and is_trend]
        programmes = [sub, *used] if sub else GROUPS if kind.startswith("programme") else ("ALL",)
        found = self.pool(code if home == "ALL" else home, programmes, self.years if is_trend else ())
        return found + [self.flow("OUT", "ALL")] * (mark == "rest")

    def read_picture(self, name, svg, where="", zoom=1):
        """Texts and sizes of a map or a chart, in its file, in the page or, so much smaller, in a card."""
        import compared  # which reads with what is here
        if compared.NAME.fullmatch(name.rpartition("/")[2]):
            return compared.read(self, name.rpartition("/")[2], svg)
        side, _, code = name.rpartition("/")[2].partition("-")
        home, is_map, where, rows = side == "home", name.startswith("maps"), f"{where}{name}.svg", defaultdict(list)
        code = code if is_map or side == "card" else "ALL"
        for perspective, inner in zip(("home", "provider"), svg.findall("g[@class='map']") if side == "card" else ()):
            svg.remove(inner)
            self.read_picture(f"maps/{perspective}-{code}", inner, where + " ", ZOOM)
        facts, pool, columns, rights = self.facts(code), self.pool(code, ("ALL",), self.years), {}, {}
        whole, away = (facts[c] for c in (("pupils_here", "into") if side == "provider" else ("students", "out")))
        flow = {p: self.flow(code, p) if home else self.flow(p, code) for p in {*self.region, "OUT"}}
        falls = [fall for fall in svg.iter("g") if fall.get("class") == "fall"]
        own = {text for fall in falls for text in fall.iter("text")}
        own |= {text for strip in svg.findall("g[@class='strip']") for text in strip.iter("text")
                if self.number(text_of(text))[0] >= self.threshold}  # scale labels
        for text in (*svg.findall("title"), *svg.findall("desc"), *(t for t in svg.iter("text") if t not in own)):
            word, mark, (x, y) = text_of(text), text.get("class", text.tag), (float(text.get(c, 0)) for c in "xy")
            columns |= {x + 4: self.code(word)} if text.get("transform") else {}
            legend = "legend" if is_map and x < PANEL and mark == "text" else ""
            joined = mark if mark in ("title", "desc", "note") else legend
            if not legend or not self.number(word)[0] >= self.threshold:  # else a scale label
                rows[not joined and y, joined or mark == "label" and x].append((x, word))
        if is_map:
            listed = {word: self.code(word) for row in rows.values() for x, word in row if x > PANEL}
            kinds = [((k in MUNICIPAL) - (k in INDEPENDENT), n) for _, k, n in self.pupils[code]]
            sums = [*flow.values(), *(sum(n for k, n in kinds if k == kind) for kind in (1, 0, -1)),
                    sum(n for p, n in flow.items() if p not in (code, *listed.values())),  # the rest of the lists
                    sum(n for unit, _, n in self.pupils[code] if unit not in listed)]
            ends = [e.get("data-code", code) for e in svg.iter("g")]
            drawn = part(sum(flow.get(end, HIDDEN) for end in ends if end != code), away)
            pool += [*sums, *(part(n, whole) for n in sums), drawn]
        elif side == "seat":
            pool = [n for key in self.tables["seats"] for n in self.row("seats", *key).values()]
        elif side in ("shares", "sankey", "share"):  # some by name, and ticks
            pool += [n for home in self.region for n in self.pool(home, ("ALL",), self.years)]
            pool += [n / 10 for n in range(10)]
        elif side == "origins":
            pool = self.origins(*{key[2] for key in self.tables["origins"]})
        elif side == "waterfall":
            pool += self.unit("ALL")
        elif side == "card":
            pool = self.card(code)
        elif side == "region":
            pool.append(whole + self.flow("OUT", "ALL"))
        for key, row in rows.items():
            named = [word for _, word in sorted(row) if key[0] and re.search(r"[^\W\d]", word)] + ["", ""]
            label, place = re.sub(NUMBER + "$", "", named[0]).strip(), self.places.get(code, named[1]).rstrip("…")
            codes = [c for (unit, at), codes in self.units.items() for c in codes if at.startswith(place) and (
                unit == label or "…" in label and unit.startswith(label[:-1]))]
            about, right = self.code(label), [n for c in codes for n in self.unit(c)]
            if side in ("sankey", "origins") and named[0]:
                right = pool if side == "sankey" or not key[0] else self.origins("?" if about == "ALL" else about)
            elif side == "card":
                programmes = [word.split()[0] for word in named if word.split() and word.split()[0] in self.programmes]
                numbers = right + [a - b for a in right for b in right]  # change: enrolled - admitted
                right = self.pool(code, programmes) if programmes else numbers if codes else pool
            elif not codes:
                right = pool if about in ("ALL", code) else [flow[about]] if is_map else [
                    self.flow(about, "ALL"), *self.pool(about, ("ALL",), self.years)]
            rights[key[0]] = right = right + [part(n, whole) for n in right if is_map and right is not pool]
            for x, word in row if key[0] else [(0, " ".join(word for _, word in row))]:
                column = next((c for at, c in columns.items() if abs(at - x) < 1), "")
                self.prose(f"{where} {label}", word, [self.flow(about, column)] if column else right,
                           "signed" if side == "card" else side == "seat")
        self.said |= {text_of(svg.find("title")), text_of(svg.find("desc"))}
        for fall in falls:
            self.read_fall(where, fall)
        if side == "sankey":
            self.read_bands(where, svg)
        else:
            self.read_sizes(where, svg, side, code, flow, facts["stay"], whole, pool, rights, zoom)

    def origins(self, *codes):
        """All numbers of these places in the origins of those who moved to raised units, and sums of them."""
        rows = {key: self.row("origins", *key)["students"] for key in self.tables["origins"]
                if key[:2] == (self.year, self.population) and key[2] in codes}
        parts = [n for key, n in rows.items() if key[3] not in ("ALL", "?") and n == n]
        return [*rows.values(), *(a + b for a in parts for b in parts), sum(parts)]

    def read_bands(self, where, svg):
        """Bands from homes to kinds of provider: their number, and that they are as wide."""
        kinds = {"side-own": PARTS[0], "side-municipal": PARTS[1], "side-independent": "independent",
                 "side-public-other": PARTS[4]}
        bands, drawn = [e for e in svg.iter("path") if e.get("class") == "band"], []
        for e in bands:
            right = self.facts(e.get("data-from"))[kinds.get(e.get("data-to"), "none")]
            self.claim(f"{where} {e.get('data-from')} {e.get('data-to')}", e.get("data-students"), [right])
            at = [float(n) for n in re.findall(r"[-\d.]+", e.get("d"))]  # M x a C m a m c x c V d C …
            drawn.append((at[8] - at[7], right))
        widest, number = max(drawn, default=(0, 1))
        self.found += [f"{where}: a band of {size} is not of a number in the tables" for size, n in drawn
                       if not abs(widest * n / number - size) <= 0.03]

    def read_fall(self, where, fall):
        """A waterfall of a unit: its numbers, and columns of changes that are as high."""
        code, texts = fall.get("data-code"), list(fall.iter("text"))
        right = [n * sign for n in self.unit(code) for sign in (1, -1)]
        for text in texts:
            if text.get("class") != "head":
                self.claim(f"{where} {code}", text_of(text), right)
        highs = [float(r.get("height")) for r in fall.iter("rect") if r.get("class") == "change"]
        moved = [abs(self.number(text_of(t))[0]) for t in texts if t.get("class") == "change"]
        per = sum(highs) / (sum(moved) or 1)
        if len(highs) != len(moved) or any(abs(high - n * per) > 0.03 for high, n in zip(highs, moved)):
            self.found.append(f"{where} {code}: a column is not of its number")

    def read_sizes(self, where, svg, side, code, flow, stay, whole, pool, rights, zoom):
        """Lines and circles of a map, and bars: to scale, and of numbers that the tables show."""
        lines, circles = [], []
        for e in svg.iter():
            number, ends = e.get("data-students"), [e.get("data-" + c) for c in ("from", "to", "code")]
            if number is not None:
                right = self.flow(*ends[:2]) if ends[0] else whole if ends[2] == code else flow.get(ends[2], HIDDEN)
                self.claim(f"{where} {ends}", number, [right])
                right = HIDDEN if number == ".." else right  # whatever is drawn to scale of it is a blemish
                lines += [(float(e.get("stroke-width")), right)] if ends[0] else []
                circles += [(float(c.get("r")), (stay if c.get("class") == "stay" else right) ** 0.5) for c in
                            e.iter("circle") if (ends[2], number, float(c.get("r"))) != (code, "..", SIGN)]
        for kind, drawn, least in (("line", lines, 1.5 * zoom), ("circle", circles, 3.0 * zoom)):
            widest, number = max(drawn, default=(0, 1))
            self.widest[side, kind] = max(self.widest[side, kind], widest)
            self.found += [f"{where}: a {kind} of {size} is not of a number in the tables" for size, n in drawn
                           if not abs(max(least, widest * n / number) - size) <= HAIR]
        if any(sum(e.get("class") == c for e in svg.iter("path")) != len(lines) for c in ("casing", "head")):
            self.found.append(f"{where}: there are other lines than those with data-students")
        full = CARD if side == "card" else BAR
        bars = [(float(r.get("width")) + 2, pool, full / whole, HAIR) for r in svg.findall("rect[@height='30']")
                if r.get("width") != "0.5"]
        if side in ("ledger", "shares", "origins") and (plot := svg.find("svg")) is not None:
            full, (wide, top) = float(plot.get("viewBox").split()[2]), [float(plot.get(c)) for c in ("width", "y")]
            rects = [[float(r.get(c)) for c in ("y", "height", "width")] for r in plot.iter("rect")]
            length = r"22 \d" if side == "origins" else r"\d+ [+\u2212]"  # numbers that bars are as long as
            moved = [abs(self.number(text_of(e).partition(" + ")[0])[0]) for e in svg.iter("text")
                     if re.match(length, f"{e.get('font-size')} {text_of(e)}")]
            per = full if side == "shares" else sum(rect[2] for rect in rects) / sum(moved)  # of a student or of all
            for y, height, width in rects:
                at = min(rights, key=lambda at: abs(at - top - (y + height / 2) * wide / full - 7))
                bars.append((width, rights[at], per, 2))
        self.found += [f"{where}: a bar of {width:g} is not of a number in the tables"
                       for width, right, per, hair in bars if not any(abs(n * per - width) <= hair for n in right)]

    def read_graph(self, path):
        """Features or edges: each must be the row of flows.csv with its key."""
        if path.suffix == ".geojson":
            told = [feature["properties"] for feature in json.loads(path.read_text("utf-8"))["features"]]
            edges = [properties for properties in told if "students" in properties]
            if any(set(properties) != {"kind", "code", "name"} for properties in told if "students" not in properties):
                self.found.append(f"{path.name}: a node tells more than what it is")
        else:
            data = {e: e.attrib | {d.get("key"): d.text or "" for d in e.findall("data")} for e in tree(path).iter()}
            node = {d["id"]: "ALL-" * (d["kind"] == "municipality") + d["code"] for d in data.values() if "kind" in d}
            edges = [d | {"home": node[d.pop("source")], "unit": node[d.pop("target")], "id": ""}
                     for e, d in data.items() if e.tag == "edge"]
        for edge in edges:
            key = tuple(str(edge.pop(name, "")) for name in ("snapshot", "year", "home", "unit", "programme"))
            self.claim(f"{path.name} {key}", str(edge.pop("students")), [self.row("flows", *key)["students"]])
            self.prose(f"{path.name} {key}", " ".join(map(str, edge.values())), [])


def extra(folder, more=(), threshold=10, maps=()):
    """All blemishes of the page, the pictures, the graphs `more` and the `maps` that compare."""
    reader = Reader(folder, threshold)
    for path in sorted(folder.glob("*/*.svg")):
        svg, name = tree(path), f"{path.parent.name}/{path.stem}"
        reader.titles[text_of(svg.find("title"))] = name
        reader.read_picture(name, svg)
    reader.found += [f"{side} maps: the widest {kind} is {size}: the scale is of a number that is not drawn" for
                     (side, kind), size in reader.widest.items() if size not in (0, {"line": 24, "circle": 46}[kind])]
    reader.read_page()
    for path in more:
        reader.read_graph(path)
    import compared, held
    held.read(reader, folder)
    for path in maps:
        compared.read(reader, path.stem, tree(path))
    print(f"other published files: {reader.compared} numbers compared")
    return reader.found
