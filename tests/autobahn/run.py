#!/usr/bin/env python3
"""Runs Autobahn|Testsuite against Hawser, as server or as client, and turns its report into counts.

Knows which cases belong together and how a run is dealt out; nothing of the protocol.

  run.py                       the default cases against the server: fast, limits and deflate-short
  run.py --cases fast          sections 1-7 and 10; also: limits (9), deflate (12, 13), deflate-short (a few of these),
                               all (517 cases), or patterns such as 1.* 5.1
  run.py --tls                 over wss, with a certificate made for the run
  run.py --role client         against the protocol's client role: the crate's example autobahn_client
  run.py --context-takeover    compression with context takeover (either role; not taken up otherwise)
  run.py --url ws://HOST:P/X   a server that is running already; it must echo text and binary, and compress

Environment: HAWSER_JAR (path of the fat jar), HAWSER_JAVA (default: java), HAWSER_AUTOBAHN_CLIENT (path of the example,
for --role client), PYTHON27 (a CPython 2.7).

Exit status: 0 every case is OK or INFORMATIONAL; 1 some case is not, or did not run; 77 no CPython 2.7 here.
"""

import argparse
import contextlib
import json
import pathlib
import shutil
import signal
import sys
import time

from endpoints import echo_server, free_port, start_test_client, stop_process, wait_for_port
from report import print_report
from suite import AGENT, CannotRun, Suite, find_python27

HERE = pathlib.Path(__file__).resolve().parent
FAST = ["%d.*" % section for section in (1, 2, 3, 4, 5, 6, 7, 10)]
LIMITS = ["9.*"]
# Of each kind of data and each set of parameters: 1000 small messages, 1000 of 4 KiB, 1000 of 8 KiB in 32 fragments.
DEFLATE_SHORT = ["%s.%d" % (group, case)
                 for group in ["12.%d" % data for data in range(1, 6)] + ["13.%d" % offer for offer in range(1, 8)]
                 for case in (1, 5, 11)]
CASE_SETS = {"default": FAST + LIMITS + DEFLATE_SHORT, "fast": FAST, "limits": LIMITS, "deflate": ["12.*", "13.*"],
             "deflate-short": DEFLATE_SHORT, "all": ["*"]}
EXIT_NO_PYTHON27 = 77


class Part:
    """A share of the cases: processes that run them, of which the first ends with them, and a folder for the report."""

    def __init__(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.folder = folder
        self.processes = []

    def test_server(self, suite, url, ids):
        self.processes.append(suite.start_client(url, ids, self.folder))

    def test_client(self, suite, ids, context_takeover):
        port = free_port()
        server = suite.start_server(port, ids, self.folder)
        self.processes.append(server)  # at once, so that it is stopped whatever happens
        wait_for_port(server, port, self.folder / "suite.log")
        self.processes.insert(0, start_test_client(port, self.folder, context_takeover))

    def stop(self):
        for process in self.processes:
            stop_process(process)

    def entries(self):
        """Returns the report by case id."""
        index = self.folder / "index.json"
        report = json.loads(index.read_text()).get(AGENT, {}) if index.exists() else {}
        if not report:
            logs = "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))
            print("no case ran in %s, the last lines there:\n%s" % (self.folder, "".join(logs.splitlines(True)[-5:])))
        return {case: dict(entry, folder=self.folder) for case, entry in report.items()}


def run_cases(start, ids, folder, jobs, timeout_s):
    """Deals the cases out to `jobs` parts, each begun by `start(part, ids)`; returns the report entries by case id."""
    parts = [Part(folder / ("part-%d" % job)) for job in range(min(jobs, len(ids)))]
    deadline = time.monotonic() + timeout_s
    try:
        for job, part in enumerate(parts):
            start(part, ids[job::len(parts)])
        for part in parts:
            while part.processes[0].poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
            if part.processes[0].poll() is None:
                print("the suite did not end within %d s; it reports only at its end, see %s" % (timeout_s, part.folder))
    finally:
        for part in parts:
            part.stop()
    entries = {}
    for part in parts:
        entries.update(part.entries())
    return entries


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--role", choices=("server", "client"), default="server", help="which side of ours is tested")
    parser.add_argument("--url", help="test this running server instead of the jar")
    parser.add_argument("--tls", action="store_true", help="over wss")
    parser.add_argument("--context-takeover", action="store_true", help="agree to context takeover")
    parser.add_argument("--cases", nargs="+", default=["default"], metavar="ID", help="a set's name or case patterns")
    parser.add_argument("--jobs", type=int, default=2, help="parts that run at a time (default 2)")
    parser.add_argument("--out", help="where reports and logs are kept (default: below build/autobahn)")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for the whole run (default 3600)")
    args = parser.parse_args()
    if args.tls and (args.url or args.role == "client"):
        parser.error("--tls is for the server of the jar")
    if args.url and (args.role == "client" or args.context_takeover):
        parser.error("--url is for a server that is running already")
    return args


def folder_of(args):
    """One for each kind of run, so that none takes away another's report."""
    kind = args.role + ("-tls" if args.tls else "") + ("-takeover" if args.context_takeover else "")
    folder = pathlib.Path(args.out or HERE.parent.parent / "build" / "autobahn" / kind).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run(args, python27):
    suite = Suite(python27)
    suite.install()
    ids = suite.case_ids([pattern for word in args.cases for pattern in CASE_SETS.get(word, [word])])
    folder = folder_of(args)
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        if args.role == "client":
            tested = "the client role"
            start = lambda part, share: part.test_client(suite, share, args.context_takeover)
        else:
            tested = args.url or stack.enter_context(echo_server(folder, args.tls, args.context_takeover))
            start = lambda part, share: part.test_server(suite, tested, share)
        entries = run_cases(start, ids, folder, max(1, args.jobs), args.timeout)
    print("%d cases against %s in %.0f s; details in %s" % (len(ids), tested, time.monotonic() - started, folder))
    return print_report(ids, entries)


def main():
    args = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped on the way out
    python27 = find_python27()
    if python27 is None:
        print("autobahn: no CPython 2.7 found, which the suite needs: set PYTHON27 or run `pyenv install 2.7.18`")
        return EXIT_NO_PYTHON27
    try:
        passed, failed = run(args, python27)
    except CannotRun as error:
        print("FAILED  " + str(error))
        passed, failed = 0, 1
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
