# Fel: värdet säger vad, attributen var, vad som hittades, vad som söktes och vägen ut.
part-where = var
part-found = hittade
part-wanted = väntade
part-hint = gör så här
error-public-release = Den publika utgåvan finns inte ännu: utan skydd av små tal publiceras ingenting
    .wanted = --release internal
    .hint = kör om med --release internal; allt som då skrivs är märkt INTERN och är inte till för spridning
