#!/usr/bin/env python3
"""What `tandem schema` prints is held against a standard validator: it is a JSON Schema, every good scenario of
the tree fits it, and of the bad ones all that a schema can tell do not. TAP on standard output.
usage: schema_test.py TANDEM SOURCE_ROOT"""

import json
import re
import subprocess
import sys
from pathlib import Path

from tap import finish, verdict

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("1..0 # SKIP there is no jsonschema")
    sys.exit(0)

# What is beyond a schema: names that do not exist, other files, sums and comparisons of values, what a call has from
# its policy, what --set makes of the document; and mere warnings.
BEYOND = """
    backoff_cap call_without_link cap_accounts cap_alpha cap_changes cap_failures cap_rate cap_replicas cap_runs cap_slow
    cap_users cap_windows choose_sum control_queue control_queue_mode duration_huge empirical_file_missing
    empirical_no_unit empirical_value endless_circle endless_self event_names event_partition_all event_place_both
    event_place_unknown event_rate_closed event_set event_workers_absurd event_workers_unlimited gather_need
    link_end_unknown link_failures_zero link_twice load_names load_request_unknown load_until loss_all_queue
    open_mmpp_fast open_renewal_fast
    loss_all_retransmit loss_chain_retransmit open_stretches policy_batch_reply policy_broker policy_broker_link
    policy_call_unknown policy_queue_settings policy_queue_shared queue_at_most_once queue_at_most_once_call
    queue_confirm_shared queue_delivery_shared queue_is_component queue_persist rate_huge repeat_nested reply_twice
    rto_order run_max_replications run_max_replications_few set_parents set_rate set_unknown set_value size_fraction
    sweep_count_fraction sweep_from_unit sweep_over_duration sweep_over_elsewhere sweep_over_values sweep_set
    sweep_step_long sweep_step_unit sweep_to_same sweep_to_unit sweep_vary_form sweep_vary_nowhere sweep_vary_rate
    sweep_vary_twice sweep_vary_unknown_key trace_column trace_endpoint trace_fields trace_no_request trace_time
    warmup_too_long warning_confirm_timeout warning_deadlock warning_event_late warning_exception warning_late
    warning_max_replications warning_no_retries warning_overload warning_rto workers_absurd
""".split()

NO_SCENARIOS = ["figures.json", "lesson.json"]

# A text between quotation marks, or a comment.
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


def without_comments(text):
    return TOKEN.sub(lambda token: token[0] if token[0][0] == '"' else " ", text)


def unique(pairs):
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def read(path):
    return json.loads(without_comments(path.read_text(encoding="utf-8")), object_pairs_hook=unique)


def fits(validator, path):
    """Whether it is a JSON text that the schema accepts, and else why not."""
    try:
        errors = list(validator.iter_errors(read(path)))
    except (ValueError, RecursionError) as error:
        return False, str(error)
    return not errors, "; ".join(f"{error.json_path}: {error.message[:200]}" for error in errors[:3])


def good_scenarios(root):
    for folder in ("scenarios", "tests/bench", "tests/cost", "tests/coverage", "tests/theory"):
        for path in sorted((root / folder).rglob("*.json")):
            if path.name not in NO_SCENARIOS:
                yield path


def check_new(validator, tandem):
    printed = subprocess.run([tandem, "new"], capture_output=True, text=True, check=True).stdout
    verdict(validator.is_valid(json.loads(without_comments(printed))), "what tandem new prints fits")


def check_bad(validator, root):
    for path in sorted((root / "tests/bad").glob("*.json")):
        name, accepted = path.stem, fits(validator, path)[0]
        if name in BEYOND:
            verdict(accepted, f"{name} is beyond a schema", "it is rejected: take it off the list")
        else:
            verdict(not accepted, f"{name} is rejected")


def units(tandem, kind):
    """The units that the reader names when it meets one that there is not."""
    odd = {"duration": "1s", "rate": "1/s", "size": "1B", "bandwidth": "1B/s"} | {kind: "5x"}
    document = {
        "name": "units",
        "run": {"duration": odd["duration"]},
        "components": {"a": {"endpoints": {"f": []}}},
        "links": {"default": {"bandwidth": odd["bandwidth"]}},
        "load": [{"request": "a.f", "bytes": odd["size"], "open": {"poisson": odd["rate"]}}],
        "policies": {"p": {"mode": "sync"}},
    }
    told = subprocess.run([tandem, "check", "-"], input=json.dumps(document), capture_output=True, text=True)
    found = re.search(r"\(units: ([^)]*)\)", told.stderr)
    return found[1].split(", ") if found else []


def check_examples(validator, tandem):
    """What `tandem explain` shows as an example of a key fits one of the places where such a key stands."""
    definitions = dict(validator.schema["$defs"])
    definitions["document"] = {key: value for key, value in validator.schema.items() if key[0] != "$"}
    places = {}
    for name, part in definitions.items():
        for key in part.get("properties", {}):
            if name not in ("no_queue", "distribution_object"):
                places.setdefault(key, []).append(f"#/$defs/{name}/properties/{key}")
    told = subprocess.run([tandem, "explain", *places], capture_output=True, text=True, env={"COLUMNS": "10000"})
    bad, n = [], 0
    for line in re.findall(r'^    example     (".*)$', told.stdout, re.MULTILINE):
        ((key, value),) = json.loads(f"{{{line}}}").items()
        n += 1
        schemas = ({"$ref": place, "$defs": definitions} for place in places[key])
        if not any(Draft202012Validator(schema).is_valid(value) for schema in schemas):
            bad.append(line)
    verdict(n > 100 and not bad, "examples of keys", f"{n}, of these do not fit: {bad}")


def check_units(validator, tandem):
    """Units stand in the schema's patterns and in the reader's tables: both know the same ones."""
    for kind in ("duration", "rate", "size", "bandwidth"):
        pattern, known = re.compile(validator.schema["$defs"][kind]["pattern"]), units(tandem, kind)
        missing = [unit for unit in known if not pattern.search(f"1.5e3{unit}")]
        verdict(known and not missing, f"{kind}: the reader's units", f"not in the schema: {missing}")
        slips = {unit[:i] + letter + unit[i:] for unit in known for i in range(len(unit) + 1) for letter in "mxkKBi"}
        slips |= {unit[:i] + unit[i + 1:] for unit in known for i in range(len(unit))}
        extra = sorted(unit for unit in slips - set(known) if pattern.search(f"5{unit}"))
        verdict(not extra, f"{kind}: no others", f"only in the schema: {extra}")


def main():
    tandem, root = sys.argv[1], Path(sys.argv[2])
    printed = subprocess.run([tandem, "schema"], capture_output=True, text=True, check=True).stdout
    schema = json.loads(printed)
    Draft202012Validator.check_schema(schema)
    verdict(True, "it is a JSON Schema, draft 2020-12")
    validator = Draft202012Validator(schema)
    for path in good_scenarios(root):
        accepted, why = fits(validator, path)
        verdict(accepted, f"{path.relative_to(root)} fits", why)
    check_new(validator, tandem)
    check_bad(validator, root)
    check_examples(validator, tandem)
    check_units(validator, tandem)
    return finish()


sys.exit(main())
