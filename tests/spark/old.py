"""Answers like a Spark Connect server of an earlier version: old.py VERSION. It returns that version and nothing else. Prints its
port, and runs as long as its standard input is open."""

import sys
from concurrent import futures

import grpc
from pyspark.sql.connect.proto import base_pb2, base_pb2_grpc


class Old(base_pb2_grpc.SparkConnectServiceServicer):
    def AnalyzePlan(self, request, context):
        version = base_pb2.AnalyzePlanResponse.SparkVersion(version=sys.argv[1])
        return base_pb2.AnalyzePlanResponse(session_id=request.session_id, spark_version=version)


server = grpc.server(futures.ThreadPoolExecutor(2))
base_pb2_grpc.add_SparkConnectServiceServicer_to_server(Old(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(None)
