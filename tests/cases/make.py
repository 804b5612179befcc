#!/usr/bin/env python3
"""Writes the binary files of this folder for which Rust has no writer. Invented students; real codes of municipalities.

Needs: LibreOffice Calc (`soffice`) for xls and ods; `pip install pandas polars pyarrow msoffcrypto-tool` for Parquet and the
encrypted workbook. Run in any folder; the files are written next to this script. The tests do not run it: the files are committed.
"""

import datetime
import decimal
import pathlib
import struct
import subprocess
import tempfile
import zipfile

import msoffcrypto
import pandas
import polars
import pyarrow
import pyarrow.parquet

HERE = pathlib.Path(__file__).parent

# Two notes above the headers; codes as numbers; a date, a truth value, an error, a covered and a repeated cell; a note
# below. The table is on the second sheet, a hidden one that looks like it on the third.
FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
  xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
  office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
 <office:automatic-styles>
  <number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text>
   <number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>
  <number:boolean-style style:name="N2"><number:boolean/></number:boolean-style>
  <style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>
  <style:style style:name="truth" style:family="table-cell" style:data-style-name="N2"/>
  <style:style style:name="seen" style:family="table"><style:table-properties table:display="true"/></style:style>
  <style:style style:name="unseen" style:family="table"><style:table-properties table:display="false"/></style:style>
 </office:automatic-styles>
 <office:body><office:spreadsheet>
  <table:table table:name="Läs mig" table:style-name="seen"><table:table-row><table:table-cell office:value-type="string">
   <text:p>Elever 2023</text:p></table:table-cell></table:table-row></table:table>
  <table:table table:name="Elever" table:style-name="seen">
   <table:table-row><table:table-cell office:value-type="string"><text:p>Antagna, slutlig</text:p></table:table-cell>
   </table:table-row>
   <table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
   <table:table-row>{head}</table:table-row>
   {rows}
   <table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
   <table:table-row><table:table-cell office:value-type="string"><text:p>Källa: påhittad</text:p></table:table-cell>
   </table:table-row>
  </table:table>
  <table:table table:name="Gömd" table:style-name="unseen"><table:table-row>{head}</table:table-row></table:table>
 </office:spreadsheet></office:body>
</office:document>
"""

HEADERS = ["Löpnummer", "Hemkommun", "Skolenhetskod", "Studievägskod", "Datum", "Skyddad"]


def text_cell(text):
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def flat():
    number = '<table:table-cell office:value-type="float" office:value="{}"/>'
    day = '<table:table-cell table:style-name="day" office:value-type="date" office:date-value="2023-10-15"/>'
    truth = '<table:table-cell table:style-name="truth" office:value-type="boolean" office:boolean-value="{}"/>'
    error = '<table:table-cell table:formula="of:=NA()"/>'
    noted = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>a note</text:p></office:annotation>'
        '<text:p>NA<text:span>NAT</text:span>0000</text:p></table:table-cell>'
    )
    rows = [
        text_cell("e0001") + number.format(180) + number.format(100238) + noted + day + truth.format("false"),
        text_cell("e0002") + text_cell("0180") + text_cell("00100238") + text_cell("EK &amp; NA") + day + truth.format("true"),
        text_cell("e0003") + error + number.format("2.5") + "<table:table-cell/>" + text_cell("x  y"),
    ]
    head = "".join(text_cell(header) for header in HEADERS)
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    alike = text_cell("e0004") + number.format(1480) * 1 + number.format(100238) + text_cell("NA")
    lines += f'<table:table-row table:number-rows-repeated="2">{alike}</table:table-row>'
    return FLAT.format(head=head, rows=lines)


def office():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        source = folder / "table.fods"
        source.write_text(flat(), encoding="utf-8")
        for kind, form in [("ods", "ods"), ("xls", "xls:MS Excel 97"), ("xlsx", "xlsx:Calc MS Excel 2007 XML")]:
            command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form]
            subprocess.run([*command, "--outdir", str(folder), str(source)], check=True)
            if kind != "xlsx":
                (HERE / f"table.{kind}").write_bytes((folder / f"table.{kind}").read_bytes())
        with open(folder / "table.xlsx", "rb") as plain, open(HERE / "encrypted.xlsx", "wb") as out:
            msoffcrypto.OfficeFile(plain).encrypt("invented", out)


def record(number, data=b""):
    """A record of BIFF12 (MS-XLSB): number and length in seven bits a byte."""

    def varint(n):
        out = b""
        while n > 127:
            out += bytes([n & 127 | 128])
            n >>= 7
        return out + bytes([n])

    return varint(number) + varint(len(data)) + data


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb():
    strings = HEADERS[:4] + ["e0001", "e0002", "NANAT0000"]
    cell = lambda column: struct.pack("<II", column, 0)
    isst = lambda column, text: record(7, cell(column) + struct.pack("<I", strings.index(text)))
    real = lambda column, value: record(5, cell(column) + struct.pack("<d", value))
    rk = lambda column, value: record(2, cell(column) + struct.pack("<i", value << 2 | 2))
    rows = [
        (1, b"".join(isst(i, header) for i, header in enumerate(HEADERS[:4]))),
        (2, isst(0, "e0001") + rk(1, 180) + real(2, 100238.0) + isst(3, "NANAT0000")),
        (4, isst(0, "e0002") + record(6, cell(1) + wide("0180")) + record(3, cell(2) + b"\x2a") + record(4, cell(3) + b"\x01")),
    ]
    data = b"".join(record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0)) + cells for row, cells in rows)
    sheet = record(0x81) + record(0x94, struct.pack("<IIII", 1, 4, 0, 3)) + record(0x91) + data + record(0x92) + record(0x82)
    book = record(0x83) + record(0x8F)
    book += record(0x9C, struct.pack("<II", 0, 1) + wide("rId1") + wide("Elever")) + record(0x90) + record(0x84)
    shared = record(0x9F, struct.pack("<II", len(strings), len(strings)))
    shared += b"".join(record(0x13, b"\0" + wide(text)) for text in strings) + record(0xA0)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    relation = lambda i, kind, target: f'<Relationship Id="rId{i}" Type="{office}/{kind}" Target="{target}"/>'
    relations = lambda *all: f'<Relationships xmlns="{package}/relationships">{"".join(all)}</Relationships>'
    excel = "application/vnd.ms-excel"
    types = (
        f'<Types xmlns="{package}/content-types"><Default Extension="bin" ContentType="{excel}.sheet.binary.macroEnabled.main"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.bin" ContentType="{excel}.worksheet"/>'
        f'<Override PartName="/xl/sharedStrings.bin" ContentType="{excel}.sharedStrings"/></Types>'
    )
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": relations(relation(1, "officeDocument", "xl/workbook.bin")),
        "xl/_rels/workbook.bin.rels": relations(
            relation(1, "worksheet", "worksheets/sheet1.bin"), relation(2, "sharedStrings", "sharedStrings.bin")
        ),
        "xl/workbook.bin": book,
        "xl/worksheets/sheet1.bin": sheet,
        "xl/sharedStrings.bin": shared,
    }
    with zipfile.ZipFile(HERE / "table.xlsb", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2023, 10, 15, 0, 0, 0)), content)


def parquet():
    frame = pandas.DataFrame(
        {
            "Löpnummer": ["e0001", "e0002", "e0003"],
            "Hemkommun": pandas.array([180, 1480, None], dtype="Int16"),
            "Skolenhetskod": pandas.Categorical(["00100238", "00100238", None]),
            "Årskurs": pandas.Series([1, 2, 3], dtype="uint8"),
            "Vikt": [1.0, 2.5, None],
            "Skyddad": [True, False, None],
            "Dag": [datetime.date(2023, 10, 15), None, datetime.date(1999, 12, 31)],
            "Tid": pandas.to_datetime(["2023-10-15", "2023-10-15 08:30:00", None], format="ISO8601"),
            "Belopp": [decimal.Decimal("180.00"), decimal.Decimal("2.50"), None],
            "Stort": pandas.Series([2**64 - 1, 0, 1], dtype="uint64"),
        }
    )
    frame.to_parquet(HERE / "pandas.parquet", index=False)
    pandas.DataFrame({"Hemkommun": ["0180"], "Program": [["NA", "TE"]]}).to_parquet(HERE / "nested.parquet", index=False)


def of_polars():
    columns = {
        "Hemkommun": polars.Series([180, 1480, 1480], dtype=polars.Int32),
        "Skolenhetskod": ["00100238", None, "00100238"],
        "Antal": [1.0, 2.5, float("nan")],
        "Skyddad": [True, None, False],
        "Nummer": [200_701_011_234, -1, 0],
        "Vikt": polars.Series([0.1, 3.0, 2.5], dtype=polars.Float32),
    }
    polars.DataFrame(columns).write_parquet(HERE / "polars.parquet")


def pages():
    """Pages of the second version, small ones: numbers of a dictionary, a column where nothing may be missing, plain texts."""
    rows = range(700)
    schema = pyarrow.schema(
        [
            pyarrow.field("Skolenhetskod", pyarrow.string()),
            pyarrow.field("Hemkommun", pyarrow.string(), nullable=False),
            pyarrow.field("Löpnummer", pyarrow.string()),
        ]
    )
    units = [None if i % 11 == 5 else f"{i * 37 % 91:08}" for i in rows]
    homes = ["0180"] * 300 + [f"{i * 13 % 290:04}" for i in range(400)]
    ids = [None if 200 <= i < 290 else f"elev {i:05} å" for i in rows]
    table = pyarrow.table([units, homes, ids], schema=schema)
    pyarrow.parquet.write_table(
        table, HERE / "pages.parquet", data_page_version="2.0", data_page_size=256, write_batch_size=32, row_group_size=450,
        use_dictionary=["Skolenhetskod", "Hemkommun"], compression="zstd", column_encoding={"Löpnummer": "PLAIN"},
    )


if __name__ == "__main__":
    office()
    xlsb()
    parquet()
    of_polars()
    pages()
