"""Checks with the Python packages websockets and aiohttp that compression is agreed on and used both ways.

Knows the URLs of two servers, with and without context takeover, and of one without compression.
"""

import contextlib
import os
import random

import aiohttp
from websockets.asyncio.client import connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from checks import check, equal, holds, run_checks
from wire import counted

URL_OFF = os.environ["HAWSER_URL_OFF"]
URL_DEFLATE = os.environ["HAWSER_URL_DEFLATE"]
URL_TAKEOVER = os.environ["HAWSER_URL_TAKEOVER"]

MEGABYTE = 1_000_000
ALONE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"


def json_text(length):
    """JSON-like text of `length` characters, the same in every run, which deflate makes less than half as long."""
    numbers = random.Random(7692)
    words = ["status", "größe", "message", "价格", "timestamp", "🚀", "null", "position"]
    lines, total = [], 0
    while total < length:
        lines.append('{"%s":%d,"%s":"%s"}\n' % (numbers.choice(words), numbers.randrange(100_000),
                                               numbers.choice(words), numbers.choice(words)))
        total += len(lines[-1])
    return "".join(lines)[:length]


class Websockets:
    """websockets, which compresses every message when compression was agreed on."""

    @staticmethod
    @contextlib.asynccontextmanager
    async def connected(url, **offer):
        factory = ClientPerMessageDeflateFactory(**{"client_max_window_bits": True, **offer})
        async with connect(url, proxy=None, compression=None, extensions=[factory], max_size=2 * MEGABYTE) as socket:
            yield socket, socket.response.headers.get("Sec-WebSocket-Extensions")

    @staticmethod
    async def echo(socket, text):
        await socket.send(text)
        return await socket.recv()


class Aiohttp:
    """aiohttp, whose `compress` is the window it offers; it compresses every message as well."""

    @staticmethod
    @contextlib.asynccontextmanager
    async def connected(url, compress=15):
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(url, compress=compress, max_msg_size=2 * MEGABYTE) as socket:
                yield socket, socket._response.headers.get("Sec-WebSocket-Extensions")
                await socket.close()
                equal(socket.close_code, 1000)

    @staticmethod
    async def echo(socket, text):
        await socket.send_str(text)
        return await socket.receive_str()


def same(echo, text):
    holds(echo == text, "%d characters came back changed" % len(echo))


async def megabyte_both_ways(client, url, answer, **offer):
    """1 MB of text goes both ways in less than half of its bytes."""
    text = json_text(MEGABYTE)
    async with counted(url) as (relay, wire), client.connected(relay, **offer) as (socket, extensions):
        equal(extensions, answer)
        same(await client.echo(socket, text), text)
        holds(wire.sent < MEGABYTE / 2, "%d bytes were sent" % wire.sent)
        holds(wire.received < MEGABYTE / 2, "%d bytes were received" % wire.received)
        same(await client.echo(socket, ""), "")


async def repeated_text_refers_back(client):
    text = "%0*x" % (4096, random.Random(7692).getrandbits(4 * 4096))
    async with counted(URL_TAKEOVER) as (relay, wire), client.connected(relay) as (socket, _):
        same(await client.echo(socket, text), text)
        sent, received = wire.sent, wire.received
        same(await client.echo(socket, text), text)
        holds(wire.sent - sent < len(text) / 4, "%d bytes were sent" % (wire.sent - sent))
        holds(wire.received - received < len(text) / 4, "%d bytes were received" % (wire.received - received))


async def is_not_compressed(client, **offer):
    text = json_text(MEGABYTE)
    async with counted(URL_OFF) as (relay, wire), client.connected(relay, **offer) as (socket, extensions):
        equal(extensions, None)
        same(await client.echo(socket, text), text)
        holds(wire.received > MEGABYTE, "%d bytes were received" % wire.received)


@check("websockets: 1 MB of text both ways, each message for itself")
async def websockets_alone():
    await megabyte_both_ways(Websockets, URL_DEFLATE, ALONE)


@check("websockets: small windows both ways")
async def websockets_windows():
    await megabyte_both_ways(Websockets, URL_DEFLATE, ALONE + "; server_max_window_bits=10; client_max_window_bits=9",
                             server_max_window_bits=10, client_max_window_bits=9)


@check("websockets: 1 MB of text both ways with context takeover")
async def websockets_takeover():
    await megabyte_both_ways(Websockets, URL_TAKEOVER, "permessage-deflate")


@check("websockets: no context takeover where the client wants none")
async def websockets_wants_none():
    await megabyte_both_ways(Websockets, URL_TAKEOVER, ALONE,
                             server_no_context_takeover=True, client_no_context_takeover=True)


@check("websockets: with context takeover a repeated text costs next to nothing")
async def websockets_repeated():
    await repeated_text_refers_back(Websockets)


@check("websockets: an offer to a server without compression is not taken, and all works")
async def websockets_off():
    await is_not_compressed(Websockets)


@check("aiohttp: 1 MB of text both ways, each message for itself")
async def aiohttp_alone():
    await megabyte_both_ways(Aiohttp, URL_DEFLATE, ALONE)


@check("aiohttp: a window of 10 bits")
async def aiohttp_window():
    await megabyte_both_ways(Aiohttp, URL_DEFLATE, ALONE + "; server_max_window_bits=10", compress=10)


@check("aiohttp: 1 MB of text both ways with context takeover")
async def aiohttp_takeover():
    await megabyte_both_ways(Aiohttp, URL_TAKEOVER, "permessage-deflate")


@check("aiohttp: with context takeover a repeated text costs next to nothing")
async def aiohttp_repeated():
    await repeated_text_refers_back(Aiohttp)


@check("aiohttp: an offer to a server without compression is not taken, and all works")
async def aiohttp_off():
    await is_not_compressed(Aiohttp)


run_checks("Python, compression")
