# Errors: the value says what, the attributes where, what was found, what was wanted and the way out.
part-where = where
part-found = found
part-wanted = wanted
part-hint = do this
error-public-release = There is no public release yet: without protection of small counts nothing is published
    .wanted = --release internal
    .hint = run again with --release internal; everything it writes is marked INTERN and is not for circulation
