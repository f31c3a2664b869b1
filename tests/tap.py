"""What the Python tests share: the Test Anything Protocol on standard output."""

_state = {"number": 0, "failures": 0}
LINES = 20  # of what is told beside a failure
COLUMNS = 500


def verdict(good, name, told=""):
    """A test, and what else is worth a look where it failed: in ASCII, as a terminal may read it."""
    _state["number"] += 1
    _state["failures"] += not good
    print(f"{'ok' if good else 'not ok'} {_state['number']} - {name.replace('#', '')}", flush=True)
    if not good:
        for line in str(told).splitlines()[:LINES]:
            print("#", ascii(line)[1:-1][:COLUMNS], flush=True)


def skip(name, why):
    _state["number"] += 1
    print(f"ok {_state['number']} - {name} # SKIP {why}", flush=True)


def finish():
    """Prints the plan; the exit status of the test."""
    print(f"1..{_state['number']}")
    return 1 if _state["failures"] else 0
