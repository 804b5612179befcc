#!/usr/bin/env bash
# A Spark Connect server on this machine: server.sh PORT FOLDER [--conf NAME=VALUE …]. It lives as long as its standard input is
# open; FOLDER gets its log, its process number (pid) and what it writes on the way.
set -euo pipefail
port=$1 folder=$2
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${CARGO_TARGET_DIR:-$root/target}/spark/bin/python
[ -x "$python" ] || {
    echo "Apache Spark is missing: bash tests/spark/install.sh" >&2
    exit 1
}
SPARK_HOME=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1
mkdir -p "$folder/local"
"$SPARK_HOME/bin/spark-submit" --class org.apache.spark.sql.connect.service.SparkConnectServer --master 'local[2]' \
    --conf spark.connect.grpc.binding.address=127.0.0.1 --conf spark.connect.grpc.binding.port="$port" \
    --conf spark.ui.enabled=false --conf spark.local.dir="$folder/local" \
    --conf spark.sql.warehouse.dir="$folder/warehouse" "$@" spark-internal >"$folder/log" 2>&1 </dev/null &
server=$!
echo "$server" >"$folder/pid"
trap 'kill -9 "$server" 2>/dev/null || true' EXIT
cat >/dev/null
