"""A TLS proxy for a server on this machine: tls.py PORT FOLDER. The certificate of its authority is written to
FOLDER/authority.pem. Prints its own port, and runs as long as its standard input is open."""

import asyncio
import os
import pathlib
import ssl
import sys

import trustme


async def pass_on(source, sink):
    try:
        while data := await source.read(1 << 16):
            sink.write(data)
            await sink.drain()
    finally:
        sink.close()


async def main(port, folder):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["h2"])
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)

    async def line(reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pass_on(reader, back), pass_on(there, writer), return_exceptions=True)

    front = await asyncio.start_server(line, "127.0.0.1", 0, ssl=context)
    print(front.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main(int(sys.argv[1]), pathlib.Path(sys.argv[2])))
