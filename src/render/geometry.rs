//! A map read back from its file as a reader sees it: lines, circles, labels, and a score of its layout.
//!
//! The rules follow the literature on flow maps (Jenny et al. 2017, *Force-directed layout of origin-destination flow
//! maps*; Jenny et al. 2018, *Design principles for origin-destination flow maps*): lines do not pass under circles
//! other than their own, rarely cross, do not run into each other, leave a circle in different directions, and bend
//! gently; labels overlap nothing. A [`Score`] says how well a picture follows them. All lengths are pixels of the
//! picture.
//!
//! For tests only: it knows nothing of a layout except what the file shows. The program itself uses `map::rules` to
//! lay maps out and [`super::MapMark`] for positions.

use resvg::usvg::roxmltree::{Document, Node};

use super::fonts::Weight;
use super::map::rules::{
    MOST_LINES, MOST_TOUCHING, PixelPoint, ROOM, crossings, distance, least_angle, on_curve, to_path,
};
use super::map::text_area;
use super::parts::DIAMOND;
use super::projection::Area;
use super::scene::Anchor;

/// Straight segments that approximate a curve.
const PIECES: usize = 40;
/// Minimum distance between a label and the corners of an arrowhead.
const TIP: f64 = 1.0;
/// How far a label may extend over the rim of a circle, whose edge is drawn in white.
const RIM: f64 = 2.0;
/// Upper bound of the rounding error of a coordinate with two decimals.
const HAIR: f64 = 0.1;
/// Maximum bend of a line: its control point's distance from the middle of its chord, as a share of the chord.
const MOST_BEND: f64 = 0.5;
/// A line of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnLine {
    /// Whether it leads to the rest of several units, which is no single flow of the data.
    pub is_rest: bool,
    /// Code of the circle where it starts.
    pub from: String,
    /// Code of the circle where it ends.
    pub to: String,
    /// Students.
    pub students: u64,
    /// Its width.
    pub width: f64,
    /// Start, control point and end of its curve.
    pub points: [PixelPoint; 3],
    /// The arrowhead: tip, left, right.
    pub head: [PixelPoint; 3],
}

impl DrawnLine {
    /// The point of its curve at `t` from 0 to 1.
    fn at(&self, t: f64) -> PixelPoint {
        on_curve(self.points, t)
    }

    /// Its ends.
    fn name(&self) -> String {
        format!("{} → {}", self.from, self.to)
    }

    /// The curve as points, and the tip of its arrowhead.
    fn path(&self) -> Vec<PixelPoint> {
        let curve = (0..=PIECES).map(|i| self.at(i as f64 / PIECES as f64));
        curve.chain([self.head[0]]).collect()
    }

    /// Distance of the control point from the middle of the chord, as a share of the chord.
    pub fn bend(&self) -> f64 {
        let [a, control, c] = self.points;
        let middle = (f64::midpoint(a.0, c.0), f64::midpoint(a.1, c.1));
        distance(control, middle) / distance(a, c).max(1.0)
    }

    /// Half the width of its arrowhead, as a share of the line's width.
    pub fn head_ratio(&self) -> f64 {
        distance(self.head[1], self.head[2]) / 2.0 / self.width
    }
}

/// A circle or a sign.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnMark {
    /// Code of what it shows.
    pub code: String,
    /// Students; `None` if they are hidden.
    pub students: Option<u64>,
    /// Its box.
    pub area: Area,
    /// Radius of the corners of a sign.
    pub corner: f64,
    /// Radii of its circles, the outer one first; empty for a sign.
    pub circles: Vec<f64>,
}

impl DrawnMark {
    /// Its centre.
    pub const fn at(&self) -> PixelPoint {
        self.area.middle()
    }

    /// Distance from its rim to a point; negative inside.
    pub fn distance(&self, at: PixelPoint) -> f64 {
        match self.circles.first() {
            Some(radius) => distance(self.at(), at) - radius,
            None => self.area.grown(-self.corner).distance(at) - self.corner,
        }
    }

    /// Whether a box overlaps it by more than its rim.
    fn is_under(&self, area: &Area) -> bool {
        match self.circles.first() {
            Some(radius) => area.distance(self.at()) < radius - RIM,
            None => area.meets(&self.area.grown(-RIM)),
        }
    }
}

/// A map as drawn in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Its lines in drawing order.
    pub lines: Vec<DrawnLine>,
    /// Its circles and signs.
    pub marks: Vec<DrawnMark>,
    /// Its labels and their boxes.
    pub labels: Vec<(String, Area)>,
    /// The box of the legend.
    pub legend: Option<Area>,
    /// The card that the map fills.
    pub card: Area,
    /// Students who cross a border, drawn or not; `None` if the number is hidden.
    pub crossing: Option<u64>,
    /// Circles without a label.
    pub unlabelled: usize,
    /// Lines omitted for lack of space.
    pub crowded_out: usize,
    /// Whether it shows the text that there is nothing to draw.
    pub is_empty: bool,
}

impl Drawing {
    /// Reads a picture of one map.
    ///
    /// # Errors
    /// What is missing in a file that is not a map of this program.
    pub fn read(svg: &str) -> Result<Self, String> {
        let document = Document::parse(svg).map_err(|error| error.to_string())?;
        Self::read_within(document.root())
    }

    /// Reads all maps of a picture.
    ///
    /// # Errors
    /// What is missing in a file without maps of this program.
    pub fn read_all(svg: &str) -> Result<Vec<Self>, String> {
        let document = Document::parse(svg).map_err(|error| error.to_string())?;
        let maps = document.descendants().filter(|node| node.is_element() && has_class(node, "map"));
        maps.map(Self::read_within).collect()
    }

    fn read_within(scope: Node<'_, '_>) -> Result<Self, String> {
        let all = || scope.descendants().filter(Node::is_element);
        let of_class = |class: &'static str| all().filter(move |node| has_class(node, class));
        let count = |name: &str| all().find_map(|node| node.attribute(name)?.parse::<u64>().ok());
        Ok(Self {
            lines: all()
                .filter(|node| has_class(node, "flow") || has_class(node, "rest"))
                .map(|node| line(&node))
                .collect::<Result<_, _>>()?,
            marks: of_class("node").map(|node| mark(&node)).collect::<Result<_, _>>()?,
            labels: of_class("label").map(|node| label(&node)).collect::<Result<_, _>>()?,
            legend: of_class("legend").next().map(|node| rect(&node)).transpose()?,
            card: of_class("map").next().ok_or_else(|| "no map".to_owned()).and_then(|node| card(&node))?,
            crossing: count("data-crossing"),
            unlabelled: count("data-unlabelled").unwrap_or(0) as usize,
            crowded_out: count("data-crowded-out").unwrap_or(0) as usize,
            is_empty: of_class("empty").next().is_some(),
        })
    }

    /// The score of its layout.
    pub fn score(&self) -> Score {
        let paths: Vec<Vec<PixelPoint>> = self.lines.iter().map(DrawnLine::path).collect();
        let straight: Vec<Vec<PixelPoint>> =
            self.lines.iter().map(|line| self.ends(line).map_or_else(Vec::new, |(a, b)| vec![a, b])).collect();
        let drawn: u64 = self.lines.iter().map(|line| line.students).sum();
        Score {
            lines: self.lines.len(),
            crossings: crossings(&paths),
            straight_crossings: crossings(&straight),
            overlaps: self.overlaps().len(),
            under_legend: self.legend.map_or(0, |legend| self.reaching(&legend, &paths).len()),
            off_card: self.leaving(&paths).len(),
            unlabelled: self.unlabelled,
            crowded_out: self.crowded_out,
            room: self.room(&paths),
            bend: self.lines.iter().map(DrawnLine::bend).fold(0.0, f64::max),
            touching: self.touching(&paths),
            spread: self.spread(),
            shown: self.crossing.filter(|all| *all > 0).map(|all| drawn as f64 / all as f64),
        }
    }

    fn mark(&self, code: &str) -> Option<&DrawnMark> {
        self.marks.iter().find(|mark| mark.code == code)
    }

    fn ends(&self, line: &DrawnLine) -> Option<(PixelPoint, PixelPoint)> {
        Some((self.mark(&line.from)?.at(), self.mark(&line.to)?.at()))
    }

    /// The smallest distance between the rim of a line and a circle other than its own.
    fn room(&self, paths: &[Vec<PixelPoint>]) -> f64 {
        let of_line = |(line, path): (&DrawnLine, &Vec<PixelPoint>)| {
            let others = self.marks.iter().filter(|mark| mark.code != line.from && mark.code != line.to);
            let near = others.map(|mark| match mark.circles.first() {
                Some(radius) => to_path(mark.at(), path) - radius,
                None => path.iter().map(|at| mark.distance(*at)).fold(f64::INFINITY, f64::min),
            });
            near.fold(f64::INFINITY, f64::min) - line.width / 2.0
        };
        self.lines.iter().zip(paths).map(of_line).fold(f64::INFINITY, f64::min)
    }

    /// The largest share of a line along which it touches another.
    fn touching(&self, paths: &[Vec<PixelPoint>]) -> f64 {
        let mut most = 0.0_f64;
        for (i, a) in self.lines.iter().enumerate() {
            for (j, b) in self.lines.iter().enumerate().filter(|(j, _)| *j != i) {
                let reach = f64::midpoint(a.width, b.width);
                let curve = &paths[i][..=PIECES];
                let on = curve.iter().filter(|at| to_path(**at, &paths[j][..=PIECES]) < reach).count();
                most = most.max(on as f64 / curve.len() as f64);
            }
        }
        most
    }

    /// The smallest angle between neighbouring lines at a circle, as a share of [`least_angle`].
    fn spread(&self) -> f64 {
        let mut least = f64::INFINITY;
        for mark in &self.marks {
            let at = mark.at();
            let mut angles: Vec<f64> = self
                .lines
                .iter()
                .filter_map(|line| match (&line.from, &line.to) {
                    (from, _) if *from == mark.code => Some(line.points[0]),
                    (_, to) if *to == mark.code => Some(line.head[0]),
                    _ => None,
                })
                .map(|end| (end.1 - at.1).atan2(end.0 - at.0).to_degrees())
                .collect();
            angles.sort_by(f64::total_cmp);
            let count = angles.len();
            if count > 1 {
                let gaps = (0..count).map(|i| (angles[(i + 1) % count] - angles[i]).rem_euclid(360.0));
                least = least.min(gaps.fold(f64::INFINITY, f64::min) / least_angle(count));
            }
        }
        least
    }

    /// The lines, arrowheads, circles and signs that reach into a box.
    pub fn reaching(&self, area: &Area, paths: &[Vec<PixelPoint>]) -> Vec<String> {
        let is_line = |(line, path): &(&DrawnLine, &Vec<PixelPoint>)| {
            path.iter().any(|at| area.distance(*at) < line.width / 2.0)
                || line.head.iter().any(|at| area.distance(*at) <= 0.0)
        };
        let lines = self.lines.iter().zip(paths).filter(is_line).map(|(line, _)| line.name());
        lines.chain(self.marks.iter().filter(|mark| mark.is_under(area)).map(|mark| mark.code.clone())).collect()
    }

    /// The lines, arrowheads, circles, signs and labels that leave the card.
    pub fn leaving(&self, paths: &[Vec<PixelPoint>]) -> Vec<String> {
        let holds = |at: PixelPoint, half: f64| {
            self.card.grown(HAIR).holds(&Area { left: at.0, top: at.1, right: at.0, bottom: at.1 }.grown(half))
        };
        let is_off = |(line, path): &(&DrawnLine, &Vec<PixelPoint>)| {
            !path.iter().all(|at| holds(*at, line.width / 2.0)) || !line.head.iter().all(|at| holds(*at, 0.0))
        };
        let lines = self.lines.iter().zip(paths).filter(is_off).map(|(line, _)| line.name());
        let marks = self.marks.iter().filter(|mark| !self.card.grown(HAIR).holds(&mark.area));
        let labels = self.labels.iter().filter(|(_, area)| !self.card.holds(area));
        lines.chain(marks.map(|mark| mark.code.clone())).chain(labels.map(|(text, _)| text.clone())).collect()
    }

    /// Labels that overlap another label, a circle, an arrowhead or the legend, each with what it overlaps.
    pub fn overlaps(&self) -> Vec<(&str, String)> {
        let mut out: Vec<(&str, String)> = Vec::new();
        for (i, (text, area)) in self.labels.iter().enumerate() {
            let labels = self.labels[i + 1..].iter().filter(|(_, other)| area.meets(other));
            let marks = self.marks.iter().filter(|mark| mark.is_under(area));
            let heads = self.lines.iter().filter(|line| line.head.iter().any(|at| area.distance(*at) < TIP));
            out.extend(labels.map(|(other, _)| (&**text, other.clone())));
            out.extend(marks.map(|mark| (&**text, mark.code.clone())));
            out.extend(heads.map(|line| (&**text, line.name())));
            out.extend(self.legend.filter(|legend| legend.meets(area)).map(|_| (&**text, "legend".to_owned())));
        }
        out
    }
}

/// The score of a map's layout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Lines drawn.
    pub lines: usize,
    /// Crossings of two lines.
    pub crossings: usize,
    /// Crossings of straight lines between the same circles.
    pub straight_crossings: usize,
    /// Labels on another label, a circle, an arrowhead or the legend.
    pub overlaps: usize,
    /// Lines, arrowheads, circles and signs that the legend covers.
    pub under_legend: usize,
    /// Lines, arrowheads, circles, signs and labels that leave the card.
    pub off_card: usize,
    /// Circles without a label.
    pub unlabelled: usize,
    /// Lines omitted for lack of space.
    pub crowded_out: usize,
    /// Smallest distance between a line and a circle other than its own, pixels; infinite if there is none.
    pub room: f64,
    /// Largest distance of a control point from the middle of its chord, as a share of the chord.
    pub bend: f64,
    /// Largest share of a line that touches another.
    pub touching: f64,
    /// Smallest angle between neighbouring lines at a circle as a share of the required angle; infinite without
    /// neighbours.
    pub spread: f64,
    /// Share of the border-crossing students whose flow has a line; `None` if that is hidden or nobody crosses.
    pub shown: Option<f64>,
}

impl Score {
    /// The rules it breaks.
    pub fn broken(&self) -> Vec<&'static str> {
        let rules = [
            ("lines bend gently", self.bend <= MOST_BEND),
            ("lines keep off circles", self.room >= ROOM - HAIR),
            ("no line is left out", self.crowded_out == 0),
            ("curves cross no more than straight lines", self.crossings <= self.straight_crossings),
            ("lines do not run into each other", self.touching <= MOST_TOUCHING),
            ("lines leave circles apart", self.spread >= 0.999),
            ("labels overlap nothing", self.overlaps == 0),
            ("the legend covers nothing", self.under_legend == 0),
            ("nothing leaves the card", self.off_card == 0),
            ("no map has too many lines", self.lines <= MOST_LINES),
        ];
        rules.into_iter().filter(|(_, is_kept)| !is_kept).map(|(rule, _)| rule).collect()
    }
}

fn has_class(node: &Node<'_, '_>, class: &str) -> bool {
    node.attribute("class").is_some_and(|classes| classes.split(' ').any(|c| c == class))
}

fn attribute<'a>(node: &Node<'a, '_>, name: &str) -> Result<&'a str, String> {
    node.attribute(name).ok_or_else(|| format!("no {name} in <{}>", node.tag_name().name()))
}

fn number(node: &Node<'_, '_>, name: &str) -> Result<f64, String> {
    attribute(node, name)?.parse().map_err(|_| format!("{name} of <{}> is no number", node.tag_name().name()))
}

/// The points of path data without arcs.
fn points<const N: usize>(node: &Node<'_, '_>) -> Result<[PixelPoint; N], String> {
    let d = attribute(node, "d")?;
    let numbers: Vec<f64> =
        d.split(|c: char| c.is_ascii_alphabetic() || c == ' ').filter_map(|text| text.parse().ok()).collect();
    let points: Vec<PixelPoint> = numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    points.get(..N).and_then(|points| points.try_into().ok()).ok_or_else(|| format!("{d} has not {N} points"))
}

fn rect(node: &Node<'_, '_>) -> Result<Area, String> {
    let (left, top) = (number(node, "x")?, number(node, "y")?);
    Ok(Area { left, top, right: left + number(node, "width")?, bottom: top + number(node, "height")? })
}

/// The card of a map: left, top, right and bottom edge.
fn card(node: &Node<'_, '_>) -> Result<Area, String> {
    let edges: Vec<f64> = attribute(node, "data-card")?.split(' ').filter_map(|edge| edge.parse().ok()).collect();
    let [left, top, right, bottom] = edges[..] else { return Err("a card without four edges".to_owned()) };
    Ok(Area { left, top, right, bottom })
}

fn line(node: &Node<'_, '_>) -> Result<DrawnLine, String> {
    let head = node.next_sibling_element().filter(|next| has_class(next, "head"));
    let head = head.ok_or("a line without an arrowhead")?;
    Ok(DrawnLine {
        is_rest: has_class(node, "rest"),
        from: attribute(node, "data-from")?.to_owned(),
        to: attribute(node, "data-to")?.to_owned(),
        students: attribute(node, "data-students")?.parse().map_err(|_| "a line without its students")?,
        width: number(node, "stroke-width")?,
        points: points(node)?,
        head: points(&head)?,
    })
}

fn mark(node: &Node<'_, '_>) -> Result<DrawnMark, String> {
    let child = |tag: &'static str| node.children().filter(move |child| child.has_tag_name(tag));
    let circles: Vec<Node<'_, '_>> = child("circle").collect();
    let corner = child("rect").next().and_then(|sign| sign.attribute("rx")?.parse().ok()).unwrap_or(0.0);
    let area = match (circles.first(), child("rect").next(), child("path").next()) {
        (Some(circle), ..) => {
            let (x, y, r) = (number(circle, "cx")?, number(circle, "cy")?, number(circle, "r")?);
            Area { left: x - r, top: y - r, right: x + r, bottom: y + r }
        }
        (None, Some(sign), _) => rect(&sign)?,
        (None, None, Some(diamond)) => {
            // The inscribed square.
            let [top, right, bottom, left] = points(&diamond)?;
            Area { left: left.0, top: top.1, right: right.0, bottom: bottom.1 }.grown(-DIAMOND)
        }
        (None, None, None) => return Err("a mark without a shape".to_owned()),
    };
    Ok(DrawnMark {
        code: attribute(node, "data-code")?.to_owned(),
        students: attribute(node, "data-students")?.parse().ok(),
        area,
        corner: if circles.is_empty() { corner } else { 0.0 },
        circles: circles.iter().map(|circle| number(circle, "r")).collect::<Result<_, _>>()?,
    })
}

fn label(node: &Node<'_, '_>) -> Result<(String, Area), String> {
    let text = node.text().unwrap_or_default();
    let weight = if node.attribute("font-weight").is_some() { Weight::SemiBold } else { Weight::Regular };
    let anchor = match node.attribute("text-anchor") {
        Some("middle") => Anchor::Middle,
        Some("end") => Anchor::End,
        _ => Anchor::Start,
    };
    let (x, y) = (number(node, "x")?, number(node, "y")?);
    Ok((text.to_owned(), text_area(text, number(node, "font-size")?, weight, x, y, anchor)))
}
