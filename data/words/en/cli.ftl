# The command line
format-csv = Delimited text (CSV)
format-workbook = Workbook (Excel, OpenDocument)
format-parquet = Parquet
exporter-csv = tables as CSV
exporter-parquet = tables as Parquet
exporter-page = the whole report as one web page, for screen, phone and paper
exporter-svg = pictures as SVG
exporter-png = pictures as PNG
exporter-xlsx = workbook for Excel
word-error = Error
word-warning = Warning
word-note = Note
word-stopped = Stopped. Nothing unfinished is left behind.
help = Who depends on whom: student flows in upper-secondary school from admission to 15 October
help-exit-codes = Exit codes: 0 done; 1 done, but the data exceed a tolerance; 2 usage or config; 3 input cannot be read or used; 4 output cannot be written; 5 nothing published, because protection could not be proved; 130 stopped by Ctrl-C or SIGTERM
help-report = The year's report: extracts in, everything out
help-check = Read and clean only: what became of every row
help-flows = The flow table as .csv, .parquet, .graphml or .geojson
help-map = One dependency map
help-slides = Slides for PowerPoint or as PDF: for the region, for some municipalities, or a deck for each of them
help-slides-of = Code or name of the municipality; several share one deck, one after the other. unit:CODE gives a slide about a school unit. Without --of: the region's deck, and in a folder also one for every municipality
help-slides-out = File that ends in .pptx or .pdf, or a folder for the region's deck and each municipality's
help-synth = Invented extracts of any size, with the true answers
help-init = A commented config to start from
help-list = What the program can measure, draw, read and write
help-option-config = Config file [else ./elevflode.toml, else the built-in demo region]
help-option-lang = Language: sv or en [else the config's, else the locale's, else sv]
help-option-threads = Number of threads [else the machine's cores]
help-option-memory = Memory for student rows; the rest goes to disk [500M, 4G; else as much as is needed]
help-option-quiet = Print errors only
help-option-year = The year that pages and maps are about [else the config's, else the latest]
help-option-since = Manifest of an earlier public release: its numbers are taken as known, and small differences are hidden
help-option-release = Release: public, in which small numbers are hidden, or internal [public]
help-option-out = File or folder to write
help-report-out = Folder to write [reports/<region>-<year>-intern]
help-report-only = Only these parts: tables,csv,page,maps,charts,workbook,slides,pdf
help-check-json = Print as JSON
help-check-out = Folder for quality.csv and quality_detail.csv
help-map-kind = map: dependency map; change: change against --against; pair: two moments side by side; programmes: a small map per programme; net: the region's net flows
help-map-by = What the lines of a home map lead to: unit, provider or municipality
help-map-against = Year or snapshot to compare with, for example 2021 or admission
help-map-text = How an SVG file holds its texts: font, as text in its typeface, or outlines, for programs that do not read the typeface. Default: text of the theme, otherwise font
help-map-scale = How many times larger a PNG is, 1 to 4; a folder gets PNG files with --scale only
maps-written = { $count ->
    [one] 1 map is
   *[other] { $count } maps are
} in { $path }
help-map-perspective = home: where the municipality's students go; provider: where the pupils of its school units come from. Without: both
help-map-of = Code or name of the municipality; for the provider's side also a school unit or a provider (unit:CODE, provider:CODE). Without --of: all municipalities of the region
help-map-programme = One programme only, for example NA, a group (vocational, preparatory, introduction), or all: each of them
help-map-snapshot = Snapshot: admission, october or enrolled [october]
help-map-out = Picture file that ends in .svg or .png, or a folder for a whole series
help-synth-students = Admitted students a year
help-synth-seed = Seed: the same seed gives the same files
help-synth-years = Years, for instance 2021-2023
help-synth-national = The whole country instead of the demo region
help-synth-municipalities = Municipalities that form the region, with those around it, instead of the demo region
help-init-dir = The folder for the config
help-list-what = What to list
check-source = Source
check-reason = Outcome
check-rows = Rows
check-students = Students
check-share = Share
reason-malformed = wrong number of fields, or a stray quotation mark
reason-filtered = outside the filter
reason-invalid_year = unreadable year
reason-invalid_year_group = unreadable year group
reason-invalid_time = unreadable time
reason-invalid_count = the count is not a whole number of zero or more
reason-hidden_count = the count is hidden (..)
reason-missing_count = the count is missing (.)
reason-duplicate = the same student again
reason-earlier_round = admitted again in a later round
reason-second_place = the same student at another place
reason-unknown_unit = unknown school unit
reason-protected_home = protected identity
reason-unknown_home = unknown home municipality
reason-unknown_programme = unknown programme
reason-retired_programme = the programme has ended
reason-missing_student = no student id
reason-kept = kept
snapshot-admission = admission
snapshot-october = year group 1 on 15 October
snapshot-enrolled = all year groups on 15 October
population-national = national programmes
population-all = all programmes
stage-synth = inventing extracts
stage-registers = reading registers
stage-extracts = reading extracts
stage-duplicates = looking for duplicates
stage-flows = counting flows
stage-link = linking students
stage-compute = computing tables
stage-tables = writing tables
stage-csv = writing CSV tables
stage-pictures = drawing pictures
stage-disclosure = protecting small numbers and proving it (takes minutes for the first public release)
stage-graph = building the graph
stage-page = writing the page
stage-maps = writing maps
stage-charts = writing charts
stage-spark-sources = checking what the cluster has
stage-spark-lines = counting rows on the cluster
stage-spark-students = linking students on the cluster
engine-no-lines = quality_detail.csv will have no rows: rows with remarks are on the cluster, and nothing about a single row leaves it
engine-no-checksums = the manifest will have no checksums of extracts on the cluster
engine-no-tracing = the indicator N17623 will be missing: the cluster does not follow students from one autumn to the next
report-headline = { $share } of the students in { $region } study with another provider than their home municipality ({ $cross } of { $students }; { $population }, { $snapshot } { $year }).
report-internal = INTERN (internal)
report-no-headline-hidden = The share is not shown: the region has too few students for a public release
report-no-headline = The region has no students in the selection
report-written = The report is in { $path }
init-written = Wrote { $path }
synth-written = Wrote invented extracts to { $path }
reason-note = line of text, or headers again
reason-totals_row = sum row
reason-restored_code = leading zero restored
check-effect = Headline
check-told = from the config
check-read-as = read as
check-columns = columns
check-kind-admission = admitted
check-kind-october = enrolled on 15 October
check-kind-seats = seats
check-form-delimiter = delimiter “{ $value }”
check-form-sheet = sheet { $value }
check-form-header = headers on line { $value }
check-headline = Headline: { $share } of the students study with another provider than their home municipality ({ $cross } of { $students }; { $population }, { $snapshot } { $year }).
check-uncounted = In { $rows } of the rows the number cannot be read; they count as one student each.
help-init-from = Extracts whose headers are read, and a register of school units: the config is filled in from them
init-kind-columns = by its columns: admission, october or seats
init-kind-name = by the file's name: admission, october or seats
init-kind-nothing = guessed, check it: admission, october or seats
init-year-name = from the file's name; no column has the year
init-year-none = fill in: neither the file's name nor a column has the year
init-round = preliminary, final or reserve
init-several = several columns fit: switch one on
init-none = no header is recognised
init-student-or-count = a row is a student or a count: choose student or count
init-others = columns that are not used
init-open-several = { $field }: several columns fit ({ $headers }); switch one of them on in the config
init-open-none = { $field }: no header is recognised; write it in the config
init-open-kind = the kind is guessed; check kind
init-open-year = the year is missing; fill in year
reason-doubtful_student = personal number of a wrong form or check digit
check-ids = students
check-ids-personal_numbers = personal numbers, made pseudonyms as they are read
check-ids-surrogates = ids without meaning, made pseudonyms as they are read
reason-succeeded_unit = the unit has become part of another
reason-closed_unit = the unit is closed that year
report-unplaced = { $students } of the region's students ({ $share }) are at a school unit that is not in the register, and are not in the share
check-lost = { $lost } students in rows that cannot be used may belong to this share: { $low } if all of them study at home, { $high } if none does.
check-nothing-lost = No row of this share was lost.
help-option-template = The organisation's template for slides, .potx or .pptx
help-option-theme = Theme file with the organisation's colours, typeface and logo
theme-contrast = the theme: { $slot } has too little contrast with { $ground } (contrast { $found }, at least { $wanted })
theme-alike = the theme: { $slot } and { $other } are hard to distinguish { $sight } (distance { $found }, at least { $wanted })
ground-water = water
ground-land = land
ground-region = the land of the region
ground-paper = white
ground-text = the land of the region, as text
ground-names = the names on the map
sight-all = for everyone
sight-no-red = for people without red cones
sight-no-green = for people without green cones
sight-no-blue = for people without blue cones
check-unused = not used
reason-shared_student = id shared by several students
reason-not_in_force = placement not in force on 15 October
reason-invalid_date = unreadable date
remark-no-year-group = { $source } has no known year-group column: all rows count as year group 1. Columns that are not used: { $unused }
remark-all-protected = All students of { $source } have protected identities: none of them is in a share.
remark-shared-ids = { $rows } rows of { $source } have ids with three homes or more; they count, but are not linked.
remark-several-rounds = { $one } seems to be a preliminary admission and { $other } a final one, but both are read as the same round. Give each its [[extract]] with round = "…".
remark-official-without-year-groups = No indicator is compared with the official ones: no extract of 15 October has year groups.
check-form-hidden_rows = { $value } hidden rows, which are read
remark-unspellable = The typeface lacks characters of { $names }. Pictures show the code instead of the name.
remark-hidden-rows = Hidden rows in { $source }: { $rows }. They are read like the others. If a filter in the workbook left them out on purpose, write the same filter under [extract.filter].
check-filled = taken as
check-registers-units = register of school units
check-registers-municipalities = register of municipalities
check-registers-programmes = register of programmes
init-units-several = another register of school units: combine them in one file
check-register-headers =
    { $count ->
        [one] { $number } column known by another name
       *[other] { $number } columns known by other names
    }
check-register-documents =
    { $count ->
        [one] { $number } document of the national school-unit register
       *[other] { $number } documents of the national school-unit register
    }
check-register-kinds =
    { $count ->
        [one] { $number } kind given by another word
       *[other] { $number } kinds given by other words
    }
check-register-municipality_names =
    { $count ->
        [one] { $number } municipality given by name
       *[other] { $number } municipalities given by name
    }
check-register-municipal_kind =
    { $count ->
        [one] { $number } unit taken as municipal because its provider is a municipality
       *[other] { $number } units taken as municipal because their provider is a municipality
    }
check-register-municipal_provider =
    { $count ->
        [one] { $number } municipal unit without a provider: run by its municipality
       *[other] { $number } municipal units without a provider: run by their municipality
    }
check-register-provider_names =
    { $count ->
        [one] { $number } municipal unit whose provider is named: the municipality of that name
       *[other] { $number } municipal units whose provider is named: the municipality of that name
    }
check-register-provider_numbers =
    { $count ->
        [one] { $number } municipal unit whose provider is an organisation number: the municipality where most of its units are
       *[other] { $number } municipal units whose provider is an organisation number: the municipality where most of its units are
    }
check-register-provider_elsewhere =
    { $count ->
        [one] of these, { $number } in another municipality
       *[other] of these, { $number } in another municipality
    }
check-register-own_provider =
    { $count ->
        [one] { $number } other unit without a provider: a provider of its own
       *[other] { $number } other units without a provider: each a provider of its own
    }
check-register-person_provider =
    { $count ->
        [one] { $number } unit whose provider has a personal number: a provider of its own, the number is not kept
       *[other] { $number } units whose provider has a personal number: each a provider of its own, the number is not kept
    }
check-register-converted =
    { $count ->
        [one] { $number } place converted from SWEREF 99 TM
       *[other] { $number } places converted from SWEREF 99 TM
    }
check-register-no_end =
    { $count ->
        [one] { $number } closed unit without a date: open in every year
       *[other] { $number } closed units without a date: open in every year
    }
check-register-starts =
    { $count ->
        [one] { $number } start date of a unit in use, which is ignored (a unit that is registered again gets a new one)
       *[other] { $number } start dates of units in use, which are ignored (a unit that is registered again gets a new one)
    }
check-register-abroad =
    { $count ->
        [one] { $number } unit abroad, left out
       *[other] { $number } units abroad, left out
    }
names-more = { $names } and { $more } more
help-completions = Completions of commands and options for a shell
help-completions-shell = The shell
help-man = The manual: the page of the program, or with --out a page for each command too
help-man-out = Folder for the pages, for example ~/.local/share/man/man1
help-option-help = Show this help
help-option-version = Show the version
man-written = { $count } pages are in { $path }
man-name = NAME
man-synopsis = SYNOPSIS
man-description = DESCRIPTION
man-options = OPTIONS
man-commands = COMMANDS
man-command = command
man-exit-codes = EXIT STATUS
man-environment = ENVIRONMENT
man-version = VERSION
man-see-also = SEE ALSO
man-values = Possible values
man-default = default
man-env-cache = Folder in which decisions of public releases are kept; empty: nothing is kept [else elevflode in the user's cache folder]
man-env-plans = anew: decide again and ignore what is kept
man-env-locale = The language, unless --lang or the config sets it
man-env-tmpdir = Folder of the temporary file of --memory
man-env-spark = The token of a Spark server, unless the config names another variable
