-- The job in DuckDB's SQL: from `admission_places` and `october_places` (year, id, place) and the registers `units`,
-- `programmes`, `homes` (n, code …) and `region` (code) to the tables flows, shares, moves and ledger.

CREATE MACRO unit_of(place) AS place // 1000000;
CREATE MACRO programme_of(place) AS place // 1000 % 1000;
CREATE MACRO home_of(place) AS place % 1000;

-- The place of every student at both times (a, o; NULL: not there), and how many students have them. Who has no id is
-- linked with nobody: such rows are counted by place. First in one aggregation over both extracts …
CREATE MACRO students_by_group() AS TABLE
    SELECT year, min(a) AS a, min(o) AS o, CASE WHEN id IS NULL THEN count(*) ELSE 1 END AS students
    FROM (
        SELECT year, id, place AS a, NULL::BIGINT AS o FROM admission_places
        UNION ALL SELECT year, id, NULL, place FROM october_places
    )
    GROUP BY year, id, CASE WHEN id IS NULL THEN coalesce(a, -1 - o) END;

-- … then with duplicates settled in each, and both joined. NULL joins with nothing.
CREATE MACRO settled(extract) AS TABLE
    SELECT year, id, min(place) AS place, CASE WHEN id IS NULL THEN count(*) ELSE 1 END AS students
    FROM query_table(extract)
    GROUP BY year, id, CASE WHEN id IS NULL THEN place END;
CREATE MACRO students_by_join() AS TABLE
    SELECT year, a.place AS a, o.place AS o, coalesce(a.students, o.students) AS students
    FROM settled('admission_places') a FULL JOIN settled('october_places') o USING (year, id);

CREATE TABLE students AS SELECT year, a, o, sum(students)::BIGINT AS students FROM students_by_LINK() GROUP BY ALL;

CREATE TABLE flows AS
    SELECT snapshot, year, h.code AS home, u.code AS unit, p.code AS programme, students
    FROM (
        SELECT 'admission' AS snapshot, year, a AS place, sum(students) AS students FROM students GROUP BY ALL
        UNION ALL SELECT 'october', year, o, sum(students) FROM students GROUP BY ALL
    )
    JOIN units u ON u.n = unit_of(place)
    JOIN programmes p ON p.n = programme_of(place)
    JOIN homes h ON h.n = home_of(place);

CREATE TABLE shares AS
    WITH parted AS (
        SELECT snapshot, year, home, programme, students, CASE
            WHEN provider_kind = 'municipal' AND provider = home THEN 'own_provider'
            WHEN provider_kind = 'municipal' THEN 'other_municipality'
            WHEN provider_kind = 'independent' AND municipality = home THEN 'independent_home'
            WHEN provider_kind = 'independent' THEN 'independent_elsewhere'
            ELSE 'region_state' END AS part
        FROM flows JOIN units ON units.code = unit
        WHERE unit <> '?' AND home IN (FROM region)
    )
    SELECT snapshot, year, coalesce(home, 'ALL') AS home, coalesce(programme, 'ALL') AS programme,
        sum(students) AS students,
        coalesce(sum(students) FILTER (part = 'own_provider'), 0) AS own_provider,
        coalesce(sum(students) FILTER (part = 'other_municipality'), 0) AS other_municipality,
        coalesce(sum(students) FILTER (part = 'independent_home'), 0) AS independent_home,
        coalesce(sum(students) FILTER (part = 'independent_elsewhere'), 0) AS independent_elsewhere,
        coalesce(sum(students) FILTER (part = 'region_state'), 0) AS region_state,
        coalesce(sum(students) FILTER (part <> 'own_provider'), 0) AS cross_provider
    FROM parted
    GROUP BY snapshot, year, CUBE (home, programme);

-- Unit and programme at both times, without home; NULL also where no register knows the unit.
CREATE MACRO at_unit(place) AS CASE WHEN unit_of(place) < (SELECT max(n) FROM units) THEN place // 1000 END;
CREATE TABLE pairs AS SELECT year, at_unit(a) AS a, at_unit(o) AS o, sum(students)::BIGINT AS students
    FROM students GROUP BY ALL;

CREATE TABLE moves AS
    SELECT year, fu.code AS from_unit, fp.code AS from_programme, tu.code AS to_unit, tp.code AS to_programme,
        students
    FROM pairs
    JOIN units fu ON fu.n = a // 1000 JOIN programmes fp ON fp.n = a % 1000
    JOIN units tu ON tu.n = o // 1000 JOIN programmes tp ON tp.n = o % 1000
    WHERE a <> o;

-- By unit and programme, and by unit alone (programme 999: ALL); each student stands in the rows of both places.
CREATE TABLE ledger AS
    WITH levels AS (
        SELECT year, a, o, students AS n FROM pairs
        UNION ALL SELECT year, a // 1000 * 1000 + 999, o // 1000 * 1000 + 999, students FROM pairs
    ), sides AS (
        SELECT year, a AS place, n AS admitted, if(a = o, n, 0) AS stayed, if(a <> o, n, 0) AS moved_out,
            if(o IS NULL, n, 0) AS gone, 0 AS moved_in, 0 AS arrived, 0 AS enrolled
        FROM levels
        UNION ALL SELECT year, o, 0, 0, 0, 0, if(a <> o, n, 0), if(a IS NULL, n, 0), n FROM levels
    )
    SELECT year, u.code AS unit, coalesce(p.code, 'ALL') AS programme, sum(admitted) AS admitted,
        sum(stayed) AS stayed, sum(moved_out) AS moved_out, sum(gone) AS "left", sum(moved_in) AS moved_in,
        sum(arrived) AS arrived, sum(enrolled) AS enrolled
    FROM sides JOIN units u ON u.n = place // 1000 LEFT JOIN programmes p ON p.n = place % 1000
    GROUP BY ALL;
