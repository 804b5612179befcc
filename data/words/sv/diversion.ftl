sheet-diversion = Diversion
    .about = Vart eleverna skulle ta vägen om ett program på en skolenhet, eller hela enheten, lades ned och alla fick plats: uppskattat efter vad elever från samma hemkommun på samma program har valt
sheet-validation = Prövning
    .about = Hur väl diversionen har stämt: förutsägelsen jämförd med det som hände när enheter höjde sina platser eller lades ned
column-diversion = Diversion
column-layer = Uppskattad av
column-free_seats = Lediga platser
column-group = Programgrupp
column-units = Enheter
column-moves = Elever, prövning
column-tvd = Avstånd
column-tvd_baseline = Avstånd, jämförelse
column-skill = Träffsäkerhet
word-layer-home_programme = Hemkommun och program
word-layer-home_group = Hemkommun och programgrupp
word-layer-programme = Program
word-layer-group = Programgrupp
word-layer-no_alternative = Inget alternativ
word-kind-raised = Höjde platserna
word-kind-closed = Lades ned
whatif-name = Tänk om
whatif-displaced = Berörda elever
whatif-placed = Får plats
whatif-unplaced = Utan plats
whatif-drawn = Skulle byta till de nya platserna
whatif-empty = Nya platser som ingen tar
whatif-title = { $students } elever berörs: { $placed } får plats på andra håll, { $unplaced } står utan plats
whatif-title-drawn = De nya platserna skulle ta { $students } elever från andra skolor
whatif-title-nothing = Ingen elev berörs
whatif-closes = { $name } läggs ned
whatif-closes-provider = Alla enheter med huvudmannen { $name } läggs ned
whatif-seats = { $name }: { $change } platser
whatif-opens = { $name } öppnar i { $place } med { $seats ->
    [one] 1 plats
   *[other] { $seats } platser
} på { $programme }; eleverna antas välja som de som går på { $like }
whatif-first-area = Kommunala platser går först till elever från kommunen och samverkansområdet
whatif-homes-caption = Berörda elever efter hemkommun, och var de skulle få plats
whatif-to-caption = Vart eleverna skulle gå.
whatif-from-caption = Varifrån eleverna skulle komma.
whatif-more-offers = { $count ->
    [one] Ytterligare en utbildning finns i tabellen.
   *[other] Ytterligare { $count } utbildningar finns i tabellen.
}
whatif-col-placed = Får plats
whatif-col-drawn = Byter
whatif-other-homes = Övriga kommuner
whatif-rest = Ytterligare { $count }
whatif-list-to = Vart eleverna skulle gå
whatif-list-from = Varifrån eleverna skulle komma
whatif-fate-own_provider = Egen kommun
whatif-fate-other_municipality = Annan kommun
whatif-fate-independent = Fristående
whatif-fate-region_state = Region, stat, förbund
whatif-fate-no_room = Utan plats
whatif-fate-no_alternative = Inget alternativ
whatif-with-own_provider = hos den egna kommunen
whatif-with-other_municipality = hos en annan kommun
whatif-with-independent = hos en fristående huvudman
whatif-with-region_state = hos en region, staten eller ett förbund
whatif-with-no_room = utan plats
whatif-with-no_alternative = utan något alternativ
whatif-held-raised = Prövning { $year }: { $units } enheter höjde sina platser efter antagningen och { $moves } elever bytte dit från andra enheter. Förutsägelsen om varifrån de kom ligger på avståndet { $tvd } från utfallet (0 är fullträff, 1 helt fel); enbart efter skolornas storlek { $baseline }. Av dem som kom till enheterna var { $coverage } antagna på en annan enhet; övriga omfattas inte.
whatif-held-closed = Prövning { $year }: { $units } enheter hade lagts ned, med { $moves } elever i den sista kullen. Förutsägelsen om vart nästa kull skulle gå ligger på avståndet { $tvd } från utfallet (0 är fullträff, 1 helt fel); enbart efter skolornas storlek { $baseline }.
whatif-untested = Uppskattningen har inte kunnat prövas på de här uppgifterna: för få elever har bytt till enheter som höjt sina platser, och ingen enhet har lagts ned.
whatif-limits = Uppskattningen bygger på vad elever från samma hemkommun på samma program har valt, inte på deras egna andrahandsval. Stora andelar underskattas ofta. Den gäller årskurs 1 vid ett tillfälle; avstånd vägs in bara genom hemkommunen, och vid platsbrist delas platserna lika medan en verklig antagning går efter meritvärde.
whatif-note-rounded = Beräknat av de publicerade, avrundade talen.
card-scope = alla program, { $census }
card-title-unplaced = Om { $name } lades ned skulle { $unplaced } av { $students } elever stå utan plats
card-title-placed = Om { $name } lades ned skulle alla eller nästan alla av { $students } elever få plats på andra håll
card-closed-caption = Om { $name } lades ned: eleverna efter hemkommun, och var de skulle få plats
card-closed-lead = Av { $students } elever: { $parts }.
card-fact-students = Elever i årskurs 1
card-fact-seats = Platser
card-fact-fill = { $fill } av platserna är tagna
card-fact-arrivals = Tillkommande efter antagningen
card-fact-arrivals-note = { $moved } från andra enheter, { $other } som inte var antagna
card-fact-departures = Avgående efter antagningen
card-fact-departures-note = { $moved } till andra enheter, { $other } som inte började
card-col-market-share = Andel av hemkommunens elever
card-col-commitment = Andel av enhetens elever
card-col-diversion = Andel av eleverna
card-col-free = Lediga platser
card-col-distance = Avstånd, km
card-col-drawn = Förlorar till ny klass
card-col-seats = Platser
card-homes-caption = Varifrån eleverna kommer ({ $scope }).
card-more-homes = Ytterligare { $count ->
    [one] 1 kommun
   *[other] { $count } kommuner
} visas inte.
card-alternatives-caption = Närmaste alternativ: vart eleverna skulle gå om enheten lades ned, och hur många elever var och en skulle förlora om den växte med en klass ({ $seats } platser)
card-programmes-caption = Program, platser och fyllnad i årskurs 1
help-whatif = Vad händer om enheter läggs ned, mister eller får platser, eller öppnar
help-whatif-close = Enhet som läggs ned, eller bara ett program på den: 00123456, 00123456:NA, provider:KOD; kan anges flera gånger
help-whatif-seats = Utbildning som får eller mister platser: 00123456:NA=-20; kan anges flera gånger
help-whatif-open = Ny utbildning: namn, kommun, program, platser och den enhet vars elever väljer likadant: Nya skolan:1480:NA=60:like=00123456
help-whatif-first = Vem som går först där platserna inte räcker: area (kommunens och samverkansområdets elever i kommunala skolor) eller none [none]
help-whatif-out = Mapp att skriva
whatif-written = Rapport, tabell, karta och bild finns i { $path }
dependents-title-section = Vem är beroende av vilken skola
page-nav-dependents = Beroende av skolor
dependents-lead = Tänk om en skolenhet lades ned: vart skulle eleverna gå, och hur många skulle stå utan plats? Eleverna fördelas som andra elever från samma hemkommun på samma program har valt, så långt de lediga platserna räcker. Underlag: { $census }.
dependents-most-caption = Enheterna som flest är beroende av: elever, och vad som händer med dem om enheten läggs ned.
dependents-providers-caption = Huvudmännen: elever, och vad som händer med dem om alla huvudmannens enheter läggs ned.
dependents-shown = { $shown } av { $all } visas.
dependents-title = Störst är beroendet av { $name }: { $unplaced } av { $students } elever skulle stå utan plats om den lades ned
dependents-title-placed = Störst är beroendet av { $name }: dess { $students } elever skulle behöva plats på andra håll
dependents-col-others = Hos andra
dependents-only = Bara en huvudman har skolenheter i { $places }.
topic-dependents = beroendet av enskilda skolor
workbook-other = Övriga
workbook-no-programme = Inget program
whatif-untested-public = Hur väl uppskattningen har stämt för enheter som höjt sina platser framgår bara av den interna utgåvan, eftersom så få elever byter att talen inte publiceras.
card-title-all = Om { $name } lades ned skulle alla { $students } elever få plats på andra håll
