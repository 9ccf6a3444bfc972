"""Registers checks, runs them and prints `ok` or `FAIL` for each. Knows nothing of what they check."""

import asyncio
import sys

CHECK_TIMEOUT_S = 30
_CHECKS = []


def check(name):
    """Registers a coroutine function as a check under a sentence about behaviour."""

    def register(function):
        _CHECKS.append((name, function))
        return function

    return register


def equal(actual, expected):
    if actual != expected:
        raise AssertionError("expected %.200r, got %.200r" % (expected, actual))


def holds(condition, otherwise):
    if not condition:
        raise AssertionError(otherwise)


async def _run(label):
    failed = 0
    for name, function in _CHECKS:
        try:
            await asyncio.wait_for(function(), CHECK_TIMEOUT_S)
            print("ok    %s: %s" % (label, name), flush=True)
        except Exception as error:  # every kind of failure is one failed check
            failed += 1
            text = ("%s: %s" % (type(error).__name__, error)).replace("\n", " ")
            print("FAIL  %s: %s: %.300s" % (label, name, text), flush=True)
    return 1 if failed else 0


def run_checks(label):
    """Runs all checks and ends the process; `label` says who talks to which server."""
    sys.exit(asyncio.run(_run(label)))
