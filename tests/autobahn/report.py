"""Turns the entries of the suite's report into words, lines and counts. Knows nothing of how the cases were run."""

import collections
import contextlib
import json

PASSING = ("OK", "INFORMATIONAL")
MISSING = "MISSING"
# What RFC 6455 leaves open: messages behind a Close frame, and two codes between the ranges. Any other that the suite does not
# judge is a failure here.
INFORMATIONAL_CASES = ("7.1.6", "7.13.1", "7.13.2")


def verdict(case, entry):
    """One word for a case: a wrong closing handshake fails it whatever the messages were."""
    if entry is None:
        return MISSING
    if entry["behavior"] in PASSING and entry["behaviorClose"] not in PASSING:
        return "FAILED"
    if entry["behavior"] == "INFORMATIONAL" and case not in INFORMATIONAL_CASES:
        return "NOT JUDGED"
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
    verdicts = {case: verdict(case, entries.get(case)) for case in ids}
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
