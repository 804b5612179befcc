sheet-diversion = Diversion
    .about = Where students would go if a programme at a school unit, or the whole unit, closed and there were room for all: estimated from what students of the same home and programme chose
sheet-validation = Validation
    .about = How well diversion has held: the prediction against what happened when units raised their seats or closed
column-diversion = Diversion
column-layer = Estimated by
column-free_seats = Free seats
column-group = Group of programmes
column-units = Units
column-moves = Students compared
column-tvd = Distance
column-tvd_baseline = Distance of the baseline
column-skill = Skill
word-layer-home_programme = Home and programme
word-layer-home_group = Home and group of programmes
word-layer-programme = Programme
word-layer-group = Group of programmes
word-layer-no_alternative = No alternative
word-kind-raised = Raised seats
word-kind-closed = Closed
whatif-name = What if
whatif-displaced = Students affected
whatif-placed = Placed
whatif-unplaced = Without a place
whatif-drawn = Would move to the new seats
whatif-empty = New seats that nobody takes
whatif-title = { $students } students are affected: { $placed } find a place elsewhere, { $unplaced } have none
whatif-title-drawn = The new seats would take { $students } students from other schools
whatif-title-nothing = No student is affected
whatif-closes = { $name } closes
whatif-closes-provider = All units of provider { $name } close
whatif-seats = { $name }: { $change } seats
whatif-opens = { $name } opens in { $place } with { $seats ->
    [one] 1 seat
   *[other] { $seats } seats
} on { $programme }; its students are assumed to choose like those at { $like }
whatif-first-area = Municipal seats go first to students from the municipality and the co-operation area
whatif-homes-caption = Students affected by home municipality, and where they would find a place
whatif-to-caption = Where students would go.
whatif-from-caption = Where students would come from.
whatif-more-offers = { $count ->
    [one] One more offer is in the table.
   *[other] { $count } more offers are in the table.
}
whatif-col-placed = Placed
whatif-col-drawn = Move
whatif-other-homes = Other municipalities
whatif-rest = { $count } more
whatif-list-to = Where students would go
whatif-list-from = Where students would come from
whatif-fate-own_provider = Own municipality
whatif-fate-other_municipality = Other municipality
whatif-fate-independent = Independent
whatif-fate-region_state = Region, state, federation
whatif-fate-no_room = Without a place
whatif-fate-no_alternative = No alternative
whatif-with-own_provider = with their own municipality
whatif-with-other_municipality = with another municipality
whatif-with-independent = with an independent provider
whatif-with-region_state = with a region, the state or a federation
whatif-with-no_room = without a place
whatif-with-no_alternative = without any alternative
whatif-held-raised = Test of { $year }: { $units } units raised their seats after admission, and { $moves } students moved there from other units. The prediction of where they came from is at distance { $tvd } from what happened (0 is exact, 1 entirely wrong); by the size of schools alone, { $baseline }. Of those who came to the units, { $coverage } had been admitted at another one; the others are not predicted.
whatif-held-closed = Test of { $year }: { $units } units had closed, with { $moves } students in their last cohort. The prediction of where the next cohort would go is at distance { $tvd } from what happened (0 is exact, 1 entirely wrong); by the size of schools alone, { $baseline }.
whatif-untested = The estimate could not be tested on this data: too few students moved to units that raised their seats, and no unit closed.
whatif-limits = The estimate follows what students of the same home and programme chose, not the students' own second choices. Large shares are often underestimated. It is about year group 1 at one time; distance counts only through the home municipality, and where seats are short, all get the same share of them, while real admission is by merit.
whatif-note-rounded = Computed from the published, rounded numbers.
card-scope = all programmes, { $census }
card-title-unplaced = If { $name } closed, { $unplaced } of { $students } students would have no place
card-title-placed = If { $name } closed, all or nearly all of { $students } students would find a place elsewhere
card-closed-caption = If { $name } closed: students by home municipality, and where they would find a place
card-closed-lead = Of { $students } students: { $parts }.
card-fact-students = Students in year group 1
card-fact-seats = Seats
card-fact-fill = { $fill } of the seats are taken
card-fact-arrivals = Arrivals after admission
card-fact-arrivals-note = { $moved } from other units, { $other } not admitted before
card-fact-departures = Departures after admission
card-fact-departures-note = { $moved } to other units, { $other } who never came
card-col-market-share = Share of the home's students
card-col-commitment = Share of the unit's students
card-col-diversion = Share of the students
card-col-free = Free seats
card-col-distance = Distance, km
card-col-drawn = Loses to a new class
card-col-seats = Seats
card-homes-caption = Where students come from ({ $scope }).
card-more-homes = { $count ->
    [one] 1 more municipality is
   *[other] { $count } more municipalities are
} not shown.
card-alternatives-caption = Nearest alternatives: where students would go if the unit closed, and how many students each would lose if it grew by a class ({ $seats } seats)
card-programmes-caption = Programmes, seats and fill in year group 1
help-whatif = What happens if units close, lose or gain seats, or open
help-whatif-close = Unit that closes, or one programme of it: 00123456, 00123456:NA, provider:CODE; can be repeated
help-whatif-seats = Offer that gains or loses seats: 00123456:NA=-20; can be repeated
help-whatif-open = New offer: name, municipality, programme, seats, and the unit whose students choose alike: New school:1480:NA=60:like=00123456
help-whatif-first = Who goes first where seats are short: area (students of the municipality and the co-operation area at municipal schools) or none [none]
help-whatif-out = Folder to write
whatif-written = Report, table, map and slide are in { $path }
dependents-title-section = Who depends on which school
page-nav-dependents = Dependence on schools
dependents-lead = What if a school unit closed: where would its students go, and how many would have no place? Students are distributed as others of the same home and programme chose, as far as free seats go. Counted: { $census }.
dependents-most-caption = The units on which most depends: students, and what becomes of them if the unit closes.
dependents-providers-caption = Providers: students, and what becomes of them if all units of the provider close.
dependents-shown = { $shown } of { $all } are shown.
dependents-title = Dependence is greatest on { $name }: { $unplaced } of { $students } students would have no place if it closed
dependents-title-placed = Dependence is greatest on { $name }: its { $students } students would need a place elsewhere
dependents-col-others = With others
dependents-only = A single provider has units in { $places }.
topic-dependents = dependence on single schools
workbook-other = Others
workbook-no-programme = No programme
whatif-untested-public = How well the estimate has held for units that raised their seats is in the internal release alone: so few students move that the numbers are not published.
card-title-all = If { $name } closed, all { $students } students would find a place elsewhere
