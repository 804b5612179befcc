# Bilder: kartor och diagram
error-png = Bilden kunde inte ritas som PNG
    .where = { $picture }
    .found = { $why }
    .hint = välj en mindre skala eller skriv SVG
stamp-internal = INTERN
source-internal = Källa: huvudmännens utdrag ur antagningen och elevregistret den 15 oktober. Inga tal dolda.
source-public = Källa: huvudmännens utdrag ur antagningen och elevregistret den 15 oktober. Små tal är dolda.
source-public-round = Källa: huvudmännens utdrag ur antagningen och elevregistret den 15 oktober. Varje antal är avrundat för sig till närmaste multipel av { $step }; antal under { $base } visas inte.
picture-population-national = Nationella program
picture-population-all = Alla program
programme-code = Program { $code }
picture-snapshot-admission = antagna { $year }
picture-snapshot-october = årskurs 1 den 15 oktober { $year }
picture-snapshot-enrolled = alla årskurser den 15 oktober { $year }
both-times = från antagningen till den 15 oktober { $year }
round-preliminary = preliminärantagning
round-final = slutantagning
round-reserve = reservantagning
picture-group-vocational = Yrkesprogram
picture-group-preparatory = Högskoleförberedande program
picture-group-introduction = Introduktionsprogram
picture-group-other = Övriga program
map-body-title = { $name }: { $share } av eleverna kommer från andra kommuner
map-body-title-plain = Varifrån eleverna vid { $name } kommer
map-no-pupils-of = { $name } har inga elever i urvalet
map-home-about-providers = { $total } elever bor i { $name }. { $stay } läser hos kommunen själv och { $away } hos annan huvudman.
map-body-about = { $total } elever läser vid { $name }. { $stay } bor i kommunen där de läser, { $away } kommer från andra kommuner.
panel-providers = Huvudman
panel-pupils-of = elever läser vid { $name }
panel-stay-own = Hos { $name } själv
panel-stay-there = Bor där de läser
panel-rest-provider = { $count } huvudman till
panel-rest-providers = { $count } huvudmän till
note-shown-providers = Linjerna visar { $share } av dem som läser hos annan huvudman ({ $flows } av { $of } huvudmän i { $lines ->
    [one] 1 linje
   *[other] { $lines } linjer
})
note-tangled = { $count ->
    [one] Ett mindre flöde utan egen väg på kartan ritas inte
   *[other] { $count } mindre flöden utan egen väg på kartan ritas inte
}
both-moments = { $then } och { $now }
map-home-changed = { $name }: { $now } läser hos annan huvudman, mot { $was } { $then }
map-home-changed-plain = Var eleverna i { $name } läser, mot { $then }
map-provider-changed = Enheterna i { $name }: { $now } kommer från andra kommuner, mot { $was } { $then }
map-provider-changed-plain = Varifrån eleverna i { $name } kommer, mot { $then }
map-body-changed = { $name }: { $now } kommer från andra kommuner, mot { $was } { $then }
map-body-changed-plain = Varifrån eleverna vid { $name } kommer, mot { $then }
map-changed-about = { $name }: { $now } elever, mot { $was } { $then }.
map-net-title = { $count ->
    [one] { $name } tar emot en elev mer än som reser därifrån
   *[other] { $name } tar emot { $count } fler elever än som reser därifrån
}
map-net-title-plain = Nettoflöden mellan kommunerna i { $region }
map-net-about = Inpendling minus utpendling:
map-home-programmes = { $name }: störst andel hos annan huvudman på { $programme }, { $share }
map-provider-programmes = Enheterna i { $name }: störst andel utifrån på { $programme }, { $share }
panel-all-residents = Bor i { $name }
panel-all-pupils = Läser i { $name }
panel-admission = Antagna
panel-october = 15 okt.
panel-enrolled = Inskrivna
panel-change = Ändring
panel-municipality = Kommun
panel-into = In
panel-out = Ut
panel-net = Netto
legend-stay-own = Kärnan: hos kommunen själv
legend-clamped-one = 1 linje ritas med minsta bredd
legend-lines-change = Linje: ändring, elever
legend-circles-change = Cirkelyta: ändring
legend-rose = Fler än { $then }
legend-fell = Färre än { $then }
legend-lines-net = Linje: netto, elever
legend-circles-net = Cirkelyta: netto
legend-receives = Fler in än ut
legend-sends = Fler ut än in
note-shown-change = Linjerna visar { $share } av ändringarna ({ $flows } av { $of } kommuner)
note-shown-net = Linjerna visar { $share } av nettoflödena ({ $flows } av { $of } par av kommuner)
note-undrawn = { $count ->
    [one] 1 flöde
   *[other] { $count } flöden
} ritas inte: plats saknas
map-rest-provider = { $name }: { $count } huvudman till
map-rest-providers = { $name }: { $count } huvudmän till
panel-units-of = Skolenheterna
legend-rest-providers = +n: n huvudmän tillsammans
note-programmes-left = Program med färre elever visas inte: { $names }
note-too-dense = Kartan skulle behöva { $count } linjer, fler än någon kan läsa: matrisen visar samma flöden
map-short = { $total } elever
map-short-one = { $total } elev
map-short-home = { $share } hos annan huvudman
map-short-provider = { $share } utifrån
note-pair-home = Samma skala på båda kartorna. Linjerna går till skolans kommun, alla huvudmän tillsammans
note-pair-provider = Samma skala på båda kartorna. Linjerna kommer från elevernas hemkommun
note-programmes-home = Samma skala på alla kartor. Procent: andel hos annan huvudman. Program utan elever visas inte
note-programmes-provider = Samma skala på alla kartor. Procent: andel från andra kommuner. Program utan elever visas inte
outside-region = Utanför regionen
largest = Störst
part-of = { $part } av { $whole }
side-own = Egen kommun
side-municipal = Annan kommun
side-municipal-here = Kommunal
side-independent = Fristående
side-public-other = Region, stat, förbund
side-mixed = Flera slag
chart-dependency-map = Beroendekartor
    .about = Kartor för varje kommun: från hemkommunens sida de skolenheter som invånarna går till, från anordnarens sida varifrån eleverna kommer
map-home-title = { $share } av eleverna i { $name } läser hos annan huvudman
map-home-title-plain = Var eleverna i { $name } läser
map-provider-title = Enheterna i { $name }: { $share } av eleverna kommer från andra kommuner
map-provider-title-plain = Varifrån eleverna i { $name } kommer
map-no-students = Inga elever från { $name } finns i underlaget
map-no-units = { $name } har inga skolenheter av någon huvudman
map-no-flows-hidden = Inget flöde är stort nog att visas.
map-no-flows = Det finns inget flöde att rita.
map-no-pupils = Enheterna i { $name } har inga elever i urvalet
map-home-about = { $total } elever bor i { $name }. { $stay } läser i kommunen, { $away } i andra kommuner, { $cross } hos annan huvudman än hemkommunen.
map-provider-about = { $total } elever läser vid enheterna i { $name }. { $stay } bor i kommunen, { $away } kommer från andra kommuner.
panel-residents = elever bor i { $name }
panel-pupils = elever läser i { $name }
panel-units = Skolenhet
panel-places = Skolans kommun
panel-homes = Hemkommun
panel-units-here = Enheterna i kommunen
panel-students = Elever
panel-share = Andel
panel-from-elsewhere = Utifrån
panel-stay = Läser i { $name }
panel-stay-here = Bor i { $name }
panel-rest-unit = { $count } enhet till
panel-rest-units = { $count } enheter till
slide-exchange-to = Läser där
slide-exchange-from = Kommer därifrån
note-smaller = { $count ->
    [one] Ett mindre flöde har ingen linje; det ingår i tabellen
   *[other] { $number } mindre flöden har ingen linje; de ingår i tabellen
}
slide-change-lead = { $was } { $from }, { $now } { $to }.
slide-change-factor = Orsak
slide-change-chart = Varför andelen ändrades, procentenheter
panel-more = { $count } till
panel-rest-home = { $count } kommun till
panel-rest-homes = { $count } kommuner till
map-others = Övriga i { $name }
map-rest = { $name }: { $count } enheter till
map-rest-one = { $name }: { $count } enhet till
legend-stay-home = Kärnan: läser i kommunen
legend-stay-provider = Kärnan: bor i kommunen
legend-stay-both = Kärnan: läser där de bor
legend-stay-hidden = ..: kärnan är dold
legend-rest = +n: n enheter tillsammans
note-moved = Märkena är flyttade isär, högst { $count } km
legend-lines = Linje: elever
legend-circles = Cirkelyta: elever
legend-shared = Samma skala i alla { $count } kartor i serien
legend-clamped = { $count ->
    [one] 1 linje ritas med minsta bredd
   *[other] { $count } linjer ritas med minsta bredd
}
note-shown-home = Linjerna visar { $share } av dem som läser i andra kommuner ({ $flows } av { $of } enheter i { $lines ->
    [one] 1 linje
   *[other] { $lines } linjer
})
note-shown-places = Linjerna visar { $share } av dem som läser i andra kommuner ({ $flows } av { $of } kommuner)
note-places = Linjerna går till skolans kommun, alla huvudmän tillsammans
note-shown-provider = Linjerna visar { $share } av dem som kommer utifrån ({ $flows } av { $of } hemkommuner i { $lines ->
    [one] 1 linje
   *[other] { $lines } linjer
})
note-hidden-flows = Dolda flöden som inte ritas: { $count }
note-without-place = { $count ->
    [one] 1 flöde
   *[other] { $count } flöden
} saknar koordinater och ritas inte
note-labels = { $count ->
    [one] 1 etikett utelämnad
   *[other] { $count } etiketter utelämnade
}
note-crowded-out = Utan plats på kartan: { $names }
note-ring = Platserna saknar koordinater och står i en ring i kodordning
note-october-stops = Elever som läser utanför regionen saknas i underlaget
note-rows = { $shown } av { $of } kommuner visas
note-rows-units = { $shown } av { $of } enheter visas
note-hidden-rows = Enheter med dolda tal som inte visas: { $count }
note-hidden-homes = Kommuner med dolda tal som inte visas: { $count }
chart-region-matrix = Regionmatris
    .about = Hemkommuner mot huvudmän: elever i varje cell, marginaler och andel hos annan huvudman
matrix-title = { $share } av regionens elever läser hos annan huvudman än hemkommunen
matrix-about = { $total } elever bor i regionen; { $own } läser hos den egna kommunen och { $cross } hos annan huvudman.
matrix-note = Färg: andel av hemkommunens elever. Ram: den egna kommunens enheter
matrix-note-places = Kolumner: kommunen där skolan ligger, alla huvudmän. Färg: andel av hemkommunens elever. Ram: den egna kommunen
matrix-note-empty = Tomt fält: 0–{ $most } elever
matrix-note-rest = De { $count } största kommunerna visas var för sig
matrix-empty = Inga elever med känd hemkommun och känd enhet i urvalet
matrix-rest = Övriga i regionen
matrix-outside = Kommun utanför
matrix-public-other = Region, stat, förb.
matrix-total = Summa
matrix-share-1 = Hos annan
matrix-share-2 = huvudman
matrix-homes = Hemkommun
chart-shares = Andel elever hos annan huvudman
    .about = Varje kommuns andel elever hos annan huvudman än hemkommunen, uppdelad efter typ av huvudman, och regionens andel
shares-title = { $region }: { $share } av eleverna läser hos annan huvudman
shares-part = { $name }: { $share } ({ $part } av { $whole }).
shares-note = Andel av hemkommunens elever med känd skolenhet
shares-empty = Ingen kommun har en andel att visa i urvalet
shares-region = Regionen { $share }
shares-other-municipality = Annan kommun
shares-independent-home = Fristående i hemkommunen
shares-independent-elsewhere = Fristående i annan kommun
shares-region-state = Region, stat, förbund
shares-together = Tillsammans
chart-ledger = Tillkommande och avgående elever
    .about = Skolenheterna med flest tillkommande eller avgående elever mellan antagningen och den 15 oktober
ledger-title = { $came } elever tillkom och { $went } avgick mellan antagning och 15 oktober
ledger-about = { $admitted } antagna: { $stayed } kvar på samma enhet, { $moved } bytte enhet, { $left } avgick. { $arrived } kom till utan att vara antagna. { $enrolled } elever i årskurs 1 den 15 oktober.
ledger-sum = Alla enheter: { $admitted } antagna − { $went } + { $came } = { $enrolled } den 15 oktober
shares-since = sedan { $year }
shares-note-since = Ring: andelen { $year }; ändring i procentenheter
ledger-empty = Ingen reskontra för året: en av de två tidpunkterna saknas
ledger-no-ids = Ingen reskontra för året: underlagen saknar elev-id att koppla på
ledger-hidden = Alla enheters tal är dolda: de är små eller skulle avslöja små tal
ledger-left = Avgick
ledger-moved-out = Bytte till annan enhet
ledger-moved-in = Bytte hit
ledger-arrived = Tillkom
ledger-arrivals = Tillkommande
ledger-departures = Avgående
ledger-together = Tillsammans
ledger-went = ← Avgående
ledger-came = Tillkommande →
ledger-admitted = Antagna
ledger-enrolled = 15 oktober
chart-seat-deltas = Platser efter antagningen
    .about = Skolenheter vars utbildningsplatser ändrades mellan antagningen och den 15 oktober; höjda är märkta
seats-title = { $units ->
    [one] 1 skolenhet höjde
   *[other] { $units } skolenheter höjde
} sina platser efter antagningen: { $seats } { $count ->
    [one] plats
   *[other] platser
}
seats-none-raised = Ingen skolenhet höjde sina platser efter antagningen
seats-unchanged = Ingen skolenhet har ändrat sina platser
seats-missing = Uppgifter om platser saknas för den ena eller båda tidpunkterna
seats-note = ▲ höjt efter antagningen. Fyllnad: elever i årskurs 1 av platserna den 15 oktober
seats-admission = Antagning
seats-october = 15 oktober
seats-fill = Fyllnad
chart-sankey = Hemkommun, huvudman och skolenhet
    .about = Från hemkommun via typ av huvudman till skolenhet: band lika breda som antalet elever
sankey-title = { $independent } läser hos en fristående huvudman och { $municipal } hos en annan kommun
sankey-note = Bandens bredd: elever. Samma ordning och skala alla år
sankey-homes = Hemkommun
sankey-units = Skolenhet
sankey-rest-homes = { $count ->
    [one] 1 kommun
   *[other] { $count } kommuner
} till
sankey-rest-municipal = { $count ->
    [one] 1 kommunal enhet
   *[other] { $count } kommunala enheter
} till
sankey-rest-independent = { $count ->
    [one] 1 fristående enhet
   *[other] { $count } fristående enheter
} till
sankey-rest-public-other = { $count ->
    [one] 1 annan enhet
   *[other] { $count } andra enheter
} till
chart-share-slopes = Andel hos annan huvudman, år för år
    .about = Varje kommuns andel elever hos annan huvudman än hemkommunen över åren, och regionens
share-slopes-title = { $region }: { $now } läser hos annan huvudman, { $was } { $year }
share-slopes-note = Andel av hemkommunens elever med känd skolenhet. Axeln börjar inte vid noll. Förändring i procentenheter
share-slopes-empty = Det finns bara ett år att visa
share-slopes-most = De kommuner vars andel har ändrats mest visas
share-slopes-change = Förändring
chart-concentration = Koncentration på huvudmän
    .about = Hur många lika stora huvudmän varje kommuns elever motsvarar, och den största av dem
concentration-title = Eleverna i { $few } samlas mest: som hos { $least } lika stora huvudmän; i { $many } { $most }
concentration-part = { $name }: { $effective } effektiva huvudmän av { $providers }, störst { $largest } ({ $share }).
concentration-note = Effektiva huvudmän: så många lika stora huvudmän som ger samma HHI (10 000 / HHI)
concentration-empty = Ingen kommun har elever i urvalet
concentration-hidden = Koncentrationen är dold: den skulle röja hur få elever som läser hos enstaka huvudmän
concentration-axis = Effektiva huvudmän
concentration-providers = Huvudmän
concentration-hhi = HHI
concentration-largest = Störst
chart-waterfall = Från antagning till 15 oktober
    .about = Regionens och enheternas elever steg för steg: antagna, avgångna, bytt enhet, kvar, tillkommit och inskrivna
waterfall-title = { $admitted } antagna blev { $enrolled } elever i årskurs 1 den 15 oktober
waterfall-all = Alla enheter
waterfall-totals = Antagna, kvar, den 15 oktober
waterfall-note = Mörka staplar är avkapade nedtill. Enheterna har samma skala, alla enheter tillsammans en egen
chart-origins = Varifrån enheter med fler platser fick elever
    .about = Var elever som bytte till enheter som ökat sina platser hade antagits, efter enhetens kommun och huvudman
origins-title = { $students } elever bytte till enheter som ökat sina platser, flest från enheter i { $name }: { $most }
origins-title-plain = { $students } elever bytte till enheter som ökat sina platser
origins-note = Kommunen är den där enheten ligger som eleverna var antagna till
origins-empty = Ingen enhet med fler platser fick elever från en annan
origins-municipal = Kommunal enhet
origins-independent = Fristående enhet
origins-public-other = Region, stat, förbund
origins-together = Flera typer eller okänd
origins-units = Enheter som ökat platserna
origins-seats = Platser
origins-more = {" "}och { $count } till
origins-nobody = Ingen från en annan enhet
chart-region-net = Nettoflöden i regionen
    .about = Kommunpar där fler läser åt det ena hållet än åt det andra, och hur många fler som kommer till varje kommun än som reser därifrån
chart-card = Beroendekort
    .about = En sida A4 per kommun: nyckeltal, båda kartorna, program efter destination, årets reskontra och vad som ändrats sedan året före
card-title-plain = Beroendekort för { $name }
card-cross = Hos annan huvudman
card-residents = Elever som bor här
card-out = Läser i annan kommun
card-into = Kommer från annan kommun
card-pupils = Elever som läser här
card-of-residents = { $share } av dem som bor här
card-of-pupils = { $share } av dem som läser här
card-net = netto { $net }
card-since = { $change } sedan { $year }
card-since-points = { $change } procentenheter sedan { $year }
card-changed = Vad som ändrats sedan { $year }
card-changed-homes = Var de som bor här läser:
card-changed-pupils = Varifrån de som läser här kommer:
card-changed-none = inga ändringar att visa
card-programme = Program
card-programmes-places = Program och skolans kommun: elever som bor i { $name }
card-programmes-kinds = Program och huvudman: elever som bor i { $name }
card-programmes-rest = { $count } program till
card-other-places = Övriga
card-ledger = Från antagning till 15 oktober: enheterna i { $name }
card-ledger-note = Reskontran räknar även elever utan känd hemkommun
card-ledger-none = { $name } har inga enheter i årets reskontra.
card-ledger-sum = Alla enheter
card-seats = Platser i oktober
card-seats-change = Ändrade platser
