#!/usr/bin/env python3
"""Runs Autobahn|Testsuite against the echo server of the fat jar and turns its report into counts.

Knows the suite's command line and report, and nothing of the protocol. The suite itself is not kept here:
pip fetches it for CPython 2.7, pinned by constraints.txt, into the user's cache folder.

  run.py                       the default cases (sections 1-7, 9 and 10) against the jar
  run.py --cases fast          sections 1-7 and 10; also: limits (9), all, or patterns such as 1.* 5.1
  run.py --url ws://HOST:P/X   a server that is running already; it must echo text and binary

Environment: HAWSER_JAR (path of the fat jar), HAWSER_JAVA (default: java), PYTHON27 (a CPython 2.7).

Exit status: 0 every case is OK or INFORMATIONAL; 1 some case is not, or did not run; 77 no CPython 2.7 here.
"""

import argparse
import collections
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SUITE_VERSION = "25.10.1"
FAST = ["%d.*" % section for section in (1, 2, 3, 4, 5, 6, 7, 10)]
CASE_SETS = {"default": FAST + ["9.*"], "fast": FAST, "limits": ["9.*"], "all": ["*"]}
PASSING = ("OK", "INFORMATIONAL")
MISSING = "MISSING"
AGENT = "hawser"
START_TIMEOUT_S = 30
EXIT_NO_PYTHON27 = 77

RUN_SUITE = "import sys; sys.argv[0] = 'wstest'; from autobahntestsuite.wstest import run; run()"
PRINT_VERSION = "import autobahntestsuite, sys; sys.stdout.write(autobahntestsuite.version)"
LIST_CASES = """
import json, sys
from autobahntestsuite.case import Cases, CaseSetname, CaseBasename, CaseCategories, CaseSubCategories
from autobahntestsuite.caseset import CaseSet
known = CaseSet(CaseSetname, CaseBasename, Cases, CaseCategories, CaseSubCategories)
ids = known.parseSpecCases({'cases': sys.argv[1:], 'exclude-cases': []})
sys.stdout.write(json.dumps([i for i in ids if i in known.CasesById]))
"""


class CannotRun(Exception):
    """Something the run needs cannot be had; the text names it and the cure."""


# --- the suite and its Python ---------------------------------------------------------------------------------------


def find_python27():
    """Returns the path of the first CPython 2.7 of $PYTHON27, PATH and pyenv, or None."""
    pyenv_root = pathlib.Path(os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv")
    candidates = [os.environ.get("PYTHON27"), shutil.which("python2.7"), shutil.which("python2")]
    candidates += sorted(pyenv_root.glob("versions/2.7*/bin/python2.7"), reverse=True)
    ask = "import platform, sys; print(platform.python_implementation() + ' %d.%d' % sys.version_info[:2])"
    for candidate in filter(None, candidates):
        try:  # a pyenv shim on PATH exists but fails when its version is not selected, so each one is asked
            answer = subprocess.run([candidate, "-c", ask], capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if answer.stdout.strip() == "CPython 2.7":
            return str(candidate)
    return None


class Suite:
    """The installed suite: installs itself once, lists cases, runs the fuzzing client."""

    def __init__(self, python27):
        self.python = python27
        cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
        self.home = pathlib.Path(cache) / "hawser" / ("autobahntestsuite-" + SUITE_VERSION)
        # Python 3 settings of the caller must not leak into 2.7; the pip settings are kept for the index.
        foreign = ("PYTHON", "VIRTUAL_ENV")
        self.env = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        self.env["PYTHONUSERBASE"] = str(self.home)

    def ask(self, code, *args):
        done = subprocess.run([self.python, "-c", code, *args], env=self.env, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    def is_installed(self):
        return self.ask(PRINT_VERSION).endswith(SUITE_VERSION)

    def install(self):
        if self.is_installed():
            return
        print("installing autobahntestsuite %s into %s" % (SUITE_VERSION, self.home), flush=True)
        command = [self.python, "-m", "pip", "--disable-pip-version-check", "install", "--user", "--quiet",
                   "--no-warn-script-location", "-c", str(HERE / "constraints.txt"),
                   "autobahntestsuite==" + SUITE_VERSION]
        done = subprocess.run(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0 or not self.is_installed():
            print(done.stdout)
            raise CannotRun("pip for %s could not install autobahntestsuite; see its lines above. It needs a package "
                            "index, a C compiler and the pip of Python 2.7" % self.python)

    def case_ids(self, patterns):
        ids = json.loads(self.ask(LIST_CASES, *patterns) or "[]")
        if not ids:
            raise CannotRun("no such case: %s; give default, fast, limits, all or patterns such as 1.* 5.1"
                            % " ".join(patterns))
        return ids

    def start(self, url, ids, folder):
        """Starts one fuzzing client over `ids`; its report will be in `folder`."""
        spec = {"outdir": str(folder), "servers": [{"agent": AGENT, "url": url, "options": {"version": 18}}],
                "cases": ids, "exclude-cases": [], "exclude-agent-cases": {}}
        (folder / "spec.json").write_text(json.dumps(spec))
        with open(folder / "suite.log", "w") as log:
            return subprocess.Popen([self.python, "-c", RUN_SUITE, "-m", "fuzzingclient", "-s",
                                     str(folder / "spec.json")], env=self.env, stdout=log, stderr=log)


# --- the server -----------------------------------------------------------------------------------------------------


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


@contextlib.contextmanager
def echo_server(folder):
    """Starts the jar's echo command on a free port; yields its URL and stops it afterwards."""
    jar = os.environ.get("HAWSER_JAR")
    if not jar or not os.path.isfile(jar):
        raise CannotRun("HAWSER_JAR is %r, which is no file: set it to the fat jar (./gradlew fatJar makes it "
                        "in build/libs), or use --url" % jar)
    port = free_port()
    command = [os.environ.get("HAWSER_JAVA") or "java", "-jar", jar, "echo"]
    command += ["--port", str(port), "--path", "/echo"]
    log_path = folder / "server.log"
    with open(log_path, "w") as log:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        except OSError as error:
            raise CannotRun("%s cannot be started (%s): install a JDK 17 or newer or set HAWSER_JAVA"
                            % (command[0], error))
    try:
        wait_for_port(process, port, log_path)
        yield "ws://127.0.0.1:%d/echo" % port
        if process.poll() is not None:
            print("the server ended with status %d during the run:\n%s" % (process.returncode, log_path.read_text()))
    finally:
        stop_process(process)


def wait_for_port(process, port, log_path):
    deadline = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    fate = "ended with status %s" % process.returncode if process.returncode is not None else "was still starting"
    raise CannotRun("nothing listens on port %d; the server %s after at most %d s and printed:\n%s"
                    % (port, fate, START_TIMEOUT_S, log_path.read_text()))


# --- one run and its report -----------------------------------------------------------------------------------------


def run_cases(suite, url, ids, folder, jobs, timeout_s):
    """Deals the cases out to `jobs` fuzzing clients; returns the report entries by case id."""
    parts = []
    for job in range(min(jobs, len(ids))):
        part = folder / ("part-%d" % job)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        parts.append((part, suite.start(url, ids[job::jobs], part)))
    entries, deadline = {}, time.monotonic() + timeout_s
    try:
        for part, process in parts:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                print("the suite did not end within %d s; it reports only at its end, see %s" % (timeout_s, part))
    finally:
        for _, process in parts:
            stop_process(process)
    for part, process in parts:
        index = part / "index.json"
        report = json.loads(index.read_text()).get(AGENT, {}) if index.exists() else {}
        entries.update({case: dict(entry, folder=part) for case, entry in report.items()})
        if not report:
            print("no case ran in %s, the suite's last lines:" % part)
            print("".join((part / "suite.log").read_text().splitlines(True)[-5:]), end="")
    return entries


def verdict(entry):
    """One word for a case: a wrong closing handshake fails it whatever the messages were."""
    if entry is None:
        return MISSING
    if entry["behavior"] in PASSING and entry["behaviorClose"] not in PASSING:
        return "FAILED"
    return entry["behavior"]


def explain(entry):
    """What the suite says about a case that is not OK, in one line."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        detail = json.loads((entry["folder"] / entry["reportfile"]).read_text())
        said = [str(detail.get(key) or "") for key in ("result", "resultClose")]
        return "close=%s code=%s | %s" % (entry["behaviorClose"], entry["remoteCloseCode"], " | ".join(said)[:300])
    return ""


def print_report(ids, entries):
    """Prints the table and each case that is not OK; returns (passed, failed)."""
    verdicts = {case: verdict(entries.get(case)) for case in ids}
    by_section = collections.OrderedDict()
    for case, word in verdicts.items():
        by_section.setdefault(case.split(".")[0], collections.Counter())[word] += 1
    for section, counts in by_section.items():
        print("section %-3s %s" % (section, ", ".join("%d %s" % (n, word) for word, n in sorted(counts.items()))))
    for case, word in verdicts.items():
        if word != "OK":
            print("%-13s %-8s %s" % (word, case, explain(entries.get(case) or {})))
    total = collections.Counter(verdicts.values())
    print("all %d cases: %s" % (len(ids), ", ".join("%d %s" % (n, word) for word, n in total.most_common())))
    passed = sum(total[word] for word in PASSING)
    return passed, len(ids) - passed


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="test this running server instead of the jar")
    parser.add_argument("--cases", nargs="+", default=["default"], metavar="ID", help="a set's name or case patterns")
    parser.add_argument("--jobs", type=int, default=2, help="fuzzing clients at a time (default 2)")
    parser.add_argument("--out", help="where reports and logs are kept (default: build/autobahn)")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for the whole run (default 900)")
    return parser.parse_args()


def run(args, python27):
    suite = Suite(python27)
    suite.install()
    ids = suite.case_ids([pattern for word in args.cases for pattern in CASE_SETS.get(word, [word])])
    folder = pathlib.Path(args.out or HERE.parent.parent / "build" / "autobahn").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    server = contextlib.nullcontext(args.url) if args.url else echo_server(folder)
    with server as url:
        entries = run_cases(suite, url, ids, folder, max(1, args.jobs), args.timeout)
    print("%d cases against %s in %.0f s; details in %s" % (len(ids), url, time.monotonic() - started, folder))
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
