"""Checks an echo server of Hawser with the Python package websockets: what must hold whether it compresses or not.

Knows the server's URL and what a WebSocket client may expect; nothing of how the server is started.
"""

import asyncio
import os

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as connect_blocking

from checks import CHECK_TIMEOUT_S, check, equal, run_checks

URL = os.environ["HAWSER_URL"]
LIMIT_BYTES = 16 * 1024 * 1024

def client(**options):
    # The client's own limit must stay above the server's, and no proxy of the machine may come between.
    return connect(URL, max_size=4 * LIMIT_BYTES, proxy=None, **options)


async def comes_back(payload):
    async with client() as socket:
        await socket.send(payload)
        echo = await socket.recv()
        equal(type(echo), type(payload))
        if echo != payload:
            raise AssertionError("%d units came back changed, %d were sent" % (len(echo), len(payload)))


async def closing_status(socket):
    """Reads until the connection ends; returns the code and reason of the server's close frame."""
    try:
        while True:
            await socket.recv()
    except ConnectionClosed as closed:
        if closed.rcvd is None:
            raise AssertionError("the connection ended without a close frame") from closed
        return closed.rcvd.code, closed.rcvd.reason


@check("a text with emoji comes back")
async def emoji():
    await comes_back("Grüße 你好 👩‍👩‍👧‍👦 \U0010ffff")


@check("a NUL inside a text comes back")
async def nul():
    await comes_back("a\0b\0")


@check("an empty text and an empty binary come back")
async def empty():
    await comes_back("")
    await comes_back(b"")


@check("1 MiB of text and of binary come back")
async def one_mebibyte():
    await comes_back("é" * (512 * 1024))
    await comes_back(bytes(range(256)) * 4096)


@check("binary of exactly the limit comes back")
async def at_the_limit():
    await comes_back(os.urandom(1024) * (LIMIT_BYTES // 1024))


@check("a text of one byte over the limit is closed with 1009")
async def over_the_limit():
    # Not `async with`: its close() raises when the transport went away while it was still sending.
    socket = await client()
    sending = asyncio.ensure_future(socket.send("x" * (LIMIT_BYTES + 1)))
    equal((await closing_status(socket))[0], 1009)
    await asyncio.gather(sending, return_exceptions=True)


@check("fragments arrive as one message")
async def fragments():
    async with client() as socket:
        await socket.send(["ein ", "🚀", "", " in ", "Stücken"])
        equal(await socket.recv(), "ein 🚀 in Stücken")
        await socket.send([b"\0", b"\xff" * 70_000, b"\x01"])
        equal(await socket.recv(), b"\0" + b"\xff" * 70_000 + b"\x01")


@check("a ping between fragments is answered before the message is complete")
async def ping_between_fragments():
    async with client() as socket:

        async def parts():
            yield "one "
            await (await socket.ping("between"))
            yield "two"

        await socket.send(parts())
        equal(await socket.recv(), "one two")


@check("pings of 0 to 125 bytes are answered with their payload")
async def pings():
    async with client() as socket:
        for payload in (b"", b"are you there?", b"x" * 125):
            await (await socket.ping(payload))  # resolves only on a pong with this very payload
        await socket.pong(b"nobody asked")
        await socket.send("still here")
        equal(await socket.recv(), "still here")


@check("the client's close code comes back")
async def close_code():
    async with client() as socket:
        await socket.close(4001, "bye")
        equal(socket.protocol.close_rcvd.code, 4001)


@check("invalid UTF-8 is closed with 1007")
async def invalid_utf8():
    async with client() as socket:
        await socket.send(b"a\xed\xa0\x80", text=True)
        equal((await closing_status(socket))[0], 1007)


@check("a subprotocol nobody speaks is left out and the connection works")
async def subprotocol():
    async with client(subprotocols=["chat.example"]) as socket:
        equal(socket.subprotocol, None)
        equal("Sec-WebSocket-Protocol" in socket.response.headers, False)
        await socket.send("works")
        equal(await socket.recv(), "works")


@check("a path without a handler is refused with 404 and a body")
async def wrong_path():
    try:
        async with connect(URL + "-nowhere", proxy=None):
            raise AssertionError("the handshake was accepted")
    except InvalidStatus as refused:
        equal(refused.response.status_code, 404)
        equal(bool(refused.response.body), True)


@check("the blocking client works too")
async def blocking_client():
    def talk():
        with connect_blocking(URL, proxy=None) as socket:
            socket.send("blocking")
            return socket.recv(timeout=CHECK_TIMEOUT_S)

    equal(await asyncio.to_thread(talk), "blocking")


async def numbered_messages(name, count):
    async with client() as socket:

        async def send_all():
            for i in range(count):
                await socket.send("%s-%d" % (name, i))

        sending = asyncio.ensure_future(send_all())
        for i in range(count):
            equal(await socket.recv(), "%s-%d" % (name, i))
        await sending


@check("100 clients send 100 messages each and get them back in order")
async def many_clients():
    await asyncio.gather(*(numbered_messages("client-%d" % i, 100) for i in range(100)))


run_checks(os.environ["HAWSER_LABEL"])
