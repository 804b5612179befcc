#!/usr/bin/env bash
# Installs what the engine spark is built and tested with: protoc with the types that come with it and Java on the system,
# Apache Spark (pyspark[connect]) in the target folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
command -v protoc >/dev/null || install_package protobuf-compiler
[ -e /usr/include/google/protobuf/any.proto ] || [ -n "${PROTOC_INCLUDE:-}" ] || install_package libprotobuf-dev
command -v java >/dev/null || install_package openjdk-17-jre-headless
python_environment spark "pyspark, grpc, pyarrow, trustme"
