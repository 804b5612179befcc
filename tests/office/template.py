"""Writes templates such as an organisation might have, based on that of python-pptx.

    template.py FOLDER

`mall.potx`: dark, layouts without types and with Swedish names in another order, a band at the left, its own colours and fonts,
a slide, an author. `bara-rubrik.pptx`: one layout, with a title. `utan.pptx`: no layout with a title. `titel-och-tom.pptx`: only a
title slide and an empty layout. `liten.pptx`: content has a small corner.
"""
import pathlib
import re
import sys

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.util import Emu

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
NAMES = {"Title Slide": "Rubrikbild", "Title and Content": "Rubrik och innehåll", "Two Content": "Två innehållsdelar"}
COLOURS = {"dk1": "101418", "lt1": "F4F1EA", "dk2": "1D2B33", "lt2": "D9E4DD", "accent1": "7FB3D5", "accent2": "F0A35E",
           "accent3": "E8E2D0", "accent4": "C98B6B", "accent5": "8BC48A", "accent6": "E58FB1"}


def theme_part(book):
    return next(relation.target_part for relation in book.slide_masters[0].part.rels.values()
                if relation.reltype.endswith("/theme"))


def coloured(book):
    """Another theme: colours, fonts, and dark ground with light text."""
    part = theme_part(book)
    xml = part.blob.decode("utf-8")
    for name, colour in COLOURS.items():
        xml = re.sub(rf"<a:{name}>.*?</a:{name}>", f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>', xml, flags=re.S)
    xml = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', r"\1Liberation Serif", xml)
    part._blob = xml.encode("utf-8")
    mapping = book.slide_masters[0]._element.find("{http://schemas.openxmlformats.org/presentationml/2006/main}clrMap")
    mapping.attrib.update({"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"})


def drop(book, keep):
    """Removes all other layouts."""
    master = book.slide_masters[0]
    for layout in list(master.slide_layouts):
        if not keep(layout):
            master.slide_layouts.remove(layout)


def organisation(path):
    book = Presentation()
    coloured(book)
    book.slide_width, book.slide_height = Emu(12192000), Emu(6858000)
    band, width = 1800000, 12192000 - 1800000 - 400000
    master = book.slide_masters[0]
    for holder in [master, *master.slide_layouts]:
        for shape in holder.placeholders:
            kind = shape.element.ph.get("type", "obj")
            if kind in ("title", "ctrTitle") and holder.name != "Title Slide":
                shape.left, shape.top, shape.width, shape.height = band, 300000, width, 900000
            elif kind in ("title", "ctrTitle"):
                shape.left, shape.top, shape.width, shape.height = band, 1500000, width, 1600000
            elif kind == "subTitle":
                shape.left, shape.top, shape.width, shape.height = band, 3300000, width, 1600000
            elif kind in ("ftr", "dt", "sldNum"):
                shape.left = {"ftr": band, "dt": 100000, "sldNum": 11000000}[kind]
                shape.top, shape.height, shape.width = 6400000, 300000, {"ftr": 6000000}.get(kind, 800000)
            elif holder.name == "Two Content":
                half = (width - 300000) // 2
                shape.left = band if shape.element.ph.get("idx") == "1" else band + half + 300000
                shape.top, shape.width, shape.height = 1350000, half, 4900000
            elif holder is master or holder.name == "Title and Content":
                shape.left, shape.top, shape.width, shape.height = band, 1350000, width, 4900000
    drop(book, lambda layout: layout.name in NAMES or layout.name == "Title Only")
    for layout in master.slide_layouts:
        layout.element.attrib.pop("type", None)
        layout.name = NAMES.get(layout.name, "Endast rubrik")
    ids = master.element.sldLayoutIdLst
    for node in reversed(list(ids)):
        ids.append(node)
    slide = book.slides.add_slide(master.slide_layouts[0])
    slide.shapes.title.text = "Hemlig bild"
    book.core_properties.author = "Hemlig Person"
    # A button that links to the slide, a picture on someone's disk.
    master.slide_layouts[0].part.relate_to(slide.part, RELATION.SLIDE)
    master.part.relate_to("file:///C:/Hemlig/bild.png", RELATION.IMAGE, is_external=True)
    book.part._content_type = "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
    book.save(path)


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    organisation(folder / "mall.potx")
    book = Presentation()
    drop(book, lambda layout: layout.name == "Title Only")
    book.save(folder / "bara-rubrik.pptx")
    book = Presentation()
    drop(book, lambda layout: layout.name == "Blank")
    book.save(folder / "utan.pptx")
    for name, layouts in [("titel-och-tom", ["Title Slide", "Blank"]), ("liten", ["Title Slide", "Title and Content"])]:
        book = Presentation()
        book.slide_width, book.slide_height = Emu(12192000), Emu(6858000)
        drop(book, lambda layout: layout.name in layouts)
        for layout in book.slide_masters[0].slide_layouts:
            for shape in layout.placeholders:
                if shape.element.ph.get("idx") == "1" and name == "liten":
                    shape.left, shape.top, shape.width, shape.height = 7000000, 5200000, 3000000, 900000
        book.save(folder / f"{name}.pptx")
    (folder / "trasig.potx").write_bytes((folder / "mall.potx").read_bytes()[:3000])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
