"""The job in DuckDB: extracts and registers become views and tables, `in_duckdb.sql` does the rest."""

from pathlib import Path

import duckdb

from peers import NATIONAL, STEP, UNMARKED, Job


def light(job: Job) -> None:
    con = connect(job)
    count = "SELECT '{0}' AS snapshot, year, home, unit, path, count(*) AS students FROM {0} GROUP BY ALL"
    con.execute(f"CREATE TABLE flows AS {count.format('admission')} UNION ALL {count.format('october')}")
    write(con, job, "flows", "FROM flows")
    write(con, job, "shares", f"""
        SELECT snapshot, year, home, sum(students) AS students,
            sum(students) FILTER (provider <> home OR provider_kind <> 'municipal') AS cross_provider
        FROM flows JOIN read_csv('{job.register("units")}', all_varchar = true) ON code = unit GROUP BY ALL""")
    count = "SELECT year, a.unit AS from_unit, o.unit AS to_unit, count(*) AS students"
    write(con, job, "moves", f"{count} FROM admission a FULL JOIN october o USING (year, id) GROUP BY ALL")


def full(job: Job) -> None:
    con = connect(job)
    introduction = f"regexp_extract(path, '{job.introduction()}', 1)"
    programme = f"""CASE WHEN path LIKE 'IM%' THEN {introduction}
        WHEN regexp_matches(path, '{NATIONAL}') THEN path[:2] ELSE path END"""
    home = f"CASE WHEN mark IS NULL OR lower(mark) IN {tuple(UNMARKED)} THEN home END"
    unit, programme, home = register(con, job, "units", "unit"), register(con, job, "programmes", programme), register(con, job, "homes", home)
    for extract in ("admission", "october"):
        place = f"({unit}::BIGINT * {STEP} + {programme}) * {STEP} + {home}"
        con.execute(f"CREATE VIEW {extract}_places AS SELECT year, id, {place} AS place FROM {extract}")
    con.execute("CREATE TABLE region AS SELECT unnest(?) AS code", [job.region])
    con.execute(f"SET VARIABLE step = {STEP}")
    sql = (Path(__file__).parent / "in_duckdb.sql").read_text(encoding="utf-8")
    con.execute(sql.replace("students_by_LINK", f"students_by_{job.link}"))
    for table in ("flows", "shares", "moves", "ledger"):
        write(con, job, table, f"FROM {table} ORDER BY ALL")


def connect(job: Job) -> duckdb.DuckDBPyConnection:
    """A database in memory with a view of each extract; rows with too few fields are left out."""
    con = duckdb.connect(config={"threads": job.threads, "preserve_insertion_order": False})
    for extract, files in (("admission", job.admission), ("october", job.october)):
        if job.format == "csv":
            columns = {name: "VARCHAR" for name in job.columns.values()}
            form = f"columns = {columns}, header = true, delim = ',', auto_detect = false, ignore_errors = true"
            scan = f"read_csv({files}, {form}, filename = true)"
        else:
            scan = f"read_parquet({files}, filename = true)"
        name = r"regexp_extract(filename, '(\d+)\.\w+$', 1)::SMALLINT"
        select = "* REPLACE (year::SMALLINT AS year)" if job.has_years else f"{name} AS year, *"
        con.execute(f"""
            CREATE VIEW {extract} AS SELECT * EXCLUDE (filename) FROM (
                SELECT {select} FROM {scan} AS t({', '.join(job.columns.values())}, filename))""")
    return con


def register(con: duckdb.DuckDBPyConnection, job: Job, name: str, text: str) -> str:
    """Creates a table of a register with positions (n), `?` last; returns the expression of a text's position."""
    con.execute(f"""
        CREATE TABLE {name} AS SELECT row_number() OVER (ORDER BY code) - 1 AS n, *
        FROM read_csv('{job.register(name)}', all_varchar = true)""")
    con.execute(f"CREATE TYPE {name}_code AS ENUM (SELECT code FROM {name} ORDER BY n)")
    con.execute(f"INSERT INTO {name} (n, code) SELECT count(*), '?' FROM {name}")
    last = con.execute(f"SELECT max(n) FROM {name}").fetchone()[0]
    return f"coalesce(enum_code(try_cast({text} AS {name}_code)), {last})"


def write(con: duckdb.DuckDBPyConnection, job: Job, table: str, query: str) -> None:
    con.execute(f"COPY ({query}) TO '{job.out / table}.csv' (HEADER)")
