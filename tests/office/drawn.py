"""Looks at the texts of pictures as librsvg or LibreOffice draws them, without the typeface of the file.

    drawn.py rsvg|soffice PICTURE.svg…

Each text has a box: its measured width, which the file gives, and the height of its letters. Faults, one line each on standard
error and exit code 1: two boxes overlap, ink lies outside all boxes, or ink of one text lies in the box of another.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

from PIL import Image, ImageDraw

TEXT = re.compile(r"<text([^>]*)>([^<]*)</text>")
# Colours of texts in turn, so that each differs from its neighbours.
COLOURS = [(230, 0, 0), (0, 140, 0), (0, 0, 230), (200, 0, 200), (0, 150, 150), (150, 130, 0)]
# How far ink may reach beyond a box where nothing else is, and how far two boxes may overlap, pixels. Digits are of one width in
# most typefaces, so that ones are wider than measured.
INK, OVER = 9, 1


def attribute(head, name, default=None):
    found = re.search(rf' {name}="([^"]*)"', head)
    return found[1] if found else default


def box(head):
    """The box of a text, from its anchor on the baseline; None for rotated ones."""
    if "transform=" in head:
        return None
    x, y, size, width = (float(attribute(head, name)) for name in ("x", "y", "font-size", "textLength"))
    left = x - {"middle": width / 2, "end": width}.get(attribute(head, "text-anchor"), 0)
    return left, y - 0.76 * size, left + width, y + 0.22 * size


def texts(svg):
    for head, text in TEXT.findall(svg):
        place = box(head)
        if place and 'class="halo"' not in head:
            yield text, place


def only_texts(svg):
    """The picture with nothing but its texts, on white, each in one of the colours."""
    root = re.match(r"<svg[^>]*>", svg)[0]
    shown = []
    for head, text in TEXT.findall(svg):
        if box(head) and 'class="halo"' not in head:
            colour = "#%02x%02x%02x" % COLOURS[len(shown) % len(COLOURS)]
            shown.append(re.sub(r' fill="[^"]*"', f' fill="{colour}"', f"<text{head}>{text}</text>"))
    width, height = attribute(root, "width"), attribute(root, "height")
    return f'{root}<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(shown)}</svg>', float(width)


def inked(image):
    """Where an image has much ink."""
    return image.convert("L").point(lambda shade: 255 if shade < 150 else 0)


def strangers(image, place, colour, scale):
    """Whether a box has ink of another colour than its own, more than edges of letters have."""
    left, top, right, bottom = place
    part = image.crop([round(edge * scale) for edge in (left + 1, top + 2, right - 1, bottom)])
    pixels = [pixel for pixel in zip(*[iter(part.tobytes())] * 3) if min(pixel) < 30]
    apart = lambda pixel: min(range(len(COLOURS)), key=lambda i: sum(abs(a - b) for a, b in zip(pixel, COLOURS[i])))
    return sum(COLOURS[apart(pixel)] != colour for pixel in pixels) > 6


def drawn(program, files, folder):
    if program == "rsvg":
        for file in files:
            subprocess.run(["rsvg-convert", file, "-o", file.with_suffix(".png")], check=True)
    else:
        home = f"-env:UserInstallation=file://{folder}/home"
        subprocess.run(["soffice", home, "--headless", "--convert-to", "png", "--outdir", str(folder), *map(str, files)],
                       check=True, capture_output=True)


def main(program, *pictures):
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        work = []
        for i, picture in enumerate(pictures):
            svg = pathlib.Path(picture).read_text(encoding="utf-8")
            boxes = list(texts(svg))
            for k, (one, a) in enumerate(boxes):
                for other, b in boxes[k + 1:]:
                    if min(a[2], b[2]) - max(a[0], b[0]) > OVER and min(a[3], b[3]) - max(a[1], b[1]) > OVER:
                        faults.append(f"{picture}: {one!r} over {other!r}")
            alone, width = only_texts(svg)
            file = folder / f"{i}.svg"
            file.write_text(alone, encoding="utf-8")
            work.append((picture, file, width, boxes))
        drawn(program, [file for _, file, *_ in work], folder)
        for picture, file, width, boxes in work:
            image = Image.open(file.with_suffix(".png")).convert("RGB")
            scale = image.width / width
            left = inked(image)
            cover = ImageDraw.Draw(left)
            for i, (text, place) in enumerate(boxes):
                high = place[3] - place[1]
                beside = INK + 0.012 * (place[2] - place[0])
                area = place[0] - beside, place[1] - 0.25 * high, place[2] + beside, place[3] + 0.1 * high
                cover.rectangle([edge * scale for edge in area], 0)
                if strangers(image, place, COLOURS[i % len(COLOURS)], scale):
                    faults.append(f"{picture}: another text in the place of {text!r}")
            if left.getbbox():
                faults.append(f"{picture}: ink outside all boxes at {left.getbbox()}")
            if not boxes:
                faults.append(f"{picture}: no texts")
    print(*faults[:20], sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
