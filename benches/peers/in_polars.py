"""The job in polars: lazy scans into one streamed aggregation by student; everything after it is small."""

import polars as pl
from polars import col

from peers import NATIONAL, PARTS, STEP, UNMARKED, Job

ENGINE = "streaming"


def light(job: Job) -> None:
    admission, october = scan(job, job.admission), scan(job, job.october)
    both = admission.join(october, on=["year", "id"], how="full", coalesce=True)
    moves = both.group_by("year", from_unit="unit", to_unit="unit_right").len("students")
    flows = [extract.group_by("year", "home", "unit", "path").len("students") for extract in (admission, october)]
    *flows, moves = pl.collect_all([*flows, moves], engine=ENGINE)
    snapshots = [rows.select(pl.lit(name).alias("snapshot"), pl.all()) for rows, name in zip(flows, ("admission", "october"))]
    flows = pl.concat(snapshots)
    flows.write_csv(job.out / "flows.csv")
    units = pl.read_csv(job.register("units"), infer_schema=False)
    is_cross = (col("provider") != col("home")) | (col("provider_kind") != "municipal")
    of_homes = flows.join(units, left_on="unit", right_on="code").group_by("snapshot", "year", "home")
    students = col("students")
    of_homes.agg(students.sum(), cross_provider=students.filter(is_cross).sum()).write_csv(job.out / "shares.csv")
    moves.write_csv(job.out / "moves.csv")


def full(job: Job) -> None:
    register = read_register(job, "units")
    units, programmes, homes = (read_register(job, name)["code"] for name in ("units", "programmes", "homes"))
    is_open = col("mark").str.to_lowercase().is_in(UNMARKED).fill_null(True)
    home = position(homes, pl.when(is_open).then("home"))
    place = (position(units, col("unit")) * STEP + position(programmes, programme(job))) * STEP + home
    places = [scan(job, files).select("year", "id", place=place) for files in (job.admission, job.october)]
    linked = by_group(*places) if job.link == "group" else by_join(*places)
    students = linked.group_by("year", "a", "o").agg(col("students").sum()).collect(engine=ENGINE)

    # Unit and programme at both times, without home; null also if the unit is in no register.
    at_unit = lambda place: pl.when(place // STEP**2 < len(units) - 1).then(place // STEP)
    pairs = students.group_by("year", a=at_unit(col("a")), o=at_unit(col("o"))).agg(col("students").sum())
    flows = flow_table(students, units, programmes, homes)
    tables = {
        "flows": flows,
        "shares": share_table(flows, register, job.region),
        "moves": move_table(pairs, units, programmes),
        "ledger": ledger_table(pairs, units, programmes),
    }
    for name, table in tables.items():
        table.sort(table.columns).write_csv(job.out / f"{name}.csv")


def scan(job: Job, files: list[str]) -> pl.LazyFrame:
    """The rows of an extract with their year. A text row with too few fields ends in nulls, and is left out."""
    if job.format == "csv":
        rows = pl.scan_csv(files, infer_schema=False, include_file_paths="file").rename(job.columns)
        *_, last = job.columns.values()
        rows = rows.filter(col(last).is_not_null())
    else:
        rows = pl.scan_parquet(files, include_file_paths="file").rename(job.columns)
    if job.has_years:
        return rows.with_columns(col("year").cast(pl.Int16)).drop("file")
    return rows.with_columns(year=col("file").str.extract(r"(\d+)\.\w+$").cast(pl.Int16)).drop("file")


def read_register(job: Job, name: str) -> pl.DataFrame:
    """A register in the order of its codes, `?` last."""
    rows = pl.read_csv(job.register(name), infer_schema=False).sort("code")
    return pl.concat([rows, pl.DataFrame({"code": ["?"]})], how="diagonal")


def position(codes: pl.Series, text: pl.Expr) -> pl.Expr:
    """The position of a text among the codes, or that of `?`."""
    return text.cast(pl.Enum(codes), strict=False).to_physical().cast(pl.Int64).fill_null(len(codes) - 1)


def programme(job: Job) -> pl.Expr:
    path = col("path")
    introduction = pl.when(path.str.starts_with("IM")).then(path.str.extract(job.introduction()))
    return introduction.when(path.str.contains(NATIONAL)).then(path.str.head(2)).otherwise(path)


def by_group(admission: pl.LazyFrame, october: pl.LazyFrame) -> pl.LazyFrame:
    """The place of every student at both times (a, o; null: not there), and the number of students with these, in
    one aggregation. Rows without an id are not linked: they are counted by place."""
    rows = pl.concat([admission.rename({"place": "a"}), october.rename({"place": "o"})], how="diagonal")
    lone = pl.when(col("id").is_null()).then(pl.coalesce("a", -1 - col("o")))
    students = rows.group_by("year", "id", lone=lone).agg(col("a").min(), col("o").min(), students=pl.len())
    return students.with_columns(students=pl.when(col("id").is_null()).then("students").otherwise(1))


def by_join(admission: pl.LazyFrame, october: pl.LazyFrame) -> pl.LazyFrame:
    """The same with duplicates resolved in each extract, then both joined. Null matches nothing."""
    def settled(rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
        lone = pl.when(col("id").is_null()).then("place").alias("lone")
        students = rows.group_by("year", "id", lone).agg(col("place").min().alias(name), students=pl.len())
        return students.with_columns(students=pl.when(col("id").is_null()).then("students").otherwise(1)).drop("lone")

    both = settled(admission, "a").join(settled(october, "o"), on=["year", "id"], how="full", coalesce=True)
    return both.with_columns(students=pl.coalesce("students", "students_right"))


def code(codes: pl.Series, number: pl.Expr) -> pl.Expr:
    """The code at a position."""
    return number.cast(pl.UInt32).cat.to(pl.Enum(codes)).cast(pl.String)


def flow_table(students: pl.DataFrame, units: pl.Series, programmes: pl.Series, homes: pl.Series) -> pl.DataFrame:
    def snapshot(name: str, place: str) -> pl.DataFrame:
        rows = students.drop_nulls(place).group_by("year", place=place).agg(col("students").sum())
        return rows.with_columns(snapshot=pl.lit(name))

    place = col("place")
    return pl.concat([snapshot("admission", "a"), snapshot("october", "o")]).select(
        "snapshot",
        "year",
        home=code(homes, place % STEP),
        unit=code(units, place // STEP**2),
        programme=code(programmes, place // STEP % STEP),
        students="students",
    )


def share_table(flows: pl.DataFrame, units: pl.DataFrame, region: list[str]) -> pl.DataFrame:
    kind, at_home = col("provider_kind"), col("municipality") == col("home")
    part = (
        pl.when(kind == "municipal", col("provider") == col("home")).then(pl.lit("own_provider"))
        .when(kind == "municipal").then(pl.lit("other_municipality"))
        .when(kind == "independent", at_home).then(pl.lit("independent_home"))
        .when(kind == "independent").then(pl.lit("independent_elsewhere"))
        .otherwise(pl.lit("region_state"))
    )
    known = flows.filter(col("unit") != "?", col("home").is_in(region))
    rows = known.join(units, left_on="unit", right_on="code").with_columns(part=part)
    students, sums = col("students"), {name: col("students").filter(col("part") == name).sum() for name in PARTS}
    return pl.concat([
        rows.group_by("snapshot", "year", home=home, programme=programme).agg(
            students.sum(), **sums, cross_provider=students.filter(col("part") != "own_provider").sum()
        )
        for home in (col("home"), pl.lit("ALL"))
        for programme in (col("programme"), pl.lit("ALL"))
    ])


def move_table(pairs: pl.DataFrame, units: pl.Series, programmes: pl.Series) -> pl.DataFrame:
    return pairs.filter(col("a") != col("o")).select(
        "year",
        from_unit=code(units, col("a") // STEP),
        from_programme=code(programmes, col("a") % STEP),
        to_unit=code(units, col("o") // STEP),
        to_programme=code(programmes, col("o") % STEP),
        students="students",
    )


def ledger_table(pairs: pl.DataFrame, units: pl.Series, programmes: pl.Series) -> pl.DataFrame:
    """By unit and programme, and by unit alone: there the programme is ALL."""
    of_all = [col(x) // STEP * STEP + len(programmes) for x in "ao"]
    rows = pl.concat([pairs, pairs.with_columns(of_all)])
    students, stays = col("students"), col("a") == col("o")
    admitted = rows.drop_nulls("a").group_by("year", place="a").agg(
        admitted=students.sum(),
        stayed=students.filter(stays).sum(),
        moved_out=students.filter(~stays).sum(),
        left=students.filter(col("o").is_null()).sum(),
    )
    enrolled = rows.drop_nulls("o").group_by("year", place="o").agg(
        moved_in=students.filter(~stays).sum(),
        arrived=students.filter(col("a").is_null()).sum(),
        enrolled=students.sum(),
    )
    both = admitted.join(enrolled, on=["year", "place"], how="full", coalesce=True).fill_null(0)
    with_all = pl.concat([programmes, pl.Series(["ALL"])])
    names = [code(units, col("place") // STEP).alias("unit"), code(with_all, col("place") % STEP).alias("programme")]
    return both.select("year", *names, pl.exclude("year", "place"))
