"""Reads what a page holds for its script: packed tables, names, places and geometry, and holds it to the tables.

`read(reader, folder)` adds every blemish to the reader: a row or a cell that the table of the same name does not have, a name or a
place that tells a number, and a circle or a line of a map that is not one that the report's picture draws. The columns are decoded
here anew, from what the page says of them.
"""
import base64, csv, gzip, json, re

FORMS = {"code", "year", "count", "signed", "share", "flag"}


def varints(data):
    """The numbers of a stream: seven bits a byte, the lowest first, the last byte with its highest bit clear."""
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number = shift = 0


def unsigned(number):
    return (number >> 1) ^ -(number & 1)


def cell(kind, number):
    """A number of a column as the table writes it."""
    if number < 2:
        return (".." , ".")[number]
    number -= 2
    if kind == "signed":
        return str(unsigned(number))
    if kind == "share":
        return f"{number // 10**6}.{number % 10**6:06}"
    return ("false", "true")[number] if kind == "flag" else str(number)


def column(kind, numbers, codes):
    """A column as the table writes it; codes and years are steps from the row above."""
    at = 0
    for number in numbers:
        if kind in ("code", "year"):
            at += unsigned(number)
            yield codes[at] if kind == "code" else str(at)
        else:
            yield cell(kind, number)


def tables(data):
    """The packed tables: name, columns, rows."""
    numbers, at = gzip.decompress(base64.b64decode(data["columns"])), 0
    for head in data["tables"]:
        stream = varints(numbers[at:at + head["bytes"]])
        at += head["bytes"]
        columns = []
        for name, kind in head["columns"]:
            assert kind in FORMS, kind
            columns.append(list(column(kind, (next(stream) for _ in range(head["rows"])), data["codes"])))
        assert next(stream, None) is None, f"{head['name']} has more numbers than rows and columns"
        yield head["name"], [name for name, _ in head["columns"]], list(zip(*columns)) if columns else []
    assert at == len(numbers), "bytes of no table"


def script_of(path):
    """What a page would hold of a table of flows: for the test of this reader."""
    def packed(numbers):
        out = bytearray()
        for number in numbers:
            while number >= 0x80:
                out.append(number & 0x7F | 0x80)
                number >>= 7
            out.append(number)
        return bytes(out)

    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = sorted({text for row in rows for key, text in row.items() if key not in ("year", "students")})
    heads, data = [], b""
    for name in rows[0]:
        kind = {"year": "year", "students": "count"}.get(name, "code")
        told = [row[name] for row in rows]
        if kind == "count":
            numbers = [{"..": 0, ".": 1}.get(text) if text in ("..", ".") else int(text) + 2 for text in told]
        else:
            places = [codes.index(text) if kind == "code" else int(text) for text in told]
            steps = [b - a for a, b in zip([0, *places], places)]
            numbers = [step << 1 if step >= 0 else (-step << 1) - 1 for step in steps]
        heads.append((name, kind))
        data += packed(numbers)
    table = {"name": "flows", "rows": len(rows), "columns": heads, "bytes": len(data)}
    text = {"codes": codes, "tables": [table], "columns": base64.b64encode(gzip.compress(data)).decode(), "names": {},
            "layouts": {}}
    return f'<script type="application/json" id="explorer-data">{json.dumps(text)}</script>'


def source(folder):
    """What the page holds for its script; None where it holds nothing."""
    page = folder / "index.html"
    found = page.exists() and re.search(r'<script type="application/json" id="explorer-data">(.*?)</script>',
                                        page.read_text("utf-8"), re.S)
    return json.loads(found[1]) if found else None


def read(reader, folder):
    """Adds to the reader what a page tells through its script beyond the tables."""
    data = source(folder)
    if data is None:
        return
    for name, columns, rows in tables(data):
        with open(folder / "tables" / f"{name}.csv", encoding="utf-8", newline="") as file:
            written = {tuple(row[column] for column in columns) for row in csv.DictReader(file)}
        reader.compared += len(rows) * len(columns)
        more = [row for row in rows if row not in written]
        reader.found += [f"index.html, packed {name}: {','.join(row)} is not in the table" for row in more[:20]]
        if len(rows) != len(written):
            reader.found.append(f"index.html, packed {name}: {len(rows)} rows, in the table {len(written)}")
    known = {"release", "ends", "levels", "threshold", "lang", "region", "municipalities", "years", "year", "snapshot",
             "population", "round", "names", "base", "layouts", "words", "codes", "tables", "columns"}
    reader.found += [f"index.html: the script is told {key}" for key in sorted(data.keys() - known)]
    for kind, names in data["names"].items():
        wanted = {"places": (str, bool, list, type(None)), "units": (str, list, type(None)), "providers": (str,),
                  "programmes": (str,)}[kind]
        reader.found += [f"index.html, {kind} {code}: {part} is no name and no place" for code, parts in names.items()
                         for part in parts if not isinstance(part, wanted) or isinstance(part, list) and len(part) != 2]
    for name, marks in data["layouts"].items():
        picture = folder / "maps" / f"{name}.svg"
        if picture.exists():
            drawn = set(re.findall(r'class="node" data-code="([^"]*)"', picture.read_text("utf-8")))
            reader.found += [f"index.html, map {name}: {mark[0]} is not drawn by the report" for mark in marks
                             if mark[0] not in drawn]
