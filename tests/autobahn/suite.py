"""Autobahn|Testsuite: where its CPython 2.7 is, how it is installed, which cases it has, how it is started.

Knows the suite's command line and specifications, and nothing of who is tested. The suite itself is not kept here: pip
fetches it for CPython 2.7, pinned by constraints.txt, into the user's cache folder.
"""

import json
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SUITE_VERSION = "25.10.1"
AGENT = "hawser"

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
    """The installed suite: installs itself once, lists cases, runs as client or as server."""

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
            raise CannotRun("the suite has no such case: %s; give the name of a set or patterns such as 1.* 5.1"
                            % " ".join(patterns))
        return ids

    def start_client(self, url, ids, folder):
        """Starts a fuzzing client that runs `ids` against the server at `url` and ends; its report will be in `folder`."""
        return self._start("fuzzingclient", ids, folder,
                           servers=[{"agent": AGENT, "url": url, "options": {"version": 18}}])

    def start_server(self, port, ids, folder):
        """Starts a fuzzing server that has `ids` for whichever client asks; it writes its report to `folder` when told."""
        return self._start("fuzzingserver", ids, folder, url="ws://127.0.0.1:%d" % port)

    def _start(self, mode, ids, folder, **peer):
        spec = dict(peer, outdir=str(folder), cases=ids)
        spec.update({"exclude-cases": [], "exclude-agent-cases": {}})
        (folder / "spec.json").write_text(json.dumps(spec))
        command = [self.python, "-c", RUN_SUITE, "-m", mode, "-s", str(folder / "spec.json")]
        command += ["-u", "0"]  # no page for people beside it, which would take port 8080
        with open(folder / "suite.log", "w") as log:
            return subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
