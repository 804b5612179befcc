#!/usr/bin/env python3
"""A table of build times by crate, from the timing reports of cargo.

    cargo build --release --locked --timings     writes target/cargo-timings/cargo-timing.html
    build.py BEFORE.html AFTER.html              prints the table

The seconds of a crate include all its versions and steps (build script, library, program), with other crates built in parallel.
"""
import collections
import json
import re
import sys

ROWS = 40  # listed crates; the others share one row


def seconds(path):
    """Seconds by crate, and until the last crate was built."""
    found = re.search(r"const UNIT_DATA = (\[.*?\]);\n", open(path, encoding="utf-8").read(), re.S)
    if found is None:
        sys.exit(f"{path} is no report of `cargo build --timings`")
    units, crates = json.loads(found.group(1)), collections.Counter()
    for unit in units:
        crates[unit["name"]] += unit["duration"]
    return crates, max(unit["start"] + unit["duration"] for unit in units)


def main(before, after):
    (old, old_wall), (new, new_wall) = seconds(before), seconds(after)
    names = sorted(old | new, key=lambda name: -max(old[name], new[name]))
    shown = lambda crates, name: f"{crates[name]:.1f}" if name in crates else "–"
    print("| crate | before, s | after, s |\n|---|---:|---:|")
    for name in names[:ROWS]:
        print(f"| {name} | {shown(old, name)} | {shown(new, name)} |")
    rest = lambda crates: sum(crates[name] for name in names[ROWS:])
    print(f"| {len(names) - ROWS} others | {rest(old):.1f} | {rest(new):.1f} |")
    print(f"| **sum of {len(old)} and {len(new)} crates** | **{sum(old.values()):.0f}** | **{sum(new.values()):.0f}** |")
    print(f"| **from start to end** | **{old_wall:.0f}** | **{new_wall:.0f}** |")


if __name__ == "__main__":
    main(*sys.argv[1:])
