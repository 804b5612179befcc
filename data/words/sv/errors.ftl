# Fel: värdet säger vad, attributen var, vad som hittades, vad som söktes och vägen ut.
part-where = var
part-found = hittade
part-wanted = väntade
part-hint = gör så här
error-public-release = Den publika utgåvan finns inte ännu: utan skydd av små tal publiceras ingenting
    .wanted = --release internal
    .hint = kör om med --release internal; allt som då skrivs är märkt INTERN och är inte till för spridning
error-glob = Sökmönstret för filer går inte att läsa
    .where = path = "{ $path }" i konfigurationen
    .found = { $why }
    .hint = använd * för en följd av tecken, ? för ett tecken
error-glob-empty = Ingen fil svarar mot sökmönstret
    .where = { $path }
    .found = inga filer
    .wanted = minst en fil
    .hint = kontrollera mappen och stavningen; sökvägar räknas från konfigurationsfilens mapp
error-file-missing = Filen finns inte
    .where = { $path }
    .hint = kontrollera sökvägen; sökvägar i konfigurationen räknas från konfigurationsfilens mapp
error-file-unreadable = Filen går inte att läsa
    .where = { $path }
    .found = { $why }
    .hint = kontrollera att det är en fil och att du har rätt att läsa den
error-output = Resultatet går inte att skriva
    .where = { $path }
    .found = { $why }
    .hint = välj en annan plats med --out; det som fanns där är orört
error-output-file = Resultatet ska bli en mapp, men där ligger en fil
    .where = { $path }
    .wanted = en mapp som är tom, saknas eller skrivits av ett tidigare lopp
    .hint = välj en annan mapp med --out
error-output-foreign = Mappen innehåller filer som det här programmet inte har skrivit
    .where = { $path }
    .found = filer, men ingen manifest.json
    .wanted = en mapp som är tom, saknas eller skrivits av ett tidigare lopp
    .hint = välj en annan mapp med --out
error-config = Konfigurationen går inte att läsa
    .where = { $path }, rad { $line }, kolumn { $column }
    .found = { $why }
    .hint = jämför med en ny mall: elevflode init MAPP
error-config-value = Ett värde i konfigurationen går inte att använda
    .where = { $path }, { $key }
    .found = { $value }
    .wanted = { $wanted }
    .hint = jämför med en ny mall: elevflode init MAPP
error-format = Filens format går inte att läsa
    .where = { $path }
    .wanted = ett filnamn som slutar på { $known }
    .hint = spara om filen som CSV
error-file-empty = Filen är tom
    .where = { $path }
    .wanted = en rubrikrad och minst en rad under den
    .hint = exportera filen på nytt
error-text-unreadable = Texten går inte att läsa
    .where = { $path }, rad { $line }
    .hint = exportera filen på nytt som CSV i UTF-8
error-column-missing = En kolumn saknas
    .where = { $path }, rubrikraden
    .found = { $seen }
    .wanted = { $field } (till exempel { $names }); närmast är { $nearest }
    .hint = peka ut den under [extract.columns], till exempel { $field } = "{ $nearest }"; ser kolumnerna ut som en enda har filen en annan avgränsare än ; , tabb eller |
error-column-ambiguous = Flera kolumner passar
    .where = { $path }, rubrikraden
    .found = { $fitting }
    .wanted = en enda kolumn för { $field }
    .hint = peka ut den rätta under [extract.columns]: { $field } = "…"
error-column-useless = Konfigurationen pekar ut en kolumn som den här sortens underlag inte har
    .where = { $path }, [extract.columns] { $field }
    .found = kind = "{ $kind }"
    .hint = ta bort raden eller ändra kind
error-student-and-count = Filen har både en elevkolumn och en antalskolumn
    .where = { $path }, rubrikraden
    .found = { $student } och { $count }
    .wanted = en rad per elev eller ett antal per rad
    .hint = peka ut den ena under [extract.columns]: student = "{ $student }" eller count = "{ $count }"
error-no-year = Underlaget saknar år
    .where = { $path }
    .found = { $seen }
    .wanted = en kolumn med år eller year = … i konfigurationen
    .hint = skriv year = 2023 under [[extract]], eller peka ut kolumnen under [extract.columns]: year = "…"
error-no-rows = Filen har rubriker men inga rader
    .where = { $path }
    .wanted = minst en rad under rubrikerna
    .hint = exportera filen på nytt
error-no-known-unit = Inte en enda skolenhet i filen finns i registret
    .where = { $path }
    .wanted = koder som { $examples }
    .hint = peka ut rätt register under [registers] units = "…", eller rätt kolumn under [extract.columns] unit = "…"
