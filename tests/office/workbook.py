"""Reads a workbook independently, and compares it with the tables of the same report.

    workbook.py WORKBOOK TABLES_DIR

Every table is a native table with the same rows and numbers, hidden and missing as `..` and `.`; headers are frozen and can
be filtered; numbers have a format; charts show the values of their cells; links lead to sheets. Prints what it compared, and
every difference; the exit code is 1 if there is one.
"""
import csv
import json
import pathlib
import sys
import warnings

import openpyxl
from openpyxl.utils import range_boundaries

warnings.simplefilter("ignore")  # openpyxl does not know the data bars of Excel 2010

CODED = {"home", "municipality", "unit", "from_unit", "to_unit", "provider", "largest_provider", "programme",
         "from_programme", "to_programme", "kind", "scope", "factor", "layer", "group"}  # each has names next to it


def is_coded(table, name):
    """Whether a column has names next to it."""
    return name in CODED or (table, name) == ("regions", "indicator")


def same(cell, text):
    """Whether a cell has the value of a field of the CSV."""
    value = cell.value
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, (int, float)):
        try:
            return abs(value - float(text)) < 1e-9
        except ValueError:
            return False
    return value == text


def read_table(sheet, table, path, found):
    """Compares a native table with its CSV; returns the number of cells."""
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    left, top, right, bottom = range_boundaries(table.ref)
    heads = [sheet.cell(top, column).value for column in range(left, right + 1)]
    if heads != [column.name for column in table.tableColumns] or len(set(heads)) != len(heads):
        found.append(f"{path.stem}: the heads {heads} are not those of the table")
    columns, at = [], left
    for name in rows[0]:
        columns.append(at)
        at += 2 if is_coded(path.stem, name) else 1
    if at != right + 1 or bottom - top != len(rows) - 1:
        return found.append(f"{path.stem}: {table.ref} holds {len(rows) - 1} rows of {rows[0]}") or 0
    if not table.autoFilter or not sheet.freeze_panes or sheet.freeze_panes.rstrip("0123456789") == "":
        found.append(f"{path.stem}: no filter, or heads that do not stay")
    compared = 0
    for i, row in enumerate(rows[1:], top + 1):
        for name, column, text in zip(rows[0], columns, row):
            cell, compared = sheet.cell(i, column), compared + 1
            if not same(cell, text):
                found.append(f"{path.stem} {cell.coordinate} {name}: {cell.value!r}, {text!r} in the CSV")
            elif isinstance(cell.value, float | int) and cell.number_format == "General" and not name.startswith("year"):
                found.append(f"{path.stem} {cell.coordinate} {name}: a number without a format")
            if is_coded(path.stem, name) and text not in ("..", ".") and not sheet.cell(i, column + 1).value:
                found.append(f"{path.stem} {cell.coordinate}: no name for {text}")
    return compared


SIDE_BY_SIDE = [("shares", "students own_provider other_municipality independent_home independent_elsewhere region_state "
                           "cross_provider cross_provider_share"),
                ("concentration", "effective_providers"), ("balance", "stay out into pupils_here net")]


def read_municipalities(sheet, table, tables, found):
    """Compares the municipalities side by side with the rows of the report's year; returns the number of cells."""
    manifest = json.loads((tables.parent / "manifest.json").read_text("utf-8"))
    rows = {name: list(csv.DictReader((tables / f"{name}.csv").read_text("utf-8").splitlines())) for name, _ in SIDE_BY_SIDE}
    of_year = [row for row in rows["shares"] if row["year"] == str(manifest["year"])]
    snapshot = max({row["snapshot"] for row in of_year} - {"enrolled"})
    of_page = {"year": str(manifest["year"]), "population": manifest["population"], "snapshot": snapshot}
    left, top, right, bottom = range_boundaries(table.ref)
    compared = 0
    for i in range(top + 1, bottom + 1):
        column, code = left + 2, sheet.cell(i, left).value
        for name, columns in SIDE_BY_SIDE:
            key = "municipality" if name == "balance" else "home"
            wanted = {**of_page, key: code} | ({"programme": "ALL"} if name == "shares" else {})
            row = next((r for r in rows[name] if wanted.items() <= r.items()), {})
            for head in columns.split():
                cell, column, compared = sheet.cell(i, column), column + 1, compared + 1
                if not same(cell, row.get(head, ".")):
                    found.append(f"{sheet.title} {cell.coordinate} {head}: {cell.value!r}, {row.get(head)!r} in {name}.csv")
    if column != right + 1 or {sheet.cell(i, left).value for i in range(top + 1, bottom)} != set(manifest["municipalities"]):
        found.append(f"{sheet.title}: other columns or municipalities")
    return compared


def read_charts(book, found):
    """The number of charts; checks that their ranges contain only names and numbers."""
    charts = 0
    for sheet in book.worksheets:
        for chart in sheet._charts:
            charts += 1
            for series in chart.series:
                for reference, kind in ((series.cat.strRef or series.cat.numRef, str), (series.val.numRef, (int, float))):
                    name, _, cells = reference.f.rpartition("!")
                    target = book[name.strip("'")]
                    values = [cell.value for row in target[cells.replace("$", "")] for cell in row]
                    if not values or not all(isinstance(value, kind) for value in values):
                        found.append(f"chart of {sheet.title}: {reference.f} holds {values}")
    return charts


def main(workbook, tables):
    book, found, compared = openpyxl.load_workbook(workbook), [], 0
    native = {table.name: (sheet, table) for sheet in book.worksheets for table in sheet.tables.values()}
    for path in sorted(pathlib.Path(tables).glob("*.csv")):
        rows = path.read_text("utf-8").count("\n") - 1
        if path.stem in native:
            compared += read_table(*native[path.stem], path, found)
        elif rows:
            found.append(f"{path.stem} is not in the workbook")
    compared += read_municipalities(*native["municipalities"], pathlib.Path(tables), found)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                link = cell.hyperlink and (cell.hyperlink.location or "")
                if link and link.rpartition("!")[0].strip("'") not in book.sheetnames:
                    found.append(f"{sheet.title} {cell.coordinate} leads nowhere: {link}")
                if cell.data_type == "f":
                    found.append(f"{sheet.title} {cell.coordinate}: a formula")
    charts = read_charts(book, found)
    print(f"{len(book.worksheets)} sheets, {compared} cells compared, {charts} charts: {len(found)} differences")
    print(*found[:20], sep="\n")
    print(f"created {book.properties.created:%Y-%m-%d}, {book.properties.title}")
    return 1 if found or not compared or not charts else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
