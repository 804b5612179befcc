"""Reads maps that compare as a reader would: maps of change, pairs of maps and the map of net flows, in SVG files.

Every number must be one that the tables show of the two moments, or the difference of two such; lines and circles must
be of that number and as large. No line stands for less than the threshold. Numbers with a sign are differences: they
count no students and may be small.
"""
import re
from collections import defaultdict

import written

NAME = re.compile(r"(?:(home|provider)-(\d{4})-(change|beside)-(?:(\d{4}))?-?(admission|october|enrolled)?|region-(net))")
LARGEST = {"flow": 24, "circle": 46}  # of a map that fills a picture, pixels
THINNEST, SMALLEST, HAIR = 1.5, 3.0, 0.012


class Compared:
    """A picture and what its lines, circles and names may say."""

    def __init__(self, reader, name):
        side, code, kind, year, snapshot, net = NAME.fullmatch(name).groups()
        self.reader, self.where, self.code, self.kind = reader, name, code or "ALL", kind or net
        self.home, self.then = side == "home", " ".join(part for part in (snapshot, year) if part) if not net else None
        if snapshot and not year:
            self.then = f"{snapshot} {reader.year}"
        self.places = sorted({*reader.region, "OUT"})

    def between(self, home, place, when=None):
        """What a line from a home to a place, or back, may say."""
        flow = self.reader.flow
        if self.kind == "net":
            return abs(flow(home, place) - flow(place, home))
        if self.kind == "change":
            return abs(flow(home, place) - flow(home, place, self.then))
        return flow(home, place, when)

    def at(self, code, when=None):
        """What the circle of a municipality may say."""
        if self.kind == "net":
            return abs(self.net(code))
        column = "students" if self.home else "pupils_here"
        if code != self.code:
            return self.between(*((self.code, code) if self.home else (code, self.code)), when)
        now, then = (self.reader.facts(code, when=w)[column] for w in (when, self.then))
        return abs(now - then) if self.kind == "change" else now

    def net(self, code):
        """How many more come than go; of all outside the region what the region sends it."""
        facts = self.reader.facts("ALL" if code == "OUT" else code)
        return written.first(facts["net"], facts["netted"]) * (-1 if code == "OUT" else 1)

    def pool(self, code):
        """All that may be said of a municipality in texts."""
        reader, moments = self.reader, (None, self.then)
        if self.kind == "net":
            facts, flows = reader.facts(code), reader.flows(code)
            nets = [a - b for a, b in zip(flows[::2], flows[1::2])]
            return [*facts.values(), *flows, *nets, *(-n for n in nets), self.net(code), self.net("OUT")]
        facts, flows = ([of(code, when=w) for w in moments] for of in (reader.facts, reader.flows))
        points = 100 * (facts[0]["cross_provider share"] - facts[1]["cross_provider share"])
        return [*(n for told in (*[f.values() for f in facts], *flows) for n in told), points,
                *(facts[0][c] - facts[1][c] for c in facts[0]), *(a - b for a, b in zip(*flows))]

    def read(self, svg):
        """Everything in the picture; the number of lines."""
        maps = svg.findall("g[@class='map']")
        for i, drawn in enumerate(maps):
            self.sizes(drawn, self.then if self.kind == "beside" and i == 0 else None)
        scales = {text for group in svg.findall("g[@class='strip']") for text in group.iter("text")}
        scales |= {text for drawn in maps for text in drawn.findall("text")}  # the legend of a map alone
        rows = defaultdict(list)
        for text in (*svg.findall("title"), *svg.findall("desc"), *svg.iter("text")):
            word, mark = written.text_of(text), text.get("class", "")
            if text in scales and self.reader.number(word)[0] >= self.reader.threshold:
                continue
            joined = text.tag if text.tag != "text" else mark if mark in ("title", "note", "subtitle", "sub") else ""
            rows[joined or (mark == "label" and text.get("x"), text.get("y"))].append((float(text.get("x", 0)), word))
        whole = self.pool(self.code)
        if self.kind == "net":
            whole += [n for code in self.reader.region for n in self.pool(code)]
        whole += self.drawn(svg)
        for key, row in rows.items():
            words = [word for _, word in sorted(row)]
            about = self.reader.code(re.sub(written.NUMBER + "$", "", words[0]).strip())
            right = whole
            if isinstance(key, tuple) and about not in ("ALL", self.code):
                right = self.pool(about) if self.kind == "net" else self.of(about)
            for word in words if isinstance(key, tuple) else [" ".join(words)]:
                self.reader.prose(f"{self.where} {words[0][:30]}", word, right, "signed")
        self.reader.said |= {written.text_of(svg.find(tag)) for tag in ("title", "desc")}

    def of(self, code):
        """What may be said of another municipality: what goes there or comes from there, at both moments and how it changed."""
        ends = (self.code, code) if self.home else (code, self.code)
        now, then = (self.reader.flow(*ends, w) for w in (None, self.then))
        wholes = [self.reader.facts(self.code, when=w)["students" if self.home else "pupils_here"] for w in (None, self.then)]
        return [now, then, now - then, written.part(now, wholes[0]), written.part(then, wholes[1])]

    def drawn(self, svg):
        """Shares that notes tell: what lines show of all changes or nets."""
        lines = [float(e.get("data-students")) for e in svg.iter("path") if e.get("data-students")]
        if self.kind == "net":
            pairs = [(a, b) for i, a in enumerate(self.places) for b in self.places[i + 1:]]
        else:
            pairs = [(self.code, p) if self.home else (p, self.code) for p in self.places if p != self.code]
        return [written.part(sum(lines), sum(self.between(*pair) for pair in pairs))]

    def sizes(self, drawn, when):
        """Lines and circles of one map: what they say, and that they are as large."""
        found = defaultdict(list)
        for e in drawn.iter():
            number, ends = e.get("data-students"), [e.get("data-" + c) for c in ("from", "to", "code")]
            if number is None:
                continue
            is_line = ends[0] is not None
            right = self.between(*ends[:2], when) if is_line else self.at(ends[2], when)
            # A circle of a change may be small; of students it may not.
            self.reader.claim(f"{self.where} {ends}", number, [right], not is_line and self.kind != "beside")
            if is_line:
                found["flow"].append((float(e.get("stroke-width")), right))
            elif number != ".." and self.kind != "beside":
                found["circle"] += [(float(c.get("r")), right ** 0.5) for c in e.iter("circle")]
        for kind, sizes in found.items():
            widest, most = max(sizes)
            least = min(min(sizes)[0], THINNEST if kind == "flow" else SMALLEST)
            self.reader.found += [f"{self.where}: a {kind} of {size} is not of a number in the tables" for size, n in sizes
                                  if not abs(max(least, widest * written.part(n, most)) - size) <= HAIR]
            if self.kind != "beside" and widest > LARGEST[kind] + HAIR:
                self.reader.found.append(f"{self.where}: a {kind} of {widest} is larger than any may be")


def read(reader, name, svg):
    """All blemishes of a picture go to the reader. `name`: that of its file without ending."""
    Compared(reader, name).read(svg)
