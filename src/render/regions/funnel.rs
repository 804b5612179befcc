//! The funnel: the share of every region against its size, with limits of how much regions of that size differ.

use super::super::fonts::{self, Weight};
use super::super::plot::ticks;
use super::super::scene::{Anchor, Scene, TextLine, coord};
use super::super::{Picture, frame, style};
use crate::funnel::{Funnel, Limits};
use crate::model::{Cell, Ratio};
use crate::report::{RegionValues, ReportModel, proportion};
use crate::tables::RegionRow;

/// Number of panels.
const PANELS: usize = 2;
const PANEL: f64 = 640.0;
const GAP: f64 = 140.0;
const LEFT: f64 = 118.0;
const TOP: f64 = frame::TOP + 46.0;
const BOTTOM: f64 = frame::BOTTOM - 62.0;
/// Points of a limit line.
const POINTS: usize = 96;

/// The shares of all regions against their sizes.
pub fn picture(model: &ReportModel) -> Picture {
    let mut scene = Scene::default();
    let panels = super::shown(model, PANELS);
    if panels.is_empty() {
        super::say_empty(&mut scene, model);
    }
    let width = if panels.len() == 1 { 2.0 * PANEL + GAP } else { PANEL };
    for (i, values) in panels.iter().enumerate() {
        if let Some(panel) = Panel::of(values, (LEFT + i as f64 * (PANEL + GAP), width), [TOP, BOTTOM], GAP / 2.0) {
            panel.draw(&mut scene, model, values);
        }
    }
    let first = panels.first();
    let frame = frame::Frame {
        name: "charts/regions-funnel".to_owned(),
        title: super::title(model, first, "chart-regions-funnel"),
        subtitle: frame::about_year(model, model.population),
        description: super::description(model, &panels),
        notes: super::notes(model, first),
    };
    frame.close(model, &scene)
}

/// The funnel of one indicator for a slide, and notes for the reader.
pub struct FunnelPanel {
    /// The picture.
    pub picture: Picture,
    /// Notes, the most important first.
    pub notes: Vec<String>,
}

/// The funnel of the first indicator, for a slide; `None` without data.
#[must_use]
pub fn panel(model: &ReportModel) -> Option<FunnelPanel> {
    let panels = super::shown(model, 1);
    let values = panels.first()?;
    let mut scene = Scene::default();
    let panel = Panel::of(values, (84.0, 486.0), [46.0, 330.0], 40.0)?;
    panel.draw(&mut scene, model, values);
    let (title, description) =
        (super::title(model, Some(values), "chart-regions-funnel"), super::description(model, &panels));
    let (width, height) = (620.0, 400.0);
    let picture = Picture {
        name: "slides/regions-funnel".to_owned(),
        svg: style::dressed(scene.document(&title, &description, width, height), &model.theme),
        title,
        description,
        shown_in: &[],
        is_empty: false,
        width,
        height,
        head: 0.0,
        marks: Vec::new(),
    };
    Some(FunnelPanel { picture, notes: super::notes(model, Some(values)) })
}

/// The axes of an indicator: sizes on a logarithmic scale, shares on a linear one.
struct Panel {
    left: f64,
    width: f64,
    /// Upper and lower edge.
    height: [f64; 2],
    /// Right edge of labels.
    right: f64,
    sizes: [f64; 2],
    shares: [f64; 2],
}

/// A region as a point.
struct Dot<'a> {
    row: &'a RegionRow,
    share: f64,
    size: f64,
}

fn dots<'a>(values: &RegionValues<'a>) -> Vec<Dot<'a>> {
    let dot = |row: &&'a RegionRow| {
        let share = proportion(row)?.to_f64();
        Some(Dot { row, share, size: row.denominator.value()? as f64 })
    };
    values.rows.iter().filter_map(dot).collect()
}

impl Panel {
    fn of(values: &RegionValues<'_>, (left, width): (f64, f64), height: [f64; 2], beyond: f64) -> Option<Self> {
        let dots = dots(values);
        let sizes = || dots.iter().map(|dot| dot.size);
        let (least, most) = (sizes().reduce(f64::min)?, sizes().reduce(f64::max)?);
        let sizes = [least / 1.35, most * 1.35];
        let seen = dots.iter().map(|dot| dot.share);
        // The outer limits of the smallest region can leave the picture; those of 95 % never do.
        let limits = dots.iter().filter_map(|dot| Some(values.funnel?.limits(dot.size, Limits::Warning)));
        let seen: Vec<f64> = seen.chain(limits.flatten()).collect();
        let (low, high) = (seen.iter().copied().reduce(f64::min)?, seen.iter().copied().reduce(f64::max)?);
        let margin = ((high - low) * 0.12).max(0.002);
        // Without limits, only the distance from zero says how far apart regions are.
        let low = if values.funnel.is_some() { (low - margin).max(0.0) } else { 0.0 };
        Some(Self {
            left,
            width,
            height,
            right: left + width + beyond,
            sizes,
            shares: [low, (high + margin).min(1.0)],
        })
    }

    fn x(&self, size: f64) -> f64 {
        let [least, most] = self.sizes.map(f64::ln);
        self.left + (size.ln() - least) / (most - least) * self.width
    }

    fn y(&self, share: f64) -> f64 {
        let [low, high] = self.shares;
        let [top, bottom] = self.height;
        bottom - (share - low) / (high - low) * (bottom - top)
    }

    fn draw(&self, scene: &mut Scene, model: &ReportModel, values: &RegionValues<'_>) {
        self.axes(scene, model, values);
        if let Some(funnel) = &values.funnel {
            self.limits(scene, funnel);
        }
        let mut dots = dots(values);
        // The run's own region is drawn last, on top of all others.
        dots.sort_by_key(|dot| model.is_own(&dot.row.region));
        for dot in &dots {
            let (radius, colour) = look(model, dot.row);
            let at = (self.x(dot.size), self.y(dot.share));
            scene.circle(
                at.0,
                at.1,
                radius,
                &format!("fill=\"{colour}\" fill-opacity=\".9\" stroke=\"#ffffff\" stroke-width=\"1.5\""),
            );
        }
        self.labels(scene, model, &dots);
    }

    fn axes(&self, scene: &mut Scene, model: &ReportModel, values: &RegionValues<'_>) {
        let lang = model.lang;
        let [top, bottom] = self.height;
        let name = lang.text(&format!("word-indicator-{}", values.indicator.as_str()));
        let name = fonts::fit(&name, self.width + 100.0, style::LABEL, Weight::SemiBold);
        scene.text(&TextLine::new(self.left - 60.0, top - 24.0, &name).size(style::LABEL).bold());
        let [low, high] = self.shares.map(|share| share * 100.0);
        for value in ticks(low, high, 6) {
            let y = self.y(value / 100.0);
            scene.line((self.left, y), (self.left + self.width, y), style::RULE, 1.0);
            let decimals = u32::from(high - low < 6.0);
            let text = lang.percent(Ratio::new((value * 1000.0).round() as u64, 100_000), decimals);
            let look = TextLine::new(self.left - 12.0, y + 6.0, &text).size(style::SMALL).fill(style::MUTED);
            scene.text(&look.anchor(Anchor::End));
        }
        for size in sizes(self.sizes) {
            let x = self.x(size);
            scene.line((x, bottom), (x, bottom + 6.0), style::MUTED, 1.0);
            let text = lang.number(size as u64);
            let look = TextLine::new(x, bottom + 28.0, &text).size(style::SMALL).fill(style::MUTED);
            scene.text(&look.anchor(Anchor::Middle));
        }
        let of = lang.text(&format!("regions-of-{}", values.indicator.as_str()));
        let of = lang.say("regions-size", &[("of", &of)]);
        let look = TextLine::new(self.left + self.width, bottom + 54.0, &of).size(style::SMALL).fill(style::MUTED);
        scene.text(&look.anchor(Anchor::End));
    }

    fn limits(&self, scene: &mut Scene, funnel: &Funnel) {
        let [least, most] = self.sizes.map(f64::ln);
        let size = |i: usize| (least + (most - least) * i as f64 / (POINTS - 1) as f64).exp();
        for (limits, look) in
            [(Limits::Action, "stroke-width=\"2\""), (Limits::Warning, "stroke-width=\"2\" stroke-dasharray=\"8 6\"")]
        {
            for side in [0, 1] {
                let mut d = String::new();
                for size in (0..POINTS).map(size) {
                    let share = funnel.limits(size, limits)[side];
                    // A line leaves the picture where it is beyond the axis.
                    if (self.shares[0]..=self.shares[1]).contains(&share) {
                        let command = if d.is_empty() { 'M' } else { 'L' };
                        d.push_str(&format!("{command}{} {}", coord(self.x(size)), coord(self.y(share))));
                    }
                }
                let stroke = style::MUTED;
                scene.path(&d, &format!("class=\"limit\" fill=\"none\" stroke=\"{stroke}\" {look}"));
            }
        }
        let y = self.y(funnel.proportion());
        scene.line((self.left, y), (self.left + self.width, y), style::INK, 2.0);
    }

    /// Names of dots, as far as they fit: the run's own region, then those farthest from the others, then the largest.
    fn labels(&self, scene: &mut Scene, model: &ReportModel, dots: &[Dot<'_>]) {
        let far = |dot: &Dot<'_>| match dot.row.z {
            Cell::Value(z) => z.millionths().abs(),
            _ => 0,
        };
        let mut order: Vec<&Dot<'_>> = dots.iter().collect();
        order.sort_by(|a, b| {
            let key = |dot: &Dot<'_>| (!model.is_own(&dot.row.region), std::cmp::Reverse(far(dot)));
            key(a).cmp(&key(b)).then(b.size.total_cmp(&a.size)).then(a.row.region.cmp(&b.row.region))
        });
        let mut taken: Vec<[f64; 4]> =
            dots.iter().map(|dot| around(self.x(dot.size), self.y(dot.share), 11.0)).collect();
        for dot in order {
            let is_own = model.is_own(&dot.row.region);
            let weight = if is_own { Weight::SemiBold } else { Weight::Regular };
            let (x, y) = (self.x(dot.size), self.y(dot.share));
            let name = fonts::fit(&dot.row.region, 260.0, style::SMALL, weight);
            let width = fonts::measure(&name, style::SMALL, weight);
            let Some((at, anchor, y, area)) = self.free_place((x, y), width, &taken) else { continue };
            taken.push(area);
            let fill = if is_own { style::ALERT } else { style::INK };
            let look = TextLine::new(at, y + 6.0, &name).size(style::SMALL).weight(weight).fill(fill).anchor(anchor);
            scene.text(&look.halo(style::PAPER).class("label"));
        }
    }

    /// The place of a label beside a dot that covers no other: its end at the dot, that end, its height and its area.
    fn free_place(&self, (x, y): (f64, f64), width: f64, taken: &[[f64; 4]]) -> Option<(f64, Anchor, f64, [f64; 4])> {
        let right = (x + 15.0, Anchor::Start, x + 15.0);
        let left = (x - 15.0, Anchor::End, x - 15.0 - width);
        let own = around(x, y, 11.0);
        let shifts = [0.0, -17.0, 17.0, -26.0, 26.0];
        shifts.into_iter().flat_map(|shift| [(shift, right), (shift, left)]).find_map(
            |(shift, (at, anchor, from))| {
                let area = [from, y + shift - 11.0, from + width, y + shift + 9.0];
                let is_inside = area[0] > self.left
                    && area[2] < self.right
                    && area[1] > self.height[0] - 14.0
                    && area[3] < self.height[1];
                let is_free = taken.iter().all(|other| *other == own || !overlaps(&area, other));
                (is_inside && is_free).then_some((at, anchor, y + shift, area))
            },
        )
    }
}

fn around(x: f64, y: f64, radius: f64) -> [f64; 4] {
    [x - radius, y - radius, x + radius, y + radius]
}

fn overlaps(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// Radius and colour of a region.
fn look(model: &ReportModel, row: &RegionRow) -> (f64, &'static str) {
    if model.is_own(&row.region) { (11.0, style::ALERT) } else { (8.0, style::MUNICIPAL) }
}

/// Round sizes between two: 1, 2 and 5 times powers of ten.
fn sizes([least, most]: [f64; 2]) -> Vec<f64> {
    let powers = (0..12).map(|power| 10_f64.powi(power));
    let all = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|m| m * power));
    all.filter(|size| (least..=most).contains(size)).collect()
}
