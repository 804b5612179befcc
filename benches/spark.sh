#!/usr/bin/env bash
# Both engines on the same rows: spark.sh [STUDENTS A YEAR, 2000000] [MEMORY OF THE SERVER, 8g]. Writes ten invented national years
# as CSV and Parquet (benches/peers/make_set.py), starts a Spark server on loopback, lets each engine write all tables,
# compares them cell by cell, and writes a table to reports/bench/<date>/spark.md: seconds, and the peak memory of the
# program and the server.
set -euo pipefail
cd "$(dirname "$0")/.."
students=${1:-2000000} memory=${2:-8g}
target=${CARGO_TARGET_DIR:-$PWD/target}
export CARGO_TARGET_DIR=$target
bash tests/spark/install.sh
cargo build --release --locked --features spark
program=$target/release/elevflode
peers=$target/peers
[ -x "$peers/bin/python" ] || python3 -m venv "$peers"
"$peers/bin/pip" install --quiet --disable-pip-version-check --requirement benches/peers/requirements.txt
set=$target/peers-sets/$students
PYTHONPATH=benches/peers "$peers/bin/python" - "$program" "$set" "$students" <<'PYTHON'
import pathlib, sys
from make_set import make
make(sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3]))
PYTHON

# Peak memory of a process, MB.
peak() { awk '/VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$1/status" 2>/dev/null; }

work=$target/spark-bench
rm -rf "$work"
mkdir -p "$work"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkfifo "$work/life"
bash tests/spark/server.sh "$port" "$work/server" --driver-memory "$memory" <"$work/life" &
exec 9>"$work/life"
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.2; done

exec > >(tee "$work/spark.md")
rows=$(cat "$set"/csv/extracts/*.csv | wc -l)
printf '%s lines\n\n| form | engine | seconds | program MB | server MB |\n|---|---|---:|---:|---:|\n' "$rows"
for form in csv parquet; do
    here=$set/$form
    sed "s#^path = \"#path = \"$here/#; s#^units = \"#units = \"$here/#" "$here/elevflode.toml" >"$work/local.toml"
    printf '[engine]\nkind = "spark"\nremote = "sc://127.0.0.1:%s"\n\n' "$port" | cat - "$work/local.toml" >"$work/spark.toml"
    for engine in local spark; do
        rm -rf "${work:?}/$engine"
        begun=$(date +%s%N)
        "$program" report --release internal --only tables --quiet --config "$work/$engine.toml" --out "$work/$engine" &
        pid=$! most=0
        while kill -0 "$pid" 2>/dev/null; do
            now=$(peak "$pid")
            most=${now:-$most}
            sleep 0.05
        done
        wait "$pid"
        seconds=$(($(date +%s%N) - begun))
        of_server=–
        [ "$engine" = local ] || of_server=$(peak "$(cat "$work/server/pid")")
        printf '| %s | %s | %d.%d | %s | %s |\n' "$form" "$engine" $((seconds / 1000000000)) \
            $((seconds / 100000000 % 10)) "$most" "$of_server"
    done
    for table in "$work"/local/tables/*.csv; do
        name=$(basename "$table")
        # A cluster returns no single rows; the table `disclosure` also has a row for that table.
        [ "$name" = quality_detail.csv ] ||
            cmp <(grep -v ^quality_detail, "$table") <(grep -v ^quality_detail, "$work/spark/tables/$name")
    done
done
printf '\nAll tables are the same.\n'
report=reports/bench/$(date +%F)
mkdir -p "$report"
cp "$work/spark.md" "$report/"
