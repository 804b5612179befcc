# Kommandoraden
format-csv = Text med avgränsare (CSV)
format-workbook = Arbetsbok (Excel, OpenDocument)
format-parquet = Parquet
exporter-csv = tabeller som CSV
exporter-parquet = tabeller som Parquet
exporter-page = hela rapporten som en webbsida, för skärm, telefon och papper
exporter-svg = bilder som SVG
exporter-png = bilder som PNG
exporter-xlsx = arbetsbok för Excel
word-error = Fel
word-warning = Varning
word-note = Obs
word-stopped = Avbrutet. Inget halvfärdigt ligger kvar.
help = Vem är beroende av vem: elevflöden i gymnasieskolan från antagning till 15 oktober
help-exit-codes = Slutkoder: 0 klart; 1 klart, men underlaget överskred en tolerans; 2 fel användning eller konfiguration; 3 underlaget går inte att läsa eller använda; 4 resultatet går inte att skriva; 5 inget publicerat eftersom skyddet inte kunde visas; 130 stoppat med Ctrl-C eller SIGTERM
help-report = Årets rapport: underlag in, allt ut
help-check = Läs och städa bara: vad som blev av varje rad
help-flows = Flödestabellen som .csv, .parquet, .graphml eller .geojson
help-map = En beroendekarta
help-slides = Bildspel för PowerPoint eller som PDF: för regionen, för några kommuner eller ett för varje kommun
help-slides-of = Kommunens kod eller namn; flera kommuner samlas i ett bildspel, en efter en. unit:KOD ger en bild om en skolenhet. Utan --of: regionens bildspel, och i en mapp även ett för varje kommun
help-slides-out = Fil som slutar på .pptx eller .pdf, eller en mapp för regionens bildspel och ett för varje kommun
help-synth = Fiktiva underlag av valfri storlek, med facit
help-init = En kommenterad konfiguration att börja med
help-list = Vad programmet kan mäta, rita, läsa och skriva
help-option-config = Konfigurationsfil [annars ./elevflode.toml, annars den inbyggda demoregionen]
help-option-lang = Språk: sv eller en [annars konfigurationens, annars datorns, annars sv]
help-option-threads = Antal trådar [annars datorns kärnor]
help-option-memory = Minne för elevrader; resten går till disk [500M, 4G; annars så mycket som behövs]
help-option-quiet = Skriv bara fel
help-option-year = Året som sidor och kartor handlar om [annars konfigurationens, annars det senaste]
help-option-since = Manifest för en tidigare publik utgåva: tal som visades där räknas som kända, och små skillnader döljs
help-option-release = Utgåva: public, där små tal är dolda, eller internal [public]
help-option-out = Fil eller mapp att skriva
help-report-out = Mapp att skriva [reports/<region>-<år>-intern]
help-report-only = Bara dessa delar: tables,csv,page,maps,charts,workbook,slides,pdf
help-check-json = Skriv som JSON
help-check-out = Mapp för quality.csv och quality_detail.csv
help-map-kind = map: beroendekarta; change: ändring mot --against; pair: två tidpunkter bredvid varandra; programmes: en liten karta per program; net: regionens nettoflöden
help-map-by = Vart linjerna går på hemkommunens karta: unit, provider (huvudman) eller municipality
help-map-against = Året eller tidpunkten att jämföra med, till exempel 2021 eller admission
help-map-text = Hur en SVG-fil innehåller sina texter: font, som text i sitt typsnitt, eller outlines, som konturer för program som inte läser typsnittet. Standard: temats text, annars font
help-map-scale = Hur många gånger större en PNG är, 1 till 4; i en mapp skrivs PNG bara med --scale
maps-written = { $count ->
    [one] 1 karta
   *[other] { $count } kartor
} ligger i { $path }
help-map-perspective = home: vart kommunens elever går; provider: varifrån eleverna i kommunens skolenheter kommer. Utan: båda
help-map-of = Kommunens kod eller namn; för anordnarens sida även en skolenhet eller huvudman (unit:KOD, provider:KOD). Utan --of: regionens alla kommuner
help-map-programme = Bara ett program, till exempel NA, en grupp (vocational, preparatory, introduction) eller all: vart och ett
help-map-snapshot = Tidpunkt: admission, october eller enrolled [october]
help-map-out = Bildfil som slutar på .svg eller .png, eller en mapp för en hel serie
help-synth-students = Antagna per år
help-synth-seed = Frö: samma frö ger samma filer
help-synth-years = År, till exempel 2021-2023
help-synth-national = Hela landet i stället för demoregionen
help-synth-municipalities = Kommuner som bildar regionen, med dem omkring, i stället för demoregionen
help-init-dir = Mappen som konfigurationen läggs i
help-list-what = Vad som ska listas
check-source = Källa
check-reason = Utfall
check-rows = Rader
check-students = Elever
check-share = Andel
reason-malformed = fel antal fält eller ett felplacerat citattecken
reason-filtered = utanför filtret
reason-invalid_year = oläsligt år
reason-invalid_year_group = oläslig årskurs
reason-invalid_time = oläslig tidpunkt
reason-invalid_count = antalet är inte ett heltal, noll eller större
reason-hidden_count = antalet är dolt (..)
reason-missing_count = antalet saknas (.)
reason-duplicate = samma elev igen
reason-earlier_round = antagen igen i en senare omgång
reason-second_place = samma elev på en annan plats
reason-unknown_unit = okänd skolenhet
reason-protected_home = skyddade personuppgifter
reason-unknown_home = okänd hemkommun
reason-unknown_programme = okänt program
reason-retired_programme = programmet har upphört
reason-missing_student = elev-id saknas
reason-kept = behållna
snapshot-admission = antagningen
snapshot-october = årskurs 1 den 15 oktober
snapshot-enrolled = alla årskurser den 15 oktober
population-national = nationella program
population-all = alla program
stage-synth = skapar fiktiva underlag
stage-registers = läser register
stage-extracts = läser underlag
stage-duplicates = söker dubbletter
stage-flows = räknar flöden
stage-link = kopplar elever
stage-compute = räknar tabeller
stage-tables = skriver tabeller
stage-csv = skriver CSV-tabeller
stage-pictures = ritar bilder
stage-disclosure = skyddar små tal och prövar skyddet (tar minuter för den första publika utgåvan)
stage-graph = bygger grafen
stage-page = skriver sidan
stage-maps = skriver kartor
stage-charts = skriver diagram
stage-spark-sources = kontrollerar vad klustret har
stage-spark-lines = räknar rader på klustret
stage-spark-students = kopplar elever på klustret
engine-no-lines = quality_detail.csv får inga rader: rader med anmärkning finns på klustret, och inget om en enskild rad lämnar det
engine-no-checksums = manifestet får inga kontrollsummor för underlag på klustret
engine-no-tracing = nyckeltalet N17623 saknas: klustret följer inte elever från en höst till nästa
report-headline = { $share } av eleverna i { $region } läser hos annan huvudman än hemkommunen ({ $cross } av { $students }; { $population }, { $snapshot } { $year }).
report-internal = INTERN
report-no-headline-hidden = Andelen visas inte: regionens elever är för få i den publika utgåvan
report-no-headline = Regionen har inga elever i urvalet
report-written = Rapporten ligger i { $path }
init-written = Skrev { $path }
synth-written = Skrev fiktiva underlag i { $path }
reason-note = textrad eller rubriker igen
reason-totals_row = summarad
reason-restored_code = inledande nolla återställd
check-effect = Huvudtalet
check-told = enligt konfigurationen
check-read-as = läst som
check-columns = kolumner
check-kind-admission = antagna
check-kind-october = inskrivna 15 oktober
check-kind-seats = utbildningsplatser
check-form-delimiter = avgränsare ”{ $value }”
check-form-sheet = blad { $value }
check-form-header = rubriker på rad { $value }
check-headline = Huvudtalet: { $share } av eleverna läser hos annan huvudman än hemkommunen ({ $cross } av { $students }; { $population }, { $snapshot } { $year }).
check-uncounted = I { $rows } av raderna går antalet inte att läsa; de räknas som en elev var.
help-init-from = Underlag vars rubriker läses, och ett skolenhetsregister: konfigurationen fylls i utifrån dem
init-kind-columns = enligt kolumnerna: admission, october eller seats
init-kind-name = enligt filnamnet: admission, october eller seats
init-kind-nothing = gissat, kontrollera: admission, october eller seats
init-year-name = ur filnamnet; ingen kolumn anger året
init-year-none = fyll i: varken filnamnet eller någon kolumn anger året
init-round = preliminary, final eller reserve
init-several = flera kolumner passar: slå på en
init-none = ingen rubrik känns igen
init-student-or-count = en rad är en elev eller ett antal: välj student eller count
init-others = kolumner som inte används
init-open-several = { $field }: flera kolumner passar ({ $headers }); slå på en av dem i konfigurationen
init-open-none = { $field }: ingen rubrik känns igen; skriv den i konfigurationen
init-open-kind = typen av underlag är gissad; kontrollera kind
init-open-year = året saknas; fyll i year
reason-doubtful_student = personnummer med fel form eller kontrollsiffra
check-ids = elever
check-ids-personal_numbers = personnummer, pseudonymiseras vid inläsningen
check-ids-surrogates = elev-id utan innebörd, pseudonymiseras vid inläsningen
reason-succeeded_unit = enheten har uppgått i en annan
reason-closed_unit = enheten är stängd det året
report-unplaced = { $students } av regionens elever ({ $share }) går på en skolenhet som inte finns i registret och är inte med i andelen
check-lost = { $lost } elever i rader som inte kan användas kan höra till andelen: { $low } om alla läser hos hemkommunen, { $high } om ingen gör det.
check-nothing-lost = Ingen rad som hör till andelen har gått förlorad.
help-option-template = Organisationens mall för bildspel, .potx eller .pptx
help-option-theme = Temafil med organisationens färger, typsnitt och logotyp
theme-contrast = temat: { $slot } har för låg kontrast mot { $ground } (kontrast { $found }, minst { $wanted })
theme-alike = temat: { $slot } och { $other } är svåra att skilja åt { $sight } (avstånd { $found }, minst { $wanted })
ground-water = vatten
ground-land = land
ground-region = regionens land
ground-paper = vitt
ground-text = regionens land som text
ground-names = namnen på kartan
sight-all = för alla
sight-no-red = för den som saknar röda tappar
sight-no-green = för den som saknar gröna tappar
sight-no-blue = för den som saknar blå tappar
check-unused = används inte
reason-shared_student = id som flera elever delar
reason-not_in_force = placering som inte gäller den 15 oktober
reason-invalid_date = oläsligt datum
remark-no-year-group = { $source } saknar en känd kolumn för årskurs: alla rader räknas som årskurs 1. Kolumner som inte används: { $unused }
remark-all-protected = Alla elever i { $source } har skyddade personuppgifter: ingen av dem ingår i någon andel.
remark-shared-ids = { $rows } rader i { $source } har id med tre hemkommuner eller fler; de räknas, men kopplas inte.
remark-several-rounds = { $one } ser ut att vara en preliminär antagning och { $other } en slutlig, men båda läses som samma omgång. Ge var och en sitt [[extract]] med round = "…".
remark-official-without-year-groups = Inga nyckeltal jämförs med de officiella: inget utdrag från den 15 oktober har årskurser.
check-form-hidden_rows = { $value } dolda rader, som läses
remark-unspellable = Typsnittet saknar tecken i { $names }. I bilder visas koden i stället för namnet.
remark-hidden-rows = Dolda rader i { $source }: { $rows }. De läses som övriga rader. Om de medvetet är bortfiltrerade i arbetsboken, ange samma filter under [extract.filter].
check-filled = tolkat som
check-registers-units = skolenhetsregister
check-registers-municipalities = kommunregister
check-registers-programmes = programregister
init-units-several = ännu ett skolenhetsregister: lägg ihop dem i en fil
check-register-headers =
    { $count ->
        [one] { $number } kolumn med annat namn
       *[other] { $number } kolumner med andra namn
    }
check-register-documents =
    { $count ->
        [one] { $number } dokument ur det nationella skolenhetsregistret
       *[other] { $number } dokument ur det nationella skolenhetsregistret
    }
check-register-kinds =
    { $count ->
        [one] { $number } huvudmannatyp med ett annat ord
       *[other] { $number } huvudmannatyper med andra ord
    }
check-register-municipality_names =
    { $count ->
        [one] { $number } kommun angiven med namn
       *[other] { $number } kommuner angivna med namn
    }
check-register-municipal_kind =
    { $count ->
        [one] { $number } enhet som räknas som kommunal, eftersom huvudmannen är en kommun
       *[other] { $number } enheter som räknas som kommunala, eftersom huvudmannen är en kommun
    }
check-register-municipal_provider =
    { $count ->
        [one] { $number } kommunal enhet utan huvudman: kommunen den ligger i
       *[other] { $number } kommunala enheter utan huvudman: kommunen de ligger i
    }
check-register-provider_names =
    { $count ->
        [one] { $number } kommunal enhet vars huvudman anges med namn: kommunen med det namnet
       *[other] { $number } kommunala enheter vars huvudman anges med namn: kommunen med det namnet
    }
check-register-provider_numbers =
    { $count ->
        [one] { $number } kommunal enhet vars huvudman är ett organisationsnummer: kommunen där de flesta av dess enheter ligger
       *[other] { $number } kommunala enheter vars huvudman är ett organisationsnummer: kommunen där de flesta av dess enheter ligger
    }
check-register-provider_elsewhere =
    { $count ->
        [one] av dem { $number } som ligger i en annan kommun
       *[other] av dem { $number } som ligger i en annan kommun
    }
check-register-own_provider =
    { $count ->
        [one] { $number } annan enhet utan huvudman: sin egen huvudman
       *[other] { $number } andra enheter utan huvudman: var och en sin egen huvudman
    }
check-register-person_provider =
    { $count ->
        [one] { $number } enhet vars huvudman har ett personnummer: sin egen huvudman, numret sparas inte
       *[other] { $number } enheter vars huvudman har ett personnummer: var och en sin egen huvudman, numret sparas inte
    }
check-register-converted =
    { $count ->
        [one] { $number } plats omräknad från SWEREF 99 TM
       *[other] { $number } platser omräknade från SWEREF 99 TM
    }
check-register-no_end =
    { $count ->
        [one] { $number } upphörd enhet utan datum: öppen alla år
       *[other] { $number } upphörda enheter utan datum: öppna alla år
    }
check-register-starts =
    { $count ->
        [one] { $number } startdatum för en enhet i drift, som inte används (en enhet som registreras om får ett nytt)
       *[other] { $number } startdatum för enheter i drift, som inte används (en enhet som registreras om får ett nytt)
    }
check-register-abroad =
    { $count ->
        [one] { $number } enhet utomlands, utelämnad
       *[other] { $number } enheter utomlands, utelämnade
    }
names-more = { $names } och { $more } till
help-completions = Komplettering av kommandon och flaggor för ett skal
help-completions-shell = Skalet
help-man = Manualen: programmets sida, eller med --out också en sida för varje kommando
help-man-out = Mapp för sidorna, till exempel ~/.local/share/man/sv/man1
help-option-help = Visa den här hjälpen
help-option-version = Visa versionen
man-written = { $count } sidor ligger i { $path }
man-name = NAMN
man-synopsis = SYNOPS
man-description = BESKRIVNING
man-options = FLAGGOR
man-commands = KOMMANDON
man-command = kommando
man-exit-codes = SLUTKODER
man-environment = MILJÖVARIABLER
man-version = VERSION
man-see-also = SE ÄVEN
man-values = Möjliga värden
man-default = förval
man-env-cache = Mapp där besluten om publika utgåvor sparas; tom: inget sparas [annars elevflode i användarens cachemapp]
man-env-plans = anew: besluta på nytt och bortse från det som är sparat
man-env-locale = Språket, om varken --lang eller konfigurationen anger det
man-env-tmpdir = Mapp för den tillfälliga filen för --memory
man-env-spark = Token för en Spark-server, om konfigurationen inte anger en annan variabel
