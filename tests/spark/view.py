"""Gives a query a name on a server: view.py REMOTE NAME QUERY. The name is known to all sessions until the server ends."""

import sys

from pyspark.sql import SparkSession

remote, name, query = sys.argv[1:]
SparkSession.builder.remote(remote).getOrCreate().sql(f"CREATE VIEW {name} AS {query}")
