# Errors: the value says what, the attributes where, what was found, what was wanted and the way out.
part-where = where
part-found = found
part-wanted = wanted
part-hint = do this
error-public-release = There is no public release yet: without protection of small counts nothing is published
    .wanted = --release internal
    .hint = run again with --release internal; everything it writes is marked INTERN and is not for circulation
error-glob = The search pattern for files cannot be read
    .where = path = "{ $path }" in the config
    .found = { $why }
    .hint = use * for a run of characters, ? for one character
error-glob-empty = No file fits the search pattern
    .where = { $path }
    .found = no files
    .wanted = at least one file
    .hint = check the folder and the spelling; paths start from the config's folder
error-file-missing = The file does not exist
    .where = { $path }
    .hint = check the path; paths in the config start from the config's folder
error-file-unreadable = The file cannot be read
    .where = { $path }
    .found = { $why }
    .hint = check that it is a file and that you may read it
error-output = The result cannot be written
    .where = { $path }
    .found = { $why }
    .hint = choose another place with --out; what was there is untouched
error-output-file = The result is a folder, but there is a file
    .where = { $path }
    .wanted = a folder that is empty, absent or written by an earlier run
    .hint = choose another folder with --out
error-output-foreign = The folder holds files that this program did not write
    .where = { $path }
    .found = files, but no manifest.json
    .wanted = a folder that is empty, absent or written by an earlier run
    .hint = choose another folder with --out
error-config = The config cannot be read
    .where = { $path }, line { $line }, column { $column }
    .found = { $why }
    .hint = compare with a new template: elevflode init FOLDER
error-config-value = A value in the config cannot be used
    .where = { $path }, { $key }
    .found = { $value }
    .wanted = { $wanted }
    .hint = compare with a new template: elevflode init FOLDER
error-format = The file's format cannot be read
    .where = { $path }
    .wanted = a file name that ends in { $known }
    .hint = save the file as CSV
error-file-empty = The file is empty
    .where = { $path }
    .wanted = a header line and at least one row below it
    .hint = export the file again
error-text-unreadable = The text cannot be read
    .where = { $path }, line { $line }
    .hint = export the file again as CSV in UTF-8
error-column-missing = A column is missing
    .where = { $path }, header line
    .found = { $seen }
    .wanted = { $field } (for instance { $names }); the nearest is { $nearest }
    .hint = name it under [extract.columns], for instance { $field } = "{ $nearest }"; if the columns look like one, the delimiter is none of ; , tab |
error-column-ambiguous = Several columns fit
    .where = { $path }, header line
    .found = { $fitting }
    .wanted = one column for { $field }
    .hint = name the right one under [extract.columns]: { $field } = "…"
error-column-useless = The config names a column that this kind of extract does not have
    .where = { $path }, [extract.columns] { $field }
    .found = kind = "{ $kind }"
    .hint = remove the line or change kind
error-student-and-count = The file has both a student column and a count column
    .where = { $path }, header line
    .found = { $student } and { $count }
    .wanted = one row per student, or a count per row
    .hint = name one under [extract.columns]: student = "{ $student }" or count = "{ $count }"
error-no-year = The extract has no year
    .where = { $path }
    .found = { $seen }
    .wanted = a column with years, or year = … in the config
    .hint = write year = 2023 under [[extract]], or name the column under [extract.columns]: year = "…"
error-no-rows = The file has headers but no rows
    .where = { $path }
    .wanted = at least one row below the headers
    .hint = export the file again
error-no-known-unit = Not one school unit of the file is in the register
    .where = { $path }
    .wanted = codes such as { $examples }
    .hint = name the right register under [registers] units = "…", or the right column under [extract.columns] unit = "…"
