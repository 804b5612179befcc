sheet-kinds = Huvudmannatyper
    .about = Elever efter vilken typ av huvudman som driver enheten, och andelen för varje typ
column-kind = Typ av huvudman
column-share = Andel
word-kind-own_provider = Egen kommun
word-kind-other_municipality = Annan kommun
word-kind-independent_home = Fristående i hemkommunen
word-kind-independent_elsewhere = Fristående i annan kommun
word-kind-region_state = Region, stat, förbund
chart-kinds = Elever efter typ av huvudman, år för år
    .about = Staplade ytor: regionens elever efter vilken typ av huvudman som driver enheten
kinds-title = { $region }: { $now } läser hos den egna kommunen, { $was } { $year }
kinds-note = Andel av regionens elever med känd skolenhet, efter vem som driver enheten sett från hemkommunen
kinds-rest = Ytan märkt .. visar resten: andelen är dold
kinds-hidden = Andelarna är dolda
kinds-years-hidden = { $count ->
    [1] Ett år visas inte: en andel är dold
   *[other] { $count } år visas inte: någon andel är dold
 }
