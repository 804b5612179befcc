"""Gives a query a name on a server: view.py REMOTE NAME QUERY. All sessions see it until the server ends."""

import sys

from pyspark.sql import SparkSession

remote, name, query = sys.argv[1:]
SparkSession.builder.remote(remote).getOrCreate().sql(f"CREATE VIEW {name} AS {query}")
