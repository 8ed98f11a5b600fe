#!/usr/bin/env python3
"""Inputs of a few kilobytes that ask for more than any machine has: each must end within ten seconds of work under a limit
of 1 GB of address space, with a right answer or with exit code 2, a message that names a place and what to do, and never
with "internal error". Usage: budgets.py PROGRAM [--unlimited] [NAME...]

A name stands for all cases that begin with it. --unlimited leaves out the limit, which sanitizers do not get along with."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "mutate"))
import series_file  # noqa: E402

ADDRESS_SPACE = 1_000_000 * 1024
SECONDS = 40  # of the processor, four times what the slowest takes alone; by the clock it may be more

TOPOLOGY = """
services:
  web:
    port: 8080
    replicas: 2
    traffic: {requests_per_second: 50}
    dependencies: {db: {critical: true}}
    routes: [{method: GET, path: /, share: 1, calls: [{dependency: db, path: /}]}]
  db: {port: 5432, replicas: 1, routes: [{method: GET, path: /, share: 1}]}
"""


def scenario(rules="", duration="10m", scrape="15s", evaluation="30s", expectations="{id: quiet, kind: no_other_alerts}"):
    """A scenario named `case`, with these rules."""
    files = {"case/topology.yaml": TOPOLOGY, "case/scenario.yaml": f"""
version: 1
name: case
start: 2026-03-03T13:30:00Z
warmup: 5m
duration: {duration}
topology: topology.yaml
prometheus: {{scrape_interval: {scrape}, evaluation_interval: {evaluation}{", rule_files: [rules.yaml]" if rules else ""}}}
faults: [{{id: db, kind: connection_refused, target: {{service: db}}, at: 1m, duration: 5m}}]
expectations: [{expectations}]
"""}
    if rules:
        files["case/rules.yaml"] = "groups:\n- name: g\n  rules:\n" + rules
    return files


def record(expr, name="r", more=""):
    return f"  - {{record: '{name}', expr: '{expr}'{more}}}\n"


def alert(name, expr="up", labels="", annotations=""):
    return f"  - {{alert: {name}, expr: '{expr}', labels: {{{labels}}}, annotations: {{{annotations}}}}}\n"


def unit_test(series, cases, interval="1m", evaluation="1m", rules="", name="t.yaml"):
    files = {name: f"rule_files: [{'rules.yaml' if rules else ''}]\nevaluation_interval: {evaluation}\ntests:\n"
                   f"- interval: {interval}\n  input_series:\n{series}\n  promql_expr_test:\n{cases}\n"}
    if rules:
        files["rules.yaml"] = "groups:\n- name: g\n  rules:\n" + rules
    return files


def expr_case(expr, eval_time, samples="[]"):
    return f"  - {{expr: '{expr}', eval_time: {eval_time}, exp_samples: {samples}}}"


RUN = ["run", "case", "--out", "out"]
RULES = ["test", "rules", "t.yaml"]
PROMQL = ["test", "promql", "t.test"]
QUERY = ["query", "record"]
# Work without end that no count forbids ends by the clock.
SHORT = ["--timeout", "6s"]

# Name: files, command, exit codes, what the message must have (regular expressions).
CASES = {
    "labels-of-900-kb": (scenario("".join(alert(f"A{i}", labels=f'a: "{{{{ printf \\"%900000d\\" {i} }}}}"')
                                           for i in range(100))), RUN, {2}, [r"rules\.yaml:\d+:\d+"]),
    "annotations-of-900-kb": (scenario("".join(alert(f"A{i}", annotations=f'a: "{{{{ printf \\"%900000d\\" {i} }}}}"')
                                                for i in range(300))), RUN, {0, 1, 2}, []),
    "subqueries-together": (scenario("".join(record(f"count_over_time(vector({i})[13h:1ms])", f"r{i}") for i in range(8))),
                            RUN, {2}, [r"rules\.yaml:\d+:\d+"]),
    "label-doubled-each-time": (scenario(
        record('label_replace(r, "a", "$1$1", "a", "(.+)") or label_replace(vector(1), "a", "x", "", "")'),
        evaluation="1s"), RUN, {0, 1, 2, 4}, []),
    "label-by-time": (scenario(record('count_values("t", vector(time()))'), evaluation="100ms", duration="1h"),
                      RUN, {0, 1, 2}, []),
    "labels-by-time-in-a-subquery": (scenario(record('count(count_over_time(count_values("t", vector(time()))[12h:1ms]))')),
                                     RUN, {2}, [r"rules\.yaml:\d+:\d+"]),
    "a-year-by-the-tenth-of-a-second": (scenario(duration="366d", scrape="100ms", evaluation="100ms"),
                                        RUN + SHORT, {2}, [r"scenario\.yaml:\d+:\d+"]),
    "evaluations-of-a-year": (scenario("".join(record("up", f"r{i}") for i in range(40)), duration="366d",
                                       scrape="1h", evaluation="100ms"), RUN, {2},
                              [r"rules\.yaml:\d+:\d+", "evaluations"]),
    "templates-that-loop": (scenario("".join(
        alert(f"A{i}", labels='a: "{{ range 900000 }}{{ end }}{{ $value }}"') for i in range(100)), evaluation="1s",
        duration="1h"), RUN + SHORT, {2}, [r"rules\.yaml:\d+:\d+"]),
    "templates-of-long-texts": (scenario(
        alert("A", labels='a: "{{ $x := printf \\"%900000d\\" 0 }}{{ range 100000 }}{{ if match \\"b+c\\" $x }}{{ end }}{{ end }}"')),
        RUN + SHORT, {0, 1, 2}, []),
    "expectation-each-millisecond": (scenario(duration="30d", expectations="{id: q, kind: promql, expr: up, step: 1ms}"),
                                     RUN, {2}, [r"scenario\.yaml:\d+:\d+"]),
    "expectation-of-long-subqueries": (scenario(
        expectations="{id: q, kind: promql, expr: 'sum_over_time(vector(1)[12h:1ms]) > 0', step: 1s}"),
        RUN + SHORT, {0, 1, 2, 4}, []),
    "regex-with-many-states": (scenario(record('up{job=~"(((a{1,100}){1,100}){1,100})"}')), RUN, {2}, [r"rules\.yaml:\d+:\d+"]),
    "regex-of-repetitions": (scenario(record('label_replace(up, "a", "$1", "job", "((a|b|c|d|e|f){1,900})")')), RUN, {0, 1, 2}, []),
    "deep-parentheses": (scenario(record("(" * 20000 + "up" + ")" * 20000)), RUN, {2}, [r"rules\.yaml:\d+:\d+"]),
    "yaml-of-aliases": ({"rules.yaml": "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9))},
        ["check", "rules.yaml"], {2}, [r"rules\.yaml:\d+:\d+"]),
    "deep-yaml": ({"rules.yaml": "[" * 100000}, ["check", "rules.yaml"], {2}, [r"rules\.yaml:\d+:\d+"]),
    "test-of-a-long-series": (unit_test("  - {series: up, values: '0+1x999999999'}",
                                        expr_case("count_over_time(up[200y])", "200y")), RULES, {1, 2}, []),
    "test-of-absent-values": (unit_test("  - {series: up, values: '_x99999999999 1'}", expr_case("up", "1m")), RULES, {0, 1}, []),
    "test-of-many-series": (unit_test("\n".join(f"  - {{series: 'up{{i=\"{i}\"}}', values: '0+1x9999999'}}" for i in range(2000)),
                                      expr_case("sum(sum_over_time(up[100d]))", "100d")), RULES + SHORT, {1, 2}, []),
    "test-each-millisecond": (unit_test("  - {series: up, values: '0+1x999999999'}", expr_case("up", "1d"), interval="1ms",
                                        evaluation="1ms", rules=record("up")), RULES + SHORT, {1, 2}, []),
    "test-of-labels-without-bound": (unit_test("  - {series: up, values: '1x10'}", expr_case("up", "5m"), rules="".join(
        alert(f"A{i}", labels=f'a: "{{{{ printf \\"%900000d\\" {i} }}}}"') for i in range(300))), RULES, {1, 2}, []),
    "script-by-the-millisecond": ({"t.test": "load 1ms\n" + "".join(f"  up{{i=\"{i}\"}} 0+1x40000000\n" for i in range(8)) +
                                   "\neval instant at 0 up\n"}, PROMQL, {2}, [r"t\.test:\d+:\d+|help"]),
    "script-of-absent-values": ({"t.test": "load 1ms\n  up _x49999999 1\n\neval instant at 0 up\n"}, PROMQL, {0}, []),
    "script-of-a-range-by-the-millisecond": ({"t.test": "eval range from 0 to 5h step 1ms vector(1)\n  {} 1\n"}, PROMQL,
                                             {1, 2}, [r"t\.test:\d+:\d+"]),
    "script-of-a-wide-range": ({"t.test": "eval range from 0 to 100d step 1s count_values(\"t\", vector(time()))\n  {} 1\n"},
                               PROMQL, {1, 2}, []),
    "query-range-of-long-subqueries": ({}, QUERY + ["count_over_time(vector(1)[1h:1ms])", "--range", "start", "end", "1s"],
                                       {2}, ["too many samples", "step"]),
    "query-of-labels-by-time": ({}, QUERY + ['count_over_time(count_values("t", vector(time()))[12h:1ms])'], {2}, ["help"]),
    "query-of-nested-subqueries": ({}, QUERY + ["sum_over_time(sum_over_time(up[10h:1ms])[10h:1ms])"] + SHORT, {2}, []),
    "query-far-away": ({}, QUERY + ["up", "--at", "-1e300"], {2}, []),
    "query-steps-of-nothing": ({}, QUERY + ["up", "--range", "start", "end", "1e-9"], {2}, ["--range"]),
    "query-steps-of-ages": ({}, QUERY + ["up", "--range", "start", "end", "1e300"], {0}, []),
    "query-offset-of-ages": ({}, QUERY + ["sum_over_time(up[292y] offset -292y) or up @ 9e15"], {0}, []),
}

# Five thousand expressions of a million instructions each, wherever an expression may stand; then what takes long to be
# read by RE2, although little is left of it. The place must be that of the expression.
CLASSES = [rf"\\pL{{0,900}}x{i}" for i in range(5000)]
SLOW_TO_READ = {"in-a-row": r".{0,999}" * 100, "optional": "a?" * 200_000, "alternatives": r"a|\\pL" * 1900,
                "in-a-group": "(?:" + "a?" * 3000 + "){1000}", "too-large": r"(?:\\pL{100}){9}" * 100}
IN_RULES = r"rules\.yaml:\d+:\d+"
matched = "".join(record(f'up{{a=~"{each}"}}', f"r{i}") for i, each in enumerate(CLASSES))
replaced = "".join(record(f'label_replace(up, "a", "", "a", "{each}")', f"r{i}") for i, each in enumerate(CLASSES))
in_templates = "".join(alert(f"A{i}", labels=f"a: '{{{{ match \"{each}\" \"x\" }}}}'", expr="vector(1)")
                       for i, each in enumerate(CLASSES[:3000]))
relabelled = scenario()
relabelled["case/scenario.yaml"] = relabelled["case/scenario.yaml"].replace(
    "scrape_interval: 15s, evaluation_interval: 30s", "config_file: prometheus.yml")
relabelled["case/prometheus.yml"] = "alerting:\n  alert_relabel_configs:\n" + "".join(
    f'  - {{source_labels: [a], action: drop, regex: "{each}"}}\n' for each in CLASSES[:900])
long_sources = scenario()
long_sources["case/scenario.yaml"] = relabelled["case/scenario.yaml"]
long_sources["case/prometheus.yml"] = "scrape_configs:\n  - job_name: web\n    metric_relabel_configs:\n" + (
    f"      - {{source_labels: [{', '.join(['a'] * 50000)}], separator: {'x' * 1000}, regex: y, action: drop}}\n")
CASES |= {
    "texts-to-relabel": (long_sources, RUN, {2}, ["regex-steps"]),
    "regexes-checked": (scenario(matched), ["check", "case"], {2}, [IN_RULES, "regex-size"]),
    "regexes-run": (scenario(matched), RUN, {2}, [IN_RULES, "regex-size"]),
    "regexes-tested": (unit_test("  - {series: up, values: '1x10'}", expr_case("up", "5m"), rules=matched), RULES, {2},
                       [IN_RULES, "regex-size"]),
    "regexes-of-cases": (unit_test("  - {series: up, values: '1x10'}", "\n".join(
        expr_case(f'up{{a=~"{each}"}}', "5m") for each in CLASSES)), RULES, {2}, [r"t\.yaml:\d+:\d+", "regex-size"]),
    "regexes-replaced": (scenario(replaced), RUN, {2}, [IN_RULES, "regex-size"]),
    "regexes-in-templates": (scenario(in_templates), RUN, {2}, [IN_RULES, "regex-size"]),
    "regexes-relabel": (relabelled, RUN, {2}, [r"prometheus\.yml:\d+:\d+", "regex-size"]),
    "regexes-relabel-checked": (relabelled, ["check", "case"], {2}, [r"prometheus\.yml:\d+:\d+", "regex-size"]),
    "regexes-in-a-script": ({"t.test": "load 1m\n  up 1x10\n" + "".join(
        f'\neval instant at 5m up{{a=~"{each}"}}\n' for each in CLASSES)}, PROMQL, {2}, [r"t\.test:\d+:\d+", "regex-size"]),
    "regexes-replaced-in-a-script": ({"t.test": "load 1m\n  up 1x10\n" + "".join(
        f'\neval instant at 5m label_replace(up, "a", "", "a", "{each}")\n  up 1\n' for each in CLASSES)}, PROMQL, {2},
        [r"t\.test:\d+:\d+", "regex-size"]),
    "regexes-of-an-expectation": (scenario(expectations=", ".join(
        f"{{id: e{i}, kind: promql, expr: 'up{{a=~\"{each}\"}}'}}" for i, each in enumerate(CLASSES[:900]))),
        ["check", "case"], {2}, [r"scenario\.yaml:\d+:\d+", "regex-size"]),
    "regex-again-and-again": (scenario("".join(record(f'up{{a=~"{CLASSES[0]}"}}', f"r{i}") for i in range(5000))),
                              ["check", "case"], {0}, []),
}
# Texts through which an expression can go in more ways than there are states for.
LONG_TEXT = "".join("ab"[int(digit)] for digit in f"{3 ** 60000:b}"[:90000])
long_series = f"  - {{series: 'up{{a=\"{LONG_TEXT}\"}}', values: '1x10'}}"
for kind, ways in {"states": ".*a.{20}x", "steps": ".*a.{900}b.*x", "groups": "(.*)a(.{900})b(.*)"}.items():
    expressions = "".join(record(f'label_replace(up, "b", "$1", "a", "{ways}{i}?")' if kind == "groups"
                                 else f'up{{a=~"{ways}{i}"}}', f"r{i}") for i in range(500))
    CASES[f"regexes-of-many-{kind}"] = (unit_test(long_series, expr_case("up", "5m"), rules=expressions), RULES, {2},
                                        [IN_RULES, "regex-steps"])
for kind, slow in SLOW_TO_READ.items():
    CASES[f"regex-slow-to-read-{kind}"] = (scenario(record(f'up{{a=~"{slow}"}}') * 2), ["check", "case"], {0, 2}, [])

# Times at the ends of 64 bits, in scripts: a message, or a right answer.
FAR_TIMES = {
    "instant": "eval instant at 1e308 vector(1)\n  {} 1\n",
    "before": "eval instant at -9e18 vector(1)\n  {} 1\n",
    "load": "load 1e308\n  up 0x10\n\neval instant at 0 up\n  up 0\n",
    "load-years": "load 292y\n  up 0x40000000\n\neval instant at 0 up\n  up 0\n",
    "offset": "load 5m\n  up 0x3\n\neval instant at 9223372036854775 up offset -292y\n",
    "range": "eval range from 0 to 1e308 step 1e308 vector(1)\n  {} 1\n",
    "span": "eval range from -9e15 to 9e15 step 290y vector(1)\n",
    "widest": "eval range from -1e15 to 1e15 step 290y vector(1)\n",
    "at": "eval instant at 0 up @ 9e15 offset 292y\n",
    "at-negative": "eval instant at 0 sum_over_time(up[292y] @ -9e15)\n",
    "nested": "eval instant at 1e15 sum_over_time(sum_over_time(up[292y:292y] offset 292y)[292y:292y] offset -292y)\n",
    "not-a-number": "eval instant at NaN vector(1)\n  {} 1\n",
}
for far, text in FAR_TIMES.items():
    CASES[f"far-times-{far}"] = ({"t.test": text}, PROMQL, {0, 1, 2}, [])

# A field of a record, and a value that no run gives it.
RECORD_VALUES = {
    "scrape-interval-of-nothing": (("monitoring", "scrape_interval_seconds"), 0),
    "scrape-interval-below-zero": (("monitoring", "scrape_interval_seconds"), -15),
    "evaluation-interval-of-nothing": (("monitoring", "evaluation_interval_seconds"), 0),
    "evaluation-interval-of-ages": (("monitoring", "evaluation_interval_seconds"), 1e300),
    "rule-interval-of-nothing": (("rules", 0, "interval_seconds"), 0),
    "rule-for-below-zero": (("rules", 0, "for_seconds"), -1e9),
    "judged-to-of-ages": (("judged_to",), "9999-12-31T23:59:59.000Z"),
    "judged-to-before-the-start": (("judged_to",), "0001-01-01T00:00:00.000Z"),
    "started-of-ages": (("started",), "0001-01-01T00:00:00.000Z"),
    "hold-below-zero": (("declared", "hold_seconds"), -5),
    "latency-bounds-that-lie": (("latency_bounds",), [0.1]),
}


def bombs(series, samples, beside=0):
    """A series file of a few kilobytes: so many series, each of so many samples, one a second and all 0; and what stands beside."""
    def make(data):
        parts = series_file.Parts(data)
        start = 1_772_544_600_000
        packed = (series_file.varint(samples) + series_file.signed(start) + series_file.signed(1000 - start) + bytes(samples - 2) +
                  b"\0" + bytes(samples))
        parts.series += [[[(b"__name__", b"bomb"), (b"i", b"%d" % i)], packed] for i in range(series)]
        if beside:
            parts.beside = bytes(beside)
        return parts.pack()
    return make


BOMB = ["query", "changed", "sum(count_over_time(bomb[100d]))", "--at", "end"]
# Files of series that unpack to far more than they are.
SERIES_FILES = {
    "series-of-100-million-samples": bombs(10, 10_000_000),
    "series-of-one-that-unpacks": bombs(1, 100_000_000),
    "series-with-much-beside": bombs(0, 2, 400_000_000),
}
READERS = [["query", "changed", "up", "--range", "start", "end", "1m"], ["report", "changed", "--format", "html"],
           ["export", "changed", "promtool-test"], ["export", "changed", "openmetrics"]]


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def call(program, arguments, folder):
    """The exit code, what was printed, and the processor's seconds."""
    limit = None if "--unlimited" in sys.argv else limited
    with tempfile.TemporaryFile() as printed:
        child = subprocess.Popen([program, *arguments], cwd=folder, stdout=printed, stderr=printed, preexec_fn=limit,
                                 env={**os.environ, "NO_COLOR": "1"})
        guard = threading.Timer(3 * SECONDS, child.kill)
        guard.start()
        _, status, usage = os.wait4(child.pid, 0)
        guard.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        text = printed.read()
        seconds = usage.ru_utime + usage.ru_stime
        return child.returncode, (text[:8000] + text[-4000:]).decode(errors="replace"), seconds


def judge(code, output, seconds, codes, wanted):
    """What is wrong with an ending, or nothing."""
    if seconds > SECONDS:
        return f"took {seconds:.0f} s"
    if code not in codes:
        return f"exit {code}, expected {sorted(codes)}"
    if re.search("internal error|bad_alloc|terminate called|runtime error", output):
        return "an error of the program's own"
    if code == 2 and "help" not in output:
        return "no remedy"
    missing = [pattern for pattern in wanted if not re.search(pattern, output)]
    return f"no {missing[0]!r} in the output" if missing else ""


def run_case(program, base, name):
    files, arguments, codes, wanted = CASES[name]
    folder = base / name
    folder.mkdir()
    (folder / "record").symlink_to(base / "record")
    write(folder, files)
    code, output, seconds = call(program, arguments, folder)
    wrong = judge(code, output, seconds, codes, wanted)
    return f"{name}: {wrong}\n{output[-1500:]}" if wrong else ""


def run_record(program, base, name):
    path, value = RECORD_VALUES[name]
    folder = base / name
    (folder / "changed").mkdir(parents=True)
    document = json.loads((base / "record/record.json").read_text())
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    (folder / "changed/record.json").write_text(json.dumps(document))
    (folder / "changed/series").write_bytes((base / "record/series").read_bytes())
    for arguments in READERS:
        code, output, seconds = call(program, arguments, folder)
        wrong = judge(code, output, seconds, {2}, [r"record\.json|changed/series"])
        if wrong:
            return f"{name}, {arguments[0]}: {wrong}\n{output[-1500:]}"
    return ""


def run_series(program, base, name):
    folder = base / name
    (folder / "changed").mkdir(parents=True)
    data = SERIES_FILES[name]((base / "record/series").read_bytes())
    document = json.loads((base / "record/record.json").read_text())
    document["series_hash"] = hashlib.sha256(data).hexdigest()
    (folder / "changed/record.json").write_text(json.dumps(document))
    (folder / "changed/series").write_bytes(data)
    if len(data) > 500_000:
        return f"{name}: {len(data)} bytes are no small file"
    # What does not read the series that are too much may have its answer.
    for arguments, codes in [*((each, {0, 2}) for each in READERS), (BOMB, {2})]:
        code, output, seconds = call(program, [*arguments, "--max-memory", "256MiB"], folder)
        wrong = judge(code, output, seconds, codes, [])
        if wrong:
            return f"{name}, {arguments[0]}: {wrong}\n{output[-1500:]}"
    return ""


def runner_of(name):
    return run_record if name in RECORD_VALUES else run_series if name in SERIES_FILES else run_case


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    names = tuple(name for name in sys.argv[2:] if not name.startswith("--"))
    chosen = [name for name in [*CASES, *RECORD_VALUES, *SERIES_FILES] if not names or name.startswith(names)]
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        write(base / "made", scenario(record("sum(up)") + alert("Down", "up == 0")))
        code, output, _ = call(program, ["run", "case", "--out", str(base / "record")], base / "made")
        if code not in (0, 1):
            sys.exit(f"the record could not be made: exit {code}\n{output}")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            work = [pool.submit(runner_of(name), program, base, name) for name in chosen]
            wrong = [each.result() for each in work if each.result()]
    print("\n".join(wrong) if wrong else f"{len(chosen)} inputs end as they should")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
