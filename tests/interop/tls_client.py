"""Checks wss with Python's ssl and with `openssl s_client`, which trust the test's certificate authority and nothing else.

Knows the URL of a server with TLS and compression, and how an opening handshake and a frame look (RFC 6455).
"""

import asyncio
import os
import re
import ssl
from urllib.parse import urlsplit

import aiohttp
from websockets.asyncio.client import connect

from checks import check, equal, holds, run_checks

URL = os.environ["HAWSER_URL_TLS"]
CA = os.environ["HAWSER_CA"]
HOST, PORT, PATH = urlsplit(URL).hostname, urlsplit(URL).port, urlsplit(URL).path
UPGRADE = ("GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" % PATH).encode()
ACCEPTED = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # what section 1.3 answers to this key
HELLO_FRAME = bytes([0x81, 0x85, 0, 0, 0, 0]) + b"hello"  # masked, as it must be; with a key that changes nothing
HELLO_ECHO = bytes([0x81, 0x05]) + b"hello"
TEXT = '{"größe": 12, "🚀": null}\n' * 40_000


def trusting(version=None):
    context = ssl.create_default_context(cafile=CA)
    context.set_alpn_protocols(["h2", "http/1.1"])
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


class Ended(Exception):
    """openssl ended before the server had answered; the text is all it showed."""


async def typed_into_s_client(*options):
    """Types the opening handshake and a message into `openssl s_client`; returns all it showed."""
    command = ["openssl", "s_client", "-connect", "%s:%d" % (HOST, PORT), "-servername", "localhost",
               "-CAfile", CA, "-verify_return_error", *options]
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE,
                                                   stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    shown = b""

    async def until(mark):
        nonlocal shown
        while mark not in shown:
            data = await process.stdout.read(4096)
            if not data:
                await process.wait()
                raise Ended(shown.decode("latin-1"))
            shown += data

    try:
        process.stdin.write(UPGRADE)
        await until(ACCEPTED + b"\r\n")
        await until(b"\r\n\r\n")
        process.stdin.write(HELLO_FRAME)
        await until(HELLO_ECHO)
        return shown.decode("latin-1")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def s_client_speaks(version, *options):
    shown = await typed_into_s_client("-alpn", "http/1.1", *options)
    holds("HTTP/1.1 101 " in shown, shown[-300:])
    holds("ALPN protocol: http/1.1" in shown, "no ALPN in what openssl shows")
    holds("Verify return code: 0 (ok)" in shown, "the certificate was not verified")
    holds(re.search("New, %s, Cipher is" % re.escape(version), shown), "not %s" % version)


async def megabyte_over(version, expected):
    async with connect(URL, ssl=trusting(version), proxy=None, max_size=2 * len(TEXT.encode())) as client:
        tls = client.transport.get_extra_info("ssl_object")
        equal((tls.version(), tls.selected_alpn_protocol()), (expected, "http/1.1"))
        await client.send(TEXT)
        holds(await client.recv() == TEXT, "the text came back changed")


@check("openssl s_client: a handshake and a message typed by hand over TLS 1.3")
async def s_client_tls_1_3():
    await s_client_speaks("TLSv1.3", "-tls1_3")


@check("openssl s_client: a handshake and a message typed by hand over TLS 1.2")
async def s_client_tls_1_2():
    await s_client_speaks("TLSv1.2", "-tls1_2")


@check("openssl s_client: without ALPN as well")
async def s_client_without_alpn():
    holds("No ALPN negotiated" in await typed_into_s_client(), "ALPN was negotiated")


@check("openssl s_client: TLS 1.1 is refused")
async def s_client_tls_1_1():
    try:
        await typed_into_s_client("-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0")
    except Ended as ended:
        # The server says so. Which of the two depends on what it looks at first: this client sends no list of signatures.
        holds(re.search("alert (protocol version|handshake failure)", str(ended)), str(ended))
    else:
        raise AssertionError("TLS 1.1 was accepted")


@check("Python's ssl: 1 MB of text both ways over TLS 1.3")
async def python_tls_1_3():
    await megabyte_over(ssl.TLSVersion.TLSv1_3, "TLSv1.3")


@check("Python's ssl: 1 MB of text both ways over TLS 1.2")
async def python_tls_1_2():
    await megabyte_over(ssl.TLSVersion.TLSv1_2, "TLSv1.2")


@check("Python's ssl: a client that does not trust the certificate does not connect")
async def python_untrusting():
    try:
        async with connect(URL, ssl=ssl.create_default_context(), proxy=None):
            raise AssertionError("connected")
    except ssl.SSLCertVerificationError:
        pass


@check("aiohttp: 1 MB of text both ways")
async def aiohttp_megabyte():
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(URL, ssl=trusting(), compress=15, max_msg_size=0) as client:
            await client.send_str(TEXT)
            holds(await client.receive_str() == TEXT, "the text came back changed")


@check("plain HTTP on the TLS port gets a readable 400")
async def plain_http():
    reader, writer = await asyncio.open_connection(HOST, PORT)
    writer.write(UPGRADE)
    answer = (await reader.read()).decode()
    writer.close()
    equal(answer.splitlines()[0].split(" ")[:2], ["HTTP/1.1", "400"])
    holds("TLS" in answer or "https" in answer, answer)


run_checks("Python and openssl, wss")
