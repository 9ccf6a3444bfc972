"""A relay in front of a server that counts the bytes of both directions. Knows nothing of what they mean."""

import asyncio
import contextlib
from urllib.parse import urlsplit


class Wire:
    """Bytes so far: `sent` by the client, `received` by it."""

    def __init__(self):
        self.sent = 0
        self.received = 0


@contextlib.asynccontextmanager
async def counted(url):
    """Yields the URL of a relay to `url` and its counters."""
    target, wire, connections = urlsplit(url), Wire(), set()

    async def copy(reader, writer, count):
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                count(len(data))
                writer.write(data)
                await writer.drain()
        writer.close()

    def count_sent(length):
        wire.sent += length

    def count_received(length):
        wire.received += length

    async def relay(reader, writer):
        connections.add(asyncio.current_task())
        server_reader, server_writer = await asyncio.open_connection(target.hostname, target.port)
        with contextlib.suppress(asyncio.CancelledError):  # which asyncio's streams would complain of otherwise
            await asyncio.gather(copy(reader, server_writer, count_sent), copy(server_reader, writer, count_received))

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    try:
        yield "%s://127.0.0.1:%d%s" % (target.scheme, server.sockets[0].getsockname()[1], target.path), wire
    finally:
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections)
