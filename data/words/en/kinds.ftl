sheet-kinds = Provider kinds
    .about = Students by kind of provider that runs the unit, and the share of each kind
column-kind = Kind of provider
column-share = Share
word-kind-own_provider = Own municipality
word-kind-other_municipality = Other municipality
word-kind-independent_home = Independent, at home
word-kind-independent_elsewhere = Independent, elsewhere
word-kind-region_state = Region, state, federation
chart-kinds = Students by kind of provider, year by year
    .about = Stacked areas: the region's students by the kind of provider that runs the unit
kinds-title = { $region }: { $now } study with their own municipality, { $was } in { $year }
kinds-note = Share of the region's students with a known school unit, by who runs the unit as seen from the home municipality
kinds-rest = The area marked .. shows the rest: its share is hidden
kinds-hidden = The shares are hidden
kinds-years-hidden = { $count ->
    [1] One year is not shown: a share is hidden
   *[other] { $count } years are not shown: a share is hidden
 }
