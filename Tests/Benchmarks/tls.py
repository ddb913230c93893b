#!/usr/bin/env python3
"""TLS in front of a server that has none, as an API server has it: a process of its own, so that it is nobody else's CPU.

    Tests/Benchmarks/tls.py PORT OF_SERVER FOLDER [WRITES_PER_SECOND]

listens on 127.0.0.1:PORT; FOLDER gets `ca.pem`, which the certificate is checked against. No more writes a second get through
than are said, as those to a server that keeps its objects on a disk.
"""
import asyncio
import os
import ssl
import subprocess
import sys


def make_certificate(folder):
    """A certificate for 127.0.0.1 that is its own authority."""
    paths = [os.path.join(folder, name) for name in ("key.pem", "ca.pem")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", paths[0], "-out", paths[1]],
                   check=True, capture_output=True)
    return paths


class Pace:
    """Lets so many writes a second through, whatever connection they come on."""

    def __init__(self, rate):
        self.rate, self.free = rate, 0

    async def wait(self, piece):
        count = sum(piece.count(verb) for verb in (b"PATCH /", b"POST /", b"PUT /"))
        if self.rate and count:
            now = asyncio.get_running_loop().time()
            self.free = max(self.free, now) + count / self.rate
            await asyncio.sleep(self.free - now)


async def copy(reader, writer, pace=Pace(0)):
    try:
        while piece := await reader.read(1 << 16):
            await pace.wait(piece)
            writer.write(piece)
            await writer.drain()
    except (OSError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def main(port, server, folder, rate=0):
    key, certificate = make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    pace = Pace(rate)

    async def serve(reader, writer):
        try:
            inner = await asyncio.open_connection("127.0.0.1", server)
        except OSError:
            return writer.close()
        await asyncio.gather(copy(reader, inner[1], pace), copy(inner[0], writer))

    async with await asyncio.start_server(serve, "127.0.0.1", port, ssl=context, backlog=512) as listener:
        print("listening", flush=True)
        await listener.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], *map(int, sys.argv[4:])))
