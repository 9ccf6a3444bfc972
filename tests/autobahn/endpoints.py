"""What is held against the suite: the echo server of the fat jar, and the client example of the crate.

Knows how they are started and stopped; nothing of the suite.
"""

import contextlib
import os
import pathlib
import socket
import subprocess
import time

from suite import CannotRun

CERTIFICATES = pathlib.Path(__file__).resolve().parent.parent / "certificates.sh"
START_TIMEOUT_S = 30


def stop_process(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(process, port, log_path):
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    fate = "ended with status %s" % process.returncode if process.returncode is not None else "was still starting"
    raise CannotRun("nothing listens on port %d; the server %s after at most %d s and printed:\n%s"
                    % (port, fate, START_TIMEOUT_S, log_path.read_text()))


def tls_options(folder):
    """Makes a certificate for this run; returns the echo command's options for it."""
    made = subprocess.run([str(CERTIFICATES), str(folder / "tls")], capture_output=True, text=True)
    if made.returncode != 0:
        raise CannotRun("no test certificate could be made: " + made.stdout + made.stderr)
    return ["--tls-certificate", str(folder / "tls" / "server.pem"), "--tls-key", str(folder / "tls" / "server-key.pem")]


@contextlib.contextmanager
def echo_server(folder, tls, context_takeover):
    """Starts the jar's echo command with compression on a free port; yields its URL and stops it afterwards."""
    jar = os.environ.get("HAWSER_JAR")
    if not jar or not os.path.isfile(jar):
        raise CannotRun("HAWSER_JAR is %r, which is no file: set it to the fat jar (./gradlew fatJar makes it "
                        "in build/libs), or use --url" % jar)
    port = free_port()
    command = [os.environ.get("HAWSER_JAVA") or "java", "-jar", jar, "echo", "--port", str(port), "--path", "/echo"]
    command += ["--deflate"] + (["--context-takeover"] if context_takeover else [])
    command += tls_options(folder) if tls else []
    log_path = folder / "server.log"
    with open(log_path, "w") as log:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        except OSError as error:
            raise CannotRun("%s cannot be started (%s): install a JDK 17 or newer or set HAWSER_JAVA"
                            % (command[0], error))
    try:
        wait_for_port(process, port, log_path)
        yield "%s://127.0.0.1:%d/echo" % ("wss" if tls else "ws", port)
        if process.poll() is not None:
            print("the server ended with status %d during the run:\n%s" % (process.returncode, log_path.read_text()))
    finally:
        stop_process(process)


def start_test_client(port, folder, context_takeover):
    """Starts the crate's test client, which runs all cases of the fuzzing server at `port` and ends."""
    program = os.environ.get("HAWSER_AUTOBAHN_CLIENT")
    if not program or not os.path.isfile(program):
        raise CannotRun("HAWSER_AUTOBAHN_CLIENT is %r, which is no file: set it to the program that "
                        "./gradlew cargoAutobahnClient makes in target/autobahn/release/examples" % program)
    command = [program, "127.0.0.1:%d" % port] + (["--context-takeover"] if context_takeover else [])
    with open(folder / "client.log", "w") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
