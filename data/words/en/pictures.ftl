# Pictures: maps and charts
error-png = The picture could not be drawn as PNG
    .where = { $picture }
    .found = { $why }
    .hint = choose a smaller scale or write SVG
stamp-internal = INTERN
source-internal = Source: the providers' extracts from admission and the pupil register on 15 October. No numbers hidden.
source-public = Source: the providers' extracts from admission and the pupil register on 15 October. Small numbers are hidden.
source-public-round = Source: the providers' extracts from admission and the pupil register on 15 October. Each count is rounded separately to the nearest { $step }; counts below { $base } are not shown.
picture-population-national = National programmes
picture-population-all = All programmes
programme-code = Programme { $code }
picture-snapshot-admission = admitted { $year }
picture-snapshot-october = year group 1 on 15 October { $year }
picture-snapshot-enrolled = all year groups on 15 October { $year }
both-times = from admission to 15 October { $year }
round-preliminary = preliminary admission
round-final = final admission
round-reserve = reserve admission
picture-group-vocational = Vocational programmes
picture-group-preparatory = Preparatory programmes
picture-group-introduction = Introduction programmes
picture-group-other = Other programmes
map-body-title = { $name }: { $share } of the pupils come from other municipalities
map-body-title-plain = Where the pupils of { $name } come from
map-no-pupils-of = { $name } has no pupils in the selection
map-home-about-providers = { $total } students live in { $name }. { $stay } study with the municipality itself and { $away } with another provider.
map-body-about = { $total } pupils study at { $name }. { $stay } live in the municipality where they study, { $away } come from other municipalities.
panel-providers = Provider
panel-pupils-of = pupils study at { $name }
panel-stay-own = With { $name } itself
panel-stay-there = Live where they study
panel-rest-provider = { $count } more provider
panel-rest-providers = { $count } more providers
note-shown-providers = The lines show { $share } of those who study with another provider ({ $flows } of { $of } providers in { $lines ->
    [one] 1 line
   *[other] { $lines } lines
})
note-tangled = { $count ->
    [one] One smaller flow without a free path on the map is not drawn
   *[other] { $count } smaller flows without a free path on the map are not drawn
}
both-moments = { $then } and { $now }
map-home-changed = { $name }: { $now } study with another provider, { $was } { $then }
map-home-changed-plain = Where students of { $name } study, against { $then }
map-provider-changed = The units in { $name }: { $now } come from other municipalities, { $was } { $then }
map-provider-changed-plain = Where the pupils in { $name } come from, against { $then }
map-body-changed = { $name }: { $now } come from other municipalities, { $was } { $then }
map-body-changed-plain = Where the pupils of { $name } come from, against { $then }
map-changed-about = { $name }: { $now } students, { $was } { $then }.
map-net-title = { $count ->
    [one] { $name } receives one student more than it sends
   *[other] { $name } receives { $count } more students than it sends
}
map-net-title-plain = Net flows between the municipalities of { $region }
map-net-about = Incoming minus outgoing students:
map-home-programmes = { $name }: most with another provider in { $programme }, { $share }
map-provider-programmes = The units in { $name }: most from elsewhere in { $programme }, { $share }
panel-all-residents = Live in { $name }
panel-all-pupils = Study in { $name }
panel-admission = Admitted
panel-october = 15 Oct
panel-enrolled = Enrolled
panel-change = Change
panel-municipality = Municipality
panel-into = In
panel-out = Out
panel-net = Net
legend-stay-own = Core: with the municipality
legend-clamped-one = 1 line is drawn at the minimum width
legend-lines-change = Line: change, students
legend-circles-change = Circle area: change
legend-rose = More than { $then }
legend-fell = Fewer than { $then }
legend-lines-net = Line: net, students
legend-circles-net = Circle area: net
legend-receives = More in than out
legend-sends = More out than in
note-shown-change = The lines show { $share } of the changes ({ $flows } of { $of } municipalities)
note-shown-net = The lines show { $share } of the net flows ({ $flows } of { $of } pairs of municipalities)
note-undrawn = { $count ->
    [one] 1 flow is
   *[other] { $count } flows are
} not drawn for lack of space
map-rest-provider = { $name }: { $count } more provider
map-rest-providers = { $name }: { $count } more providers
panel-units-of = The school units
legend-rest-providers = +n: n providers together
note-programmes-left = Programmes with fewer students are not shown: { $names }
note-too-dense = The map would need { $count } lines, more than anyone can read: the matrix shows the same flows
map-short = { $total } students
map-short-one = { $total } student
map-short-home = { $share } with another provider
map-short-provider = { $share } from elsewhere
note-pair-home = Both maps have one scale. Lines lead to the school's municipality, all providers together
note-pair-provider = Both maps have one scale. Lines come from the pupils' home municipality
note-programmes-home = All maps have one scale. Per cent: share with another provider. Programmes without students are not shown
note-programmes-provider = All maps have one scale. Per cent: share from other municipalities. Programmes without students are not shown
outside-region = Outside the region
largest = Largest
part-of = { $part } of { $whole }
side-own = Own municipality
side-municipal = Other municipality
side-municipal-here = Municipal
side-independent = Independent
side-public-other = Region, state, federation
side-mixed = Several kinds
chart-dependency-map = Dependency maps
    .about = Maps for every municipality: from the home's side the school units that residents go to, from the provider's side where the pupils come from
map-home-title = { $share } of students in { $name } study with another provider
map-home-title-plain = Where students in { $name } study
map-provider-title = Units in { $name }: { $share } of pupils come from other municipalities
map-provider-title-plain = Where the pupils in { $name } come from
map-no-students = No students from { $name } are in the data
map-no-units = { $name } has no school units of any provider
map-no-flows-hidden = No flow is large enough to be shown.
map-no-flows = There is no flow to draw.
map-no-pupils = The units in { $name } have no pupils in the selection
map-home-about = { $total } students live in { $name }. { $stay } study in the municipality, { $away } in other municipalities, { $cross } with another provider than their home municipality.
map-provider-about = { $total } pupils study at the units in { $name }. { $stay } live in the municipality, { $away } come from other municipalities.
panel-residents = students live in { $name }
panel-pupils = pupils study in { $name }
panel-units = School unit
panel-places = School municipality
panel-homes = Home municipality
panel-units-here = Units in the municipality
panel-students = Students
panel-share = Share
panel-from-elsewhere = Incoming
panel-stay = Study in { $name }
panel-stay-here = Live in { $name }
panel-rest-unit = { $count } more unit
panel-rest-units = { $count } more units
slide-exchange-to = Study there
slide-exchange-from = Come from there
note-smaller = { $count ->
    [one] One smaller flow has no line; the table has it
   *[other] { $number } smaller flows have no line; the table has them
}
slide-change-lead = { $was } in { $from }, { $now } in { $to }.
slide-change-factor = Reason
slide-change-chart = Why the share changed, percentage points
panel-more = { $count } more
panel-rest-home = { $count } more municipality
panel-rest-homes = { $count } more municipalities
map-others = Others in { $name }
map-rest = { $name }: { $count } more units
map-rest-one = { $name }: { $count } more unit
legend-stay-home = Core: study in the municipality
legend-stay-provider = Core: live in the municipality
legend-stay-both = Core: study where they live
legend-stay-hidden = ..: the core is hidden
legend-rest = +n: n units together
note-moved = Symbols are moved apart, by { $count } km at most
legend-lines = Line: students
legend-circles = Circle area: students
legend-shared = Same scale in all { $count } maps of the series
legend-clamped = { $count ->
    [one] 1 line is drawn at the minimum width
   *[other] { $count } lines are drawn at the minimum width
}
note-shown-home = Lines show { $share } of those who study in other municipalities ({ $flows } of { $of } units in { $lines ->
    [one] 1 line
   *[other] { $lines } lines
})
note-shown-places = Lines show { $share } of those who study in other municipalities ({ $flows } of { $of } municipalities)
note-places = Lines lead to the municipality of the school, all providers together
note-shown-provider = Lines show { $share } of those who come from elsewhere ({ $flows } of { $of } homes in { $lines ->
    [one] 1 line
   *[other] { $lines } lines
})
note-hidden-flows = Hidden flows, not drawn: { $count }
note-without-place = { $count ->
    [one] 1 flow lacks coordinates and is
   *[other] { $count } flows lack coordinates and are
} not drawn
note-labels = { $count ->
    [one] 1 label left out
   *[other] { $count } labels left out
}
note-crowded-out = No space on the map: { $names }
note-ring = Places lack coordinates and are drawn in a ring, in the order of their codes
note-october-stops = Students who study outside the region are missing from the data
note-rows = { $shown } of { $of } municipalities shown
note-rows-units = { $shown } of { $of } units shown
note-hidden-rows = Units with hidden numbers, not shown: { $count }
note-hidden-homes = Municipalities with hidden numbers, not shown: { $count }
chart-region-matrix = Region matrix
    .about = Home municipalities against providers: students in every cell, margins and the share with another provider
matrix-title = { $share } of the region's students study with another provider than their home municipality
matrix-about = { $total } students live in the region; { $own } study with their own municipality and { $cross } with another provider.
matrix-note = Shade: share of the home's students. Outline: the own municipality's units
matrix-note-places = Columns: the school's municipality, all providers. Shade: share of the home's students. Outline: the own municipality
matrix-note-empty = Empty field: 0–{ $most } students
matrix-note-rest = The { $count } largest municipalities are shown one by one
matrix-empty = No students with a known home and a known unit in the selection
matrix-rest = Others in region
matrix-outside = Outside municip.
matrix-public-other = Region, state, fed.
matrix-total = Total
matrix-share-1 = Other
matrix-share-2 = provider
matrix-homes = Home
chart-shares = Share of students with another provider
    .about = Every municipality's share of students with another provider than their home municipality, split by kind of provider, and the region's share
shares-title = { $region }: { $share } of students study with another provider
shares-part = { $name }: { $share } ({ $part } of { $whole }).
shares-note = Share of the home's students with a known school unit
shares-empty = No municipality has a share to show in the selection
shares-region = Region { $share }
shares-other-municipality = Other municipality
shares-independent-home = Independent, at home
shares-independent-elsewhere = Independent, elsewhere
shares-region-state = Region, state, federation
shares-together = Together
chart-ledger = Arrivals and departures
    .about = The school units where most students came or went between admission and 15 October
ledger-title = { $came } students arrived and { $went } departed between admission and 15 October
ledger-about = { $admitted } admitted: { $stayed } stayed at their unit, { $moved } moved to another unit, { $left } left. { $arrived } arrived without admission. { $enrolled } students in year group 1 on 15 October.
ledger-sum = All units: { $admitted } admitted − { $went } + { $came } = { $enrolled } on 15 October
shares-since = since { $year }
shares-note-since = Ring: the share in { $year }; change in percentage points
ledger-empty = No ledger for the year: one of the two times is missing
ledger-no-ids = No ledger for the year: the extracts have no student ids to link by
ledger-hidden = The numbers of all units are hidden: they are small or would reveal small ones
ledger-left = Left
ledger-moved-out = Moved to another unit
ledger-moved-in = Moved in
ledger-arrived = Arrived
ledger-arrivals = Arrivals
ledger-departures = Departures
ledger-together = Together
ledger-went = ← Departures
ledger-came = Arrivals →
ledger-admitted = Admitted
ledger-enrolled = 15 October
chart-seat-deltas = Seats after admission
    .about = School units whose seats changed between admission and 15 October; raised ones are marked
seats-title = { $units ->
    [one] 1 school unit raised its
   *[other] { $units } school units raised their
} seats after admission: { $seats } { $count ->
    [one] seat
   *[other] seats
}
seats-none-raised = No school unit raised its seats after admission
seats-unchanged = No school unit changed its seats
seats-missing = Seats are missing for one of the two times or both
seats-note = ▲ raised after admission. Fill: year group 1 out of the seats on 15 October
seats-admission = Admission
seats-october = 15 October
seats-fill = Fill
chart-sankey = Home, provider and school unit
    .about = From home municipality over kind of provider to school unit: bands as wide as their students
sankey-title = { $independent } study with an independent provider and { $municipal } with another municipality
sankey-note = Width of bands: students. Same order and scale in all years
sankey-homes = Home
sankey-units = School unit
sankey-rest-homes = { $count ->
    [one] 1 more municipality
   *[other] { $count } more municipalities
}
sankey-rest-municipal = { $count ->
    [one] 1 more municipal unit
   *[other] { $count } more municipal units
}
sankey-rest-independent = { $count ->
    [one] 1 more independent unit
   *[other] { $count } more independent units
}
sankey-rest-public-other = { $count ->
    [one] 1 more other unit
   *[other] { $count } more other units
}
chart-share-slopes = Share with another provider, year by year
    .about = Every municipality's share of students with another provider than their home municipality over the years, and the region's
share-slopes-title = { $region }: { $now } study with another provider, { $was } in { $year }
share-slopes-note = Share of the home's students with a known school unit. The axis does not begin at zero. Change in percentage points
share-slopes-empty = There is only one year to show
share-slopes-most = Shown are the municipalities whose share changed the most
share-slopes-change = Change
chart-concentration = Concentration on providers
    .about = How many providers of equal size each municipality's students correspond to, and the largest of them
concentration-title = Students in { $few } are the most concentrated: as with { $least } equal providers; in { $many } { $most }
concentration-part = { $name }: { $effective } effective providers of { $providers }, the largest { $largest } ({ $share }).
concentration-note = Effective providers: as many providers of equal size as give the same HHI (10,000 / HHI)
concentration-empty = No municipality has students in the selection
concentration-hidden = The concentration is hidden: it would reveal how few students are with single providers
concentration-axis = Effective providers
concentration-providers = Providers
concentration-hhi = HHI
concentration-largest = Largest
chart-waterfall = From admission to 15 October
    .about = Students of the region and its units step by step: admitted, left, moved, stayed, arrived and enrolled
waterfall-title = { $admitted } admitted became { $enrolled } students in year group 1 on 15 October
waterfall-all = All units
waterfall-totals = Admitted, stayed, 15 October
waterfall-note = Dark columns are cut off at the bottom. Units share one scale, all units together have their own
chart-origins = Where units with raised seats got students from
    .about = Where students who moved to units with raised seats had been admitted, by municipality and provider of the unit
origins-title = { $students } students moved to units that had raised their seats, most from units in { $name }: { $most }
origins-title-plain = { $students } students moved to units that had raised their seats
origins-note = The municipality is that of the unit to which students had been admitted
origins-empty = No unit with raised seats got students from another
origins-municipal = Municipal unit
origins-independent = Independent unit
origins-public-other = Region, state, federation
origins-together = Kinds together or unknown
origins-units = Units that raised their seats
origins-seats = Seats
origins-more = {" "}and { $count } more
origins-nobody = Nobody from another unit
chart-region-net = Net flows in the region
    .about = Pairs of municipalities where more students go one way than the other, and how many more come to each municipality than leave it
chart-card = Dependency card
    .about = A page of A4 for each municipality: key figures, both maps, programmes by destination, the ledger of the year and what changed since the year before
card-title-plain = Dependency card of { $name }
card-cross = With another provider
card-residents = Students who live here
card-out = Study elsewhere
card-into = Come from elsewhere
card-pupils = Students who study here
card-of-residents = { $share } of those who live here
card-of-pupils = { $share } of those who study here
card-net = net { $net }
card-since = { $change } since { $year }
card-since-points = { $change } percentage points since { $year }
card-changed = What changed since { $year }
card-changed-homes = Where those who live here study:
card-changed-pupils = Where those who study here come from:
card-changed-none = no changes to show
card-programme = Programme
card-programmes-places = Programmes and municipality of the school: students who live in { $name }
card-programmes-kinds = Programmes and providers: students who live in { $name }
card-programmes-rest = { $count ->
    [one] 1 more programme
   *[other] { $count } more programmes
}
card-other-places = Others
card-ledger = From admission to 15 October: the units in { $name }
card-ledger-note = The ledger counts students without a known home too
card-ledger-none = { $name } has no units in the ledger of the year.
card-ledger-sum = All units
card-seats = Seats in October
card-seats-change = Seats changed
