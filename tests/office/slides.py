"""Reads a deck independently and prints its content as JSON.

    slides.py DECK LANGUAGE

Checks, with one line on standard error per fault and exit code 1: every slide has a title as its first shape, notes, a
number; every chart, table and picture has alt text; every run of text is in the language; nothing lies outside the slide or
over another thing; every chart shows the content of its workbook; pictures keep their shape and have an SVG beside the PNG;
no text is smaller than 14 points, footnotes and wide tables 12.
"""
import io
import json
import re
import sys
import zipfile

import openpyxl
from PIL import Image
from pptx import Presentation
from pptx.util import Emu

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"


def chart_of(shape, found):
    """A chart as drawn, checked against the workbook inside it."""
    chart = shape.chart
    plot = chart.plots[0]
    categories = [str(category) for category in plot.categories]
    series = {one.name: list(one.values) for one in plot.series}
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    names, values = [str(row[0]) for row in rows[1:]], list(zip(*[row[1:] for row in rows[1:]]))
    hidden = lambda value: None if value == ".." else value
    if names != categories or rows[0][1:] != list(series):
        found(f"{shape.name}: {categories} and {list(series)}, in the workbook {names} and {rows[0][1:]}")
    for (name, drawn), held in zip(series.items(), values):
        if [hidden(value) for value in held] != drawn:
            found(f"{shape.name}: {name} is {drawn}, {held} in the workbook")
    return {"title": chart.chart_title.text_frame.text, "of": rows[0][0], "categories": categories, "series": list(series.items())}


def table_of(shape):
    return [[cell.text for cell in row.cells] for row in shape.table.rows]


def picture_of(shape, slide, found):
    blip = next(shape._element.iter(f"{A}blip"))
    svg = next(blip.iter(SVG), None)
    image = Image.open(io.BytesIO(shape.image.blob))
    if svg is None or b"<svg" not in slide.part.related_part(svg.get(RELATION)).blob[:300]:
        found(f"{shape.name}: no SVG")
    elif b"<text" in slide.part.related_part(svg.get(RELATION)).blob:
        found(f"{shape.name}: text that needs a font")
    if abs(image.width / image.height / (shape.width / shape.height) - 1) > 0.01:
        found(f"{shape.name}: {image.size} drawn as {shape.width} x {shape.height}")
    return shape._element.nvPicPr.cNvPr.get("descr", "")


# Text sizes in points: the smallest, that of footnotes, and that of tables with many columns.
LEAST, FOOT, WIDE, MANY = 14, 12, 12, 9
# The smallest text of a picture drawn for slides, pixels.
PIXELS = 18


def sizes(slide, size, found):
    """Every explicit text size, that of charts, and that of pictures as they arrive on the slide."""
    edges = [box(shape) for shape in slide.shapes]
    if size[0] < 12_000_000 or max(edge[2] for edge in edges) - min(edge[0] for edge in edges) < 0.9 * size[0]:
        return  # A narrow slide, or an organisation's layout with less space.
    for shape in slide.shapes:
        least = FOOT if shape.top is not None and shape.top > 0.8 * size[1] else LEAST
        if shape.has_table and len(shape.table.columns) >= MANY:
            least = WIDE
        texts = [int(mark.get("sz")) / 100 for mark in shape._element.iter(f"{A}rPr") if mark.get("sz")]
        if shape.has_chart:
            chart = shape.chart._chartSpace
            texts += [int(mark.get("sz")) / 100 for tag in ("defRPr", "rPr") for mark in chart.iter(A + tag) if mark.get("sz")]
        if hasattr(shape, "image"):
            svg = next(shape._element.iter(SVG))
            view = re.search(rb'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', slide.part.related_part(svg.get(RELATION)).blob)
            high = float(view[2]) if view else shape.height / 12700
            # Half a point of tolerance: a lead on two lines takes height from the picture.
            texts.append(0.5 + PIXELS * shape.height / 12700 / high)
        if texts and min(texts) < least:
            found(f"{shape.name}: text of {min(texts):.1f} points")


def box(shape):
    return shape.left, shape.top, shape.left + shape.width, shape.top + shape.height


def places(slide, size, found):
    """Nothing lies outside the slide or over another thing; text with an explicit size roughly fits its box."""
    boxes = [(shape, box(shape)) for shape in slide.shapes]
    for i, (shape, (left, top, right, bottom)) in enumerate(boxes):
        if left < 0 or top < 0 or right > size[0] + 1 or bottom > size[1] + 1:
            found(f"{shape.name} lies outside the slide")
        for other, (x, y, w, h) in boxes[:i]:
            over = min(right, w) - max(left, x), min(bottom, h) - max(top, y)
            if min(over) > Emu(12700):
                found(f"{shape.name} lies over {other.name}")


def slide_of(slide, size, language, faults):
    title = slide.shapes.title
    name = title.text_frame.text if title is not None else ""
    found = lambda text: faults.append(f"{name}: {text}")
    shapes = list(slide.shapes)
    if title is None or not name or shapes[0].shape_id != title.shape_id:
        found("no title as the first shape")
    told = {"title": name, "layout": slide.slide_layout.name, "charts": [], "tables": [], "pictures": [], "texts": []}
    for shape in shapes:
        properties = next(shape._element.iter(f"{P}cNvPr"))
        if shape.has_chart or shape.has_table or shape.shape_type == 13 or hasattr(shape, "image"):
            if len(properties.get("descr", "")) < 10:
                found(f"{shape.name}: no alt text")
        if shape.has_chart:
            told["charts"].append(chart_of(shape, found))
        elif shape.has_table:
            told["tables"].append(table_of(shape))
        elif hasattr(shape, "image"):
            told["pictures"].append(picture_of(shape, slide, found))
        elif shape.has_text_frame:
            told["texts"].append(shape.text_frame.text)
            if not shape.text_frame.text.strip():
                found(f"{shape.name} is empty")
    for run in slide._element.iter(f"{A}rPr", f"{A}endParaRPr"):
        if run.get("lang") != language:
            found(f"text in {run.get('lang')}")
            break
    if not any(field.get("type") == "slidenum" for field in slide._element.iter(f"{A}fld")):
        found("no number")
    told["notes"] = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
    if not told["notes"].strip():
        found("no notes")
    places(slide, size, found)
    sizes(slide, size, found)
    return told


def main(deck, language):
    book, faults = Presentation(deck), []
    size = (book.slide_width, book.slide_height)
    slides = [slide_of(slide, size, language, faults) for slide in book.slides]
    theme = next(part for part in zipfile.ZipFile(deck).namelist() if part.startswith("ppt/theme/"))
    told = {"slides": slides, "title": book.core_properties.title, "author": book.core_properties.author,
            "created": f"{book.core_properties.created:%Y-%m-%d}", "theme": theme}
    print(json.dumps(told, ensure_ascii=False))
    print(*faults[:20], sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
