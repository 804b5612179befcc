//! `elevflode whatif`: what happens if units close, lose or gain seats, or open.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::progress::ProgressLine;
use super::{Common, DeckLookOptions, Results, Session, dressed, tolerance, wanted};
use crate::error::{Error, Exit, Result};
use crate::export::{MAPS, Material, Png, Svg, WHATIF, WhatIfFiles};
use crate::model::{Registers, Text};
use crate::pipeline::{self, OutputFolder, Timings};
use crate::render::{self, PNG_SCALE};
use crate::report::view::{self, Context, Sheet};
use crate::report::whatif::{First, Measure, NewOffer, Outcome, Scenario, WhatIf};
use crate::report::{ReportModel, Subject};
use crate::tables::market::Market;
use crate::words::Lang;

/// Options of `whatif`.
#[derive(Args, Debug)]
pub struct Options {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(flatten)]
    results: Results,
    #[command(flatten)]
    look: DeckLookOptions,
    #[arg(long, value_name = "UNIT[:P]")]
    close: Vec<String>,
    #[arg(long, value_name = "UNIT:P=±N", allow_hyphen_values = true)]
    seats: Vec<String>,
    #[arg(long, value_name = "NAME:PLACE:P=SEATS:like=UNIT")]
    open: Vec<String>,
    #[arg(long, value_name = "WHO", default_value = "none")]
    first: FirstArg,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum FirstArg {
    Area,
    None,
}

pub(super) fn run(options: &Options, session: Session) -> Result<Exit> {
    let lang = session.lang;
    if options.close.is_empty() && options.seats.is_empty() && options.open.is_empty() {
        return Err(Error::new(Exit::Usage, "error-whatif-nothing"));
    }
    let request = dressed(&options.results, &session, &options.look.look, options.look.template.as_deref())?;
    let line = ProgressLine::new(lang, options.common.quiet);
    let mut timings = Timings::default();
    let folder = OutputFolder::open(&options.out, "whatif", request.release)?;
    let read = pipeline::read(session.loaded, session.memory, &mut timings, &line)?;
    let model = pipeline::model(&read, &request, &mut timings, &line)?;
    let market = model.market().ok_or_else(|| Error::new(Exit::Usage, "error-whatif-exact"))?;
    let whatif = Reader { registers: &model.registers, market, lang }.whatif(options, &model)?;
    let context = Context::new(&model);
    let sheet = sheet(&context, market, &whatif);
    let map = render::whatif_map(&model, &whatif, &sheet.title);
    let pictures: Vec<_> = map.into_iter().collect();
    let material = Material { model: &model, pictures: &pictures };
    let title = sheet.title.clone();
    let map = render::whatif_slide(&model, &whatif);
    let files = WhatIfFiles { rows: whatif.rows(&model), map, sheet };
    let png = Png { scale: PNG_SCALE };
    pipeline::put(&read, &material, &[&files, &Svg, &png], &[WHATIF, MAPS], folder, timings, &line)?;
    drop(line);
    if !options.common.quiet {
        say!("{title}");
        say!("{}", lang.say("whatif-written", &[("path", &options.out.display().to_string())]));
    }
    Ok(tolerance(&read, lang, options.common.quiet))
}

/// The sheet of a scenario: the card of a unit or a provider if nothing but that closes.
fn sheet(context: &Context<'_>, market: &Market, whatif: &WhatIf) -> Sheet {
    let whole = || view::of_scenario(context, market, whatif);
    if whatif.scenario.first != First::Nobody {
        return whole();
    }
    let [Measure::Close(offers)] = &whatif.scenario.measures[..] else { return whole() };
    let registers = &context.model.registers;
    let units: BTreeSet<_> = offers.iter().map(|offer| market.offers[*offer as usize].unit).collect();
    let of_units: BTreeSet<u32> = units.iter().flat_map(|unit| market.offers_of(*unit)).collect();
    let first = units.first().and_then(|unit| registers.unit(*unit));
    let card = match first.filter(|_| of_units == *offers) {
        Some(unit) if units.len() == 1 => view::of_unit(context, market, unit),
        Some(unit) => view::of_provider(context, market, &unit.provider.code),
        None => None,
    };
    card.unwrap_or_else(whole)
}

/// Reads measures of the command line.
struct Reader<'a> {
    registers: &'a Registers,
    market: &'a Market,
    lang: Lang,
}

impl Reader<'_> {
    fn whatif(&self, options: &Options, model: &ReportModel) -> Result<WhatIf> {
        let mut measures = Vec::new();
        let mut words = Vec::new();
        let closed = options.close.iter().map(|text| self.close(text));
        let changed = options.seats.iter().map(|text| self.seats(text));
        let opened = options.open.iter().map(|text| self.open(text));
        for read in closed.chain(changed).chain(opened) {
            let (measure, word) = read?;
            measures.push(measure);
            words.push(word);
        }
        let first = match options.first {
            FirstArg::Area => First::Area,
            FirstArg::None => First::Nobody,
        };
        if first == First::Area {
            words.push(self.lang.text("whatif-first-area"));
        }
        let options = [("--close", &options.close), ("--seats", &options.seats), ("--open", &options.open)];
        let mut name: Vec<String> = options
            .iter()
            .flat_map(|(option, texts)| texts.iter().map(move |text| format!("{option} {text}")))
            .collect();
        if first == First::Area {
            name.push("--first area".to_owned());
        }
        let scenario = Scenario { measures, first };
        let outcome = Outcome::of(self.market, &model.registers, &model.region.municipalities, &scenario);
        Ok(WhatIf { name: name.join(" "), measures: words, scenario, outcome })
    }

    /// `UNIT`, `UNIT:P` or `provider:CODE`.
    fn close(&self, text: &str) -> Result<(Measure, String)> {
        if text.starts_with("provider:") {
            let Ok(Subject::Provider(code)) = wanted::subject(text, self.registers) else {
                return Err(wrong("error-whatif-provider", text));
            };
            let is_of = |offer: &u32| {
                let unit = self.registers.unit(self.market.offers[*offer as usize].unit);
                unit.is_some_and(|unit| unit.provider.code == code)
            };
            let offers: BTreeSet<u32> = (0..self.market.offers.len() as u32).filter(is_of).collect();
            let words = self.lang.say("whatif-closes-provider", &[("name", &code)]);
            return self.closing(offers, text, words);
        }
        if let Ok((unit, name)) = self.unit(text) {
            let words = self.lang.say("whatif-closes", &[("name", &name)]);
            return self.closing(self.offers_of(&unit), text, words);
        }
        let (offer, name) = match text.rsplit_once(':') {
            Some((unit, programme)) => self.offer(unit, programme, text)?,
            None => return self.unit(text).map(|_| (Measure::Close(BTreeSet::new()), String::new())),
        };
        self.closing(BTreeSet::from([offer]), text, self.lang.say("whatif-closes", &[("name", &name)]))
    }

    fn closing(&self, offers: BTreeSet<u32>, text: &str, words: String) -> Result<(Measure, String)> {
        let has_students = offers.iter().any(|offer| self.market.offers[*offer as usize].students > 0);
        if has_students { Ok((Measure::Close(offers), words)) } else { Err(wrong("error-whatif-no-students", text)) }
    }

    /// `UNIT:P=±N`.
    fn seats(&self, text: &str) -> Result<(Measure, String)> {
        let parts = text.rsplit_once('=').and_then(|(offer, seats)| {
            let (unit, programme) = offer.rsplit_once(':')?;
            let change = seats.trim().replace('\u{2212}', "-");
            let is_signed = change.starts_with(['+', '-']);
            Some((unit, programme, change.parse::<i32>().ok().filter(|change| is_signed && *change != 0)?))
        });
        let (unit, programme, change) = parts.ok_or_else(|| wrong("error-whatif-seats", text))?;
        let (offer, name) = self.offer(unit, programme, text)?;
        if self.market.offers[offer as usize].seats.is_none() {
            return Err(wrong("error-whatif-no-seats", text));
        }
        let words = self.lang.say("whatif-seats", &[("name", &name), ("change", &self.lang.signed(change.into()))]);
        Ok((Measure::Seats(offer, change.into()), words))
    }

    /// `NAME:PLACE:P=SEATS:like=UNIT`.
    fn open(&self, text: &str) -> Result<(Measure, String)> {
        let parts = text.split_once(":like=").and_then(|(new, like)| {
            let (place, seats) = new.rsplit_once('=')?;
            let (place, programme) = place.rsplit_once(':')?;
            let (name, place) = place.rsplit_once(':')?;
            let seats = seats.trim().parse::<u32>().ok().filter(|seats| *seats > 0)?;
            (!name.trim().is_empty()).then_some((name.trim(), place, programme, seats, like))
        });
        let (name, place, programme, seats, like) = parts.ok_or_else(|| wrong("error-whatif-open", text))?;
        let place = wanted::place(place, self.registers)?;
        let (like, template) = self.offer(like, programme, text)?;
        let words = self.lang.say(
            "whatif-opens",
            &[
                ("name", name),
                ("place", self.registers.municipality_name(&place)),
                ("programme", programme),
                ("seats", &self.lang.number(seats.into())),
                ("like", &template),
            ],
        );
        Ok((Measure::Open(NewOffer { name: name.to_owned(), place, seats: seats.into(), like }), words))
    }

    /// A unit by code or name, and its name.
    fn unit(&self, text: &str) -> Result<(Text, String)> {
        let code = wanted::unit(text, self.registers)?;
        let name = self.registers.unit_name(&code).to_owned();
        Ok((code, name))
    }

    fn offers_of(&self, unit: &str) -> BTreeSet<u32> {
        let unit = self.registers.unit_codes().find(unit);
        unit.map_or_else(BTreeSet::new, |unit| self.market.offers_of(unit).collect())
    }

    /// An offer with students, and its name.
    fn offer(&self, unit: &str, programme: &str, text: &str) -> Result<(u32, String)> {
        let (unit, name) = self.unit(unit)?;
        let ids =
            self.registers.unit_codes().find(&unit).zip(self.registers.programme_codes().find(programme.trim()));
        let offer = ids.and_then(|(unit, programme)| self.market.find(unit, programme));
        let offer = offer.filter(|offer| self.market.offers[*offer as usize].students > 0).ok_or_else(|| {
            let codes = self.registers.programme_codes();
            let offers = self.offers_of(&unit).into_iter().map(|offer| self.market.offers[offer as usize]);
            let known =
                offers.filter(|offer| offer.students > 0).map(|offer| codes.text(offer.programme).to_string());
            let known: Vec<String> = known.collect();
            wrong("error-whatif-no-offer", text).with("known", known.join(", "))
        })?;
        Ok((offer, format!("{name} ({})", programme.trim())))
    }
}

fn wrong(id: &'static str, text: &str) -> Error {
    Error::new(Exit::Usage, id).with("found", text)
}
