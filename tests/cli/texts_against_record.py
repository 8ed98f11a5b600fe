#!/usr/bin/env python3
"""Holds what a record's results say against the record itself: every text that ends in a number or a time.

The scenarios of the library are run as they are, and made to fail in three ways: with bounds that nothing meets, with
rules whose `for` is never reached, and with rules whose thresholds are never reached. Each clause of each text that ends in
a number or a time has to be known here (a row of CHECKS), and is reckoned again: instants from the timeline and the
ledger of alerts, distances from these, values by `firedrill query` from the kept series, counts from what was counted.

Usage: texts_against_record.py PROGRAM [SCENARIO...]"""

import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "scenarios"
# The rest of the library, by hand: it takes minutes.
SCENARIOS = ["bad-deploy-crash-loop", "checkout-database-outage", "probe-amplification", "zone-down"]

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
NUMBER = r"[-−]?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
DURATION = rf"[-−]?\d+(?:\.\d+)? (?:ms|s|m|h|d|w|y)(?: \d+ (?:ms|s|m|h|d|w|y))?"
CLOCK = r"\d\d:\d\d:\d\d"
# A time into the drill and the clock; or the clock alone, in the warm-up.
WHEN = rf"(?:{DURATION} \({CLOCK}\)|{CLOCK}, in the warm-up)"
ENDS = re.compile(rf"(?:{NUMBER}(?: ?(?:ms|s|m|h|d|w|y|%))?|{CLOCK})\)*$")


# Ways to make a scenario fail.
def with_bounds_that_nothing_meets(scenario):
    switches = r"^(?!.*dead_mans_switch)(.*?)"  # a switch cannot be so quick
    scenario = re.sub(switches + r"within: \d+\w+", r"\1within: 1s", scenario, flags=re.M)

    def bound(match):
        unit = match[3].strip()[-1:]
        if match[1] == "at_most":
            return f"at_most: {'1s' if unit in ('s', 'm', 'h', 'd') else '0' + unit}"
        return f"at_least: {'100%' if unit == '%' else '9999' + unit.replace('d', 'h')}"
    return re.sub(r"(at_most|at_least): ([\d.]+)( ?%|[a-z0-9]*)", bound, scenario)


def with_a_for_that_is_never_reached(rules):
    return re.sub(r"for: \d+\w+", "for: 9h", rules)


def with_thresholds_that_are_never_reached(rules):
    return re.sub(r"(>=?) ?[\d.]+(?=[ \n})])", r"\1 1e9", rules)


def same(text):
    return text


VARIANTS = {"": (same, same), "bounds": (with_bounds_that_nothing_meets, same),
            "for": (same, with_a_for_that_is_never_reached), "thresholds": (same, with_thresholds_that_are_never_reached)}


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def seconds_of(text):
    """The duration and its last figure: two leading units are shown, rounded."""
    total, smallest = 0.0, 1.0
    for number, unit in re.findall(r"(\d+(?:\.\d+)?) (ms|s|m|h|d|w|y)", text):
        total += float(number) * UNITS[unit]
        smallest = UNITS[unit] * (0.1 if "." in number else 1)
    return (-total if text[0] in "-−" else total), smallest


def fits(seconds, text, slack=0.0):
    """Whether so many seconds are written so: rounded; behind `>` cut, since it is a bound."""
    told, figure = seconds_of(text.removeprefix("> "))
    if text.startswith("> "):
        return told - slack <= seconds < told + figure + slack
    return abs(seconds - told) <= figure / 2 + slack


class Facts:
    """A record, and what can be reckoned from it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.record = json.loads((folder / "record.json").read_text())
        self.start, self.end = instant(self.record["judged_from"]), instant(self.record["judged_to"])
        found = re.findall(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"', json.dumps(self.record))
        self.instants = sorted({instant(text) for text in found})
        self.declared = {e["id"]: e for e in self.record["declared"]["expectations"]}
        self.asked = {}

    def value(self, expr, at):
        """Labels and value of each sample, or nothing if the record does not keep what it reads."""
        at = at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        if (expr, at) not in self.asked:
            done = subprocess.run([self.program, "query", str(self.folder), expr, "--at", at, "--json"], capture_output=True,
                                  text=True)
            if done.returncode != 0:
                raise ValueError(f"query of {expr}: {done.stderr or done.stdout}")
            data = json.loads(done.stdout)["data"]
            rows = [(None, data["result"])] if data["resultType"] == "scalar" else [
                (sample["metric"], sample["value"]) for sample in data["result"]]
            self.asked[expr, at] = [(metric, float(value[1])) for metric, value in rows]
        return self.asked[expr, at]

    def near(self, clock, begin=None):
        """Instants whose clock this is: those of the record first, then whole seconds of each day."""
        known = [t for t in self.instants if t.strftime("%H:%M:%S") == clock]
        day = (begin or self.start).replace(hour=0, minute=0, second=0, microsecond=0)
        hour, minute, second = map(int, clock.split(":"))
        while day <= self.end:
            known.append(day + datetime.timedelta(hours=hour, minutes=minute, seconds=second))
            day += datetime.timedelta(days=1)
        return known

    def of_when(self, text):
        """The instants that "12 m 30 s (13:42:30)" can mean; an error where the two contradict each other."""
        match = re.fullmatch(rf"({DURATION}) \(({CLOCK})\)", text)
        if not match:
            return self.near(text[:8], instant(self.record["started"]))
        found = [t for t in self.near(match[2]) if fits((t - self.start).total_seconds(), match[1], 1)]
        if not found:
            raise ValueError(f"'{text}' contradicts itself: the drill began at {self.start:%H:%M:%S}")
        return found


def is_one_of(facts, text, times, what):
    wanted = [instant(t) for t in times if t]
    if not any(abs((t - w).total_seconds()) < 1 for t in facts.of_when(text) for w in wanted):
        raise ValueError(f"'{text}' is no time at which {what}: {', '.join(map(str, wanted))}")


def alerts_of(facts, expectation, step):
    name = facts.declared[expectation["id"]].get("alert", "")
    return [a.get(step) for a in facts.record["alerts"] if a["alert"] == name]


def step_of_alert(step, what):
    def check(facts, expectation, match):
        is_one_of(facts, match[1], alerts_of(facts, expectation, step), f"an alert of it {what}")
    return check


def digits(value):
    """As the program shows a value: four digits, or all of a large one."""
    return f"{value:.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"


def number_of(text):
    return float(text.replace("−", "-"))


def same_value(told, value):
    return digits(value) == told or abs(number_of(told) - value) <= 1e-3 * abs(value) + 1e-12


OPERATORS = {">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
             "==": lambda a, b: a == b, "!=": lambda a, b: a != b}


def within_the_second(times):
    """A clock is cut to seconds: what was seen within one was there at its end, or at its beginning."""
    return [each for t in times for each in (t, t.replace(microsecond=0), t.replace(microsecond=999000))]


def came_to(facts, _expectation, match):
    expr, told, labels, clock, how, op, limit = match.groups()
    problems = []
    for at in within_the_second(facts.near(clock, instant(facts.record["started"]))):
        samples = facts.value(expr, at)
        wanted = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or ""))
        values = [v for metric, v in samples
                  if labels is None or {k: x for k, x in (metric or {}).items() if k != "__name__"} == wanted]
        if any(same_value(told, v) for v in values):
            break
        problems.append(f"at {at} it was {values}")
    else:
        raise ValueError("; ".join(problems[:3]))
    if OPERATORS[op](number_of(told), number_of(limit)) != (how == "which is"):
        raise ValueError(f"{told} {op} {limit}")


def was_then(facts, _expectation, match):
    expr, told, when = match.groups()
    times = facts.of_when(when)
    for at in within_the_second(times):
        values = [v for _, v in facts.value(expr, at)]
        if any(told == "NaN" and v != v or told != "NaN" and same_value(told, v) for v in values):
            return
    raise ValueError(f"{expr} was not {told} then")


def no_value_then(facts, _expectation, match):
    for at in within_the_second(facts.of_when(match[2])):
        if not facts.value(match[1], at):
            return
    raise ValueError(f"{match[1]} had a value then")


def others_then(facts, _expectation, match):
    for at in within_the_second(facts.of_when(match[2])):
        if facts.value(match[1], at):
            return
    raise ValueError(f"{match[1]} had no value then")


def ends_of(facts, _expectation, match):
    """What ended the first of each kind."""
    for expr, told, when in re.findall(rf"\((.*?) was ({NUMBER}|NaN) at ({WHEN})\)(?:, \d|$)", match[1]):
        for at in within_the_second(facts.of_when(when)):
            if any(same_value(told, v) for _, v in facts.value(expr, at)):
                break
        else:
            raise ValueError(f"{expr} was not {told} then")


def run_end(facts, _expectation, match):
    if not any(abs((t - facts.end).total_seconds()) < 1 for t in facts.of_when(match[1])):
        raise ValueError(f"it ended at {facts.end}")


def pending(facts, expectation, match):
    begin = [instant(t) for t in alerts_of(facts, expectation, "pending_at") if t]
    for when in re.findall(WHEN, match[0]):
        if not any(abs((t - b).total_seconds()) < 1 for t in facts.of_when(when) for b in begin):
            raise ValueError(f"nothing of it was pending from {when}")
    rule = [r for r in facts.record["rules"] if r["name"] == facts.declared[expectation["id"]]["alert"]]
    for asked in re.findall(rf"`for` asks for ({DURATION})", match[0]):
        if not any(abs(r["for_seconds"] - seconds_of(asked)[0]) < seconds_of(asked)[1] for r in rule):
            raise ValueError(f"no rule of the name asks for {asked}")
    single = re.fullmatch(rf"it was pending from ({WHEN}) for ({DURATION}), and .*", match[0])
    if single:
        length, cut = seconds_of(single[2])
        held = [(instant(a["resolved_at"]) - instant(a["pending_at"])).total_seconds() - r["interval_seconds"]
                for a in facts.record["alerts"] for r in rule
                if a["alert"] == r["name"] and a.get("pending_at") and a.get("resolved_at")]
        if not any(length - 1e-3 <= h < length + cut for h in held):
            raise ValueError(f"none was pending for {single[2]}")


def incident_of(facts, expectation):
    declared = facts.declared.get(expectation["id"], {})
    named = [i for i in facts.record["incidents"] if i["id"] == declared.get("incident")]
    owner = [a.get("incident") for a in facts.record["alerts"] if a["alert"] == declared.get("alert") and a.get("incident")]
    owned = [i for i in facts.record["incidents"] if owner and i["id"] == owner[0]]
    return (named or owned or facts.record["incidents"] or [None])[0]


REFERENCES = {"the injection": "injected_at", "the breach": "breached_at", "the first alert": "first_sign_at",
              "the detection": "detected_at", "the mitigation": "mitigated_at", "the notification": "notified_at"}


def reference(facts, expectation, name):
    if name == "the start":
        return [facts.start]
    if name == "the end of the fault":
        return [instant(f["recovered_at"]) for f in facts.record["faults"] if f.get("recovered_at")]
    incidents = [incident_of(facts, expectation)] if incident_of(facts, expectation) else facts.record["incidents"]
    return [instant(i["times"][REFERENCES[name]]) for i in incidents if i["times"].get(REFERENCES[name])]


def distance(facts, expectation, match):
    when, length, way, name = match.groups()
    for t in facts.of_when(when) if "(" in when or "warm-up" in when else facts.near(when):
        for r in reference(facts, expectation, name.strip()):
            if fits((t - r).total_seconds() * (1 if way == "after" else -1), length, 1.001):
                return
    raise ValueError(f"nothing is {length} {way} {name}")


def deadline(facts, expectation, match):
    length, name, when = match.groups()
    for t in facts.of_when(when) if "(" in when else facts.near(when):
        for r in reference(facts, expectation, name):
            if fits((t - r).total_seconds(), length, 1.001) or t == facts.end.replace(microsecond=0):
                return
    raise ValueError(f"{length} after {name} is not {when}")


def span(facts, _expectation, match):
    length = (facts.end - facts.start).total_seconds()
    for text in match.groups():
        if not 0 <= seconds_of(text)[0] <= length:
            raise ValueError(f"{text} is not in the run")


def held_at(facts, expectation, match):
    """`A of B evaluations`: asked again one by one, where they are few."""
    held = 0 if match[1] == "none" else int(match[1])
    declared = facts.declared[expectation["id"]]
    if not 0 <= held <= int(match[2]):
        raise ValueError("more than all")
    begin = facts.start + datetime.timedelta(seconds=go_seconds(declared.get("from", "0s")))
    stop = min(facts.end, facts.start + datetime.timedelta(seconds=go_seconds(declared["to"]))) if "to" in declared else facts.end
    step = go_seconds(declared.get("step", "0s")) or facts.record["monitoring"]["evaluation_interval_seconds"]
    told = int((stop - begin).total_seconds() // step) + 1
    if abs(told - int(match[2])) > 1:
        raise ValueError(f"there were {told} evaluations")
    if told > 50:
        return
    there = [bool(facts.value(declared["expr"], begin + datetime.timedelta(seconds=i * step))) for i in range(told)]
    if abs(sum(there) - held) > 1 and abs(told - sum(there) - held) > 1:
        raise ValueError(f"it had a value at {sum(there)} of {told}")


def go_seconds(text):
    return sum(float(n) * UNITS[u] for n, u in re.findall(r"(\d+(?:\.\d+)?)(ms|[smhdwy])", text))


def events_at(*kinds):
    def check(facts, _expectation, match):
        for when in re.findall(rf"{WHEN}|{CLOCK}", match[0]):
            times = [e["t"] for e in facts.record["timeline"] if e["kind"] in kinds]
            wanted = facts.of_when(when) if "(" in when else facts.near(when)
            if not any(abs((instant(t) - w).total_seconds()) < 1 for t in times for w in wanted):
                raise ValueError(f"none of {', '.join(kinds)} was at {when}")
    return check


def page_at(facts, _expectation, match):
    """A page: the notification of this reason that the receiver accepted then, of this alert first."""
    reason, receiver, alert, when = match[1].replace(" ", "_"), match[2], match[3], match[4]
    times = [n["t"] for n in facts.record["alertmanager"]["notifications"]
             if n["accepted"] and n["reason"] == reason and n["receiver"] == receiver
             and n["alerts"][0]["labels"]["alertname"] == alert]
    is_one_of(facts, when, times, f"{receiver} accepted a {match[1]} of {alert}")


def restarts(facts, expectation, match):
    declared = facts.declared[expectation["id"]]
    stop = declared.get("to")
    limit = facts.start + datetime.timedelta(seconds=go_seconds(stop)) if stop else facts.end
    begin = facts.start + datetime.timedelta(seconds=go_seconds(declared.get("from", "0s")))
    found = [e for e in facts.record["timeline"] if e["kind"] == "container.restarted" and e["service"] == declared["service"]
             and begin <= instant(e["t"]) <= limit and e.get("reason", "").startswith(declared.get("reason", ""))]
    if len(found) != int(match[1]):
        raise ValueError(f"there were {len(found)}")
    events_at("container.restarted")(facts, expectation, match)


def measure(facts, expectation, match):
    told = match[1]
    name = facts.declared[expectation["id"]]["measure"]
    if told not in [m["text"] for i in facts.record["incidents"] for m in i["measures"] if m["name"] == name]:
        raise ValueError(f"no incident has {name} {told}")


def severity(facts, _expectation, match):
    for level, when in re.findall(rf"(P\d) from ({WHEN})", match[0]):
        changes = [s["t"] for i in facts.record["incidents"] for s in i["severity"] if s["level"] == level]
        is_one_of(facts, when, changes, f"it became {level}")


def burn_rate(facts, _expectation, match):
    for when in re.findall(WHEN, match[0]):
        if not facts.of_when(when):
            raise ValueError(when)
    if number_of(match[1]) < number_of(match[2]):
        raise ValueError("the highest is below the lowest")


def budget(facts, expectation, match):
    name = facts.declared[expectation["id"]]["slo"]
    slos = [s for s in facts.record["slos"] if s["name"] == name]
    if not slos:
        raise ValueError(f"no SLO {name}")
    if match.re.groups:
        facts.of_when(match[1])


def declared_bound(facts, expectation, match):
    declared = facts.declared[expectation["id"]]
    bounds = [str(declared.get(key)) for key in ("at_least", "at_most")]
    for key, told in re.findall(rf"(at least|at most) ({DURATION}|{NUMBER})", match[0]):
        bound = declared[key.replace(" ", "_")]
        as_number = go_seconds(bound) if isinstance(bound, str) and re.search(r"[a-z]", bound) else float(str(bound).rstrip("% "))
        value = seconds_of(told)[0] if re.fullmatch(DURATION, told) else number_of(told)
        rounded = seconds_of(told)[1] / 2 if re.fullmatch(DURATION, told) and as_number >= 60 else 0
        if abs(value - as_number) > rounded + 1e-6 and abs(value - 100 * as_number) > 1e-6:
            raise ValueError(f"asked for {bounds}")


def interval(facts, expectation, match):
    alert = facts.declared[expectation["id"]].get("alert")
    rule = [r["interval_seconds"] for r in facts.record["rules"] if r["name"] == alert]
    if not rule or seconds_of(match[1])[0] < min(rule):
        raise ValueError(f"its rule is evaluated each {rule}")


def in_timeline(facts, _expectation, match):
    for when in re.findall(WHEN, match[0]):
        facts.of_when(when)


def failed_of(facts, _expectation, match):
    failed = sum(e["result"] == "fail" for e in facts.record["expectations"])
    if (int(match[1]), int(match[2])) != (failed, len(facts.record["expectations"])):
        raise ValueError(f"{failed} failed")


COMPARED = rf"(?:by then |elsewhere, |did not fire; |and )?(.*) came to ({NUMBER})(?: for (\{{.*\}}))? at ({CLOCK}), (which is|needed) (\S+) ({NUMBER})"
SINCE = "the (?:start|injection|breach|first alert|detection|mitigation|notification|end of the fault)"
# A clause, and how it is reckoned again. Of several that match all are asked.
CHECKS = [(re.compile(pattern), check) for pattern, check in [
    (COMPARED, came_to),
    (rf"then (.*) was ({NUMBER}|NaN) at ({WHEN})", was_then),
    (rf"then (.*) had no value at ({WHEN})", no_value_then),
    (rf"then (.*) had values of other series alone at ({WHEN})", others_then),
    (r"(?:each|\d+) ended (as .*)", ends_of),
    (rf"it was still firing when the run ended, ({WHEN})", run_end),
    (rf"its expression held from ({WHEN}) on, and `for` asks for {DURATION}", step_of_alert("pending_at", "was pending")),
    (r"(?:it did not fire: )?it was pending .*", pending),
    (rf".* was held back by nothing: a receiver was told of it at ({WHEN})", step_of_alert("notified_at", "was notified")),
    (rf"(?:\d+ too many: )?(first notification|new alerts|repeat) to (\S+) of (\w+).* at ({WHEN})", page_at),
    (rf"for the longest from {WHEN} for .*", pending),
    (rf".*fired at ({WHEN}).*", step_of_alert("firing_at", "fired")),
    (rf"(?:it was )?resolved at ({WHEN}).*", step_of_alert("resolved_at", "was resolved")),
    (rf"pending from ({WHEN}).*", step_of_alert("pending_at", "was pending")),
    (rf".*at ({WHEN}|{CLOCK}), ({DURATION}) (before|after) ({SINCE}).*", distance),
    (rf".* within ({DURATION}) of ({SINCE}), by ({WHEN})", deadline),
    (rf".* within ({DURATION}) of ({SINCE}) \(by ({CLOCK})\)", deadline),
    (rf"fired at ({WHEN}), {DURATION} late.*", step_of_alert("firing_at", "fired")),
    (rf"resolved within {DURATION}", lambda *_: None),  # as the file says
    (rf".* from ({DURATION}) to ({DURATION})", span),
    (r"held at (none|\d+) of (\d+) evaluations", held_at),
    (rf"(?:it )?(?:held|failed) first at {WHEN}: .*", in_timeline),
    (rf"last looked at {WHEN}: .*", in_timeline),
    (rf"(\d+): .* at {CLOCK}.*", restarts),
    (r"none", lambda *_: None),
    (r".*at (?:least|most) \S+.*", declared_bound),
    (rf"from \d+ \(at {CLOCK}\) to \d+", events_at("endpoint.ready", "endpoint.unready")),
    (rf"\d+ were ready at {WHEN}.*", events_at("endpoint.ready", "endpoint.unready")),
    (rf"((?:> )?{DURATION})", measure),
    (rf"it had not happened when the (?:run ended|incident was over) \(((?:> )?{DURATION})\)", measure),
    (rf"it had fired at ({WHEN}) and was over at {WHEN}", step_of_alert("firing_at", "fired")),
    (rf"it had fired at {WHEN} and was over at ({WHEN})", step_of_alert("resolved_at", "was resolved")),
    (rf"peak P\d: .*", severity),
    (rf".*peaks at P\d.*", lambda *_: None),
    (rf"highest ({NUMBER}) at {WHEN}, lowest ({NUMBER}) at {WHEN}", burn_rate),
    (rf".* of the error budget of .* is left at ({WHEN})", budget),
    (rf".* never stays away for more than {DURATION} .*", span),
    (rf"it was received every ({DURATION})", interval),
    (rf".*:\d+ at {CLOCK}, .* after .*", events_at("probe.failure", "probe.success")),
    (r"(\d+) of (\d+) expectations failed", failed_of),
]]


def clauses(text):
    return [part for part in text.split("; ") if ENDS.search(part)]


def problems_of(facts):
    texts = [(e, e[key]) for e in facts.record["expectations"] for key in ("expected", "observed", "why")]
    texts.append(({"id": ""}, facts.record["verdict_why"]))
    count = 0
    for expectation, text in texts:
        for clause in clauses(text):
            count += 1
            found = [(check, match) for pattern, check in CHECKS if (match := pattern.fullmatch(clause))]
            if not found:
                yield f"{expectation['id']}: nobody holds this against the record: {clause}"
            for check, match in found:
                try:
                    check(facts, expectation, match)
                except (ValueError, KeyError, IndexError, TypeError) as error:
                    yield f"{expectation['id']}: {clause}\n    {type(error).__name__}: {error}"
    for incident in facts.record["incidents"]:
        for each in incident["measures"]:
            bare = re.fullmatch(DURATION, each["text"].removeprefix("> "))
            if not bare:
                continue
            count += 1
            if not fits(each["value_seconds"], each["text"], 0.051):
                yield f"{incident['id']}: {each['name']} is {each['value_seconds']} s and not {each['text']}"
    facts.count = count


def run_all(program, wanted):
    failures, count = [], 0
    with tempfile.TemporaryDirectory() as name:
        base = pathlib.Path(name)
        jobs = []
        for variant, (of_scenario, of_rules) in VARIANTS.items():
            library = base / (variant or "plain")
            shutil.copytree(LIBRARY, library)
            for path in library.glob("*/scenario.yaml"):
                path.write_text(of_scenario(path.read_text()))
            for path in library.glob("**/rules/**/*.yaml"):
                path.write_text(of_rules(path.read_text()))
            jobs += [(variant, library, scenario) for scenario in wanted]

        def one(job):
            variant, library, scenario = job
            out = base / f"out-{variant}-{scenario}"
            done = subprocess.run([program, "run", str(library / scenario), "--root", str(library), "--out", str(out)],
                                  capture_output=True, text=True)
            if done.returncode == 2:
                return [f"{scenario} ({variant}): refused\n{done.stderr}"], 0
            facts = Facts(program, out)
            return [f"{scenario} ({variant or 'as it is'}): {problem}" for problem in problems_of(facts)], facts.count

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for found, texts in pool.map(one, jobs):
                failures += found
                count += texts
    return failures, count


def main():
    program, *wanted = sys.argv[1:]
    failures, count = run_all(str(pathlib.Path(program).resolve()), wanted or SCENARIOS)
    for failure in failures:
        print(failure)
    print(f"{count} texts held against their records, {len(failures)} problems")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
