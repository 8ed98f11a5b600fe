#!/usr/bin/env python3
"""Every shipped scenario that can be expressed as a unit test, run and exported, must pass promtool: 3.5 for the
semantics of Prometheus 3, 2.42 for those of 2. And what `promtool tsdb create-blocks-from openmetrics` loads from the
other export must be the samples that `firedrill query` answers with.

    exports.py PROGRAM [SCENARIO...]

A scenario that cannot be expressed is told with the reason. promtool takes hours for a month; what lasts for more than
two days is given to `firedrill test rules` alone, which is said, too. Without a promtool nothing is compared, which is said; with
FIREDRILL_REQUIRE_ORACLES that is a failure."""

import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import oracles

LONGEST_DAYS = 2
ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command):
    done = subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def drill(program, scenario, out, *more):
    code, _, said = run(program, "run", scenario, "--out", out, "--scrape-phase", "aligned", *more)
    if code not in (0, 1, 4):
        raise RuntimeError(f"{scenario}: run exits {code}: {said}")


def days(record):
    said = json.loads((record / "record.json").read_text(encoding="utf-8"))
    begin, end = (datetime.datetime.fromisoformat(said[k].rstrip("Z")) for k in ("started", "judged_to"))
    return (end - begin) / datetime.timedelta(days=1)


def check_unit_test(program, promtool, major, scenario, folder):
    """None, what went wrong, or why the scenario cannot be expressed."""
    record, test = folder / f"record{major}", folder / f"test{major}.yml"
    drill(program, scenario, record, "--promql-version", major)
    code, note, said = run(program, "export", record, "promtool-test", "--out", test)
    if code == 2:
        return None, said
    if code != 0:
        return f"export exits {code}: {said}", None
    size = note.split(": ", 1)[1].strip()
    passing = "firedrill alone passes" if days(record) > LONGEST_DAYS else "promtool passes"
    if passing == "promtool passes":
        code, out, said = run(promtool, "test", "rules", test)
        if code != 0:
            return f"{promtool} exits {code}:\n{(out + said)[:4000]}", None
    code, out, said = run(program, "test", "rules", "--promql-version", major, test)
    if code != 0:
        return f"firedrill test rules exits {code}:\n{(out + said)[:4000]}", None
    print(f"{scenario.name}, version {major}: {passing} {size}", flush=True)
    return None, None


def dumped(promtool, folder):
    """The samples in a TSDB: {labels: {time in ms: value}}."""
    (folder / "wal").mkdir()
    code, out, said = run(promtool, "tsdb", "dump", folder)
    if code != 0:
        raise RuntimeError(f"promtool tsdb dump: {said}")
    series = {}
    for line in out.splitlines():
        labels, value, t = re.fullmatch(r"(\{.*\}) (\S+) (\d+)", line).groups()
        key = tuple(sorted((n, json.loads(v)) for n, v in re.findall(r'(\w+)=("(?:[^"\\]|\\.)*")', labels)))
        series.setdefault(key, {})[int(t)] = float(value)
    return series


def queried(program, record):
    code, out, said = run(program, "query", record, '{__name__=~".+"}[400d]', "--json")
    if code != 0:
        raise RuntimeError(f"query: {said}")
    series = {}
    for each in json.loads(out)["data"]["result"]:
        key = tuple(sorted(each["metric"].items()))
        series[key] = {round(t * 1000): float(v) for t, v in each["values"]}
    return series


def check_openmetrics(program, promtool, scenario, folder):
    record, text, blocks = folder / "everything", folder / "samples.om", folder / "blocks"
    # At offsets of their own, so that times have milliseconds.
    code, _, said = run(program, "run", scenario, "--out", record, "--keep", "all")
    if code not in (0, 1, 4):
        return f"run exits {code}: {said}"
    code, _, said = run(program, "export", record, "openmetrics", "--out", text)
    if code != 0:
        return f"export exits {code}: {said}"
    code, _, said = run(promtool, "tsdb", "create-blocks-from", "openmetrics", text, blocks)
    if code != 0:
        return f"create-blocks-from openmetrics exits {code}: {said}"
    loaded, ours = dumped(promtool, blocks), queried(program, record)
    same = {k: str(v) for k, v in loaded.items()} == {k: str(v) for k, v in ours.items()}
    count = sum(len(v) for v in ours.values())
    if not same:
        differing = [k for k in loaded.keys() | ours.keys() if str(loaded.get(k)) != str(ours.get(k))]
        return f"{len(differing)} of {len(ours)} series differ after loading, for example {differing[:2]}"
    print(f"{scenario.name}: promtool's TSDB holds the same {count} samples of {len(ours)} series")
    return None


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    named = [pathlib.Path(p).resolve() for p in sys.argv[2:]]
    scenarios = named or sorted(p.parent for p in (ROOT / "scenarios").glob("*/scenario.yaml"))
    tools = oracles.find("promtool")
    failures, expressed = [], 0
    with tempfile.TemporaryDirectory() as temporary:
        def check(job):
            scenario, version = job
            folder = pathlib.Path(temporary) / scenario.name / version
            folder.mkdir(parents=True)
            return check_unit_test(program, tools[version], oracles.VERSIONS[version], scenario, folder)

        jobs = [(scenario, version) for scenario in scenarios for version in tools]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for (scenario, version), (wrong, reason) in zip(jobs, pool.map(check, jobs)):
                if wrong:
                    failures.append(f"{scenario.name}, promtool {version}: {wrong}")
                if reason:
                    print(f"{scenario.name} cannot be expressed:\n{reason.strip()}")
                expressed += not wrong and not reason
        if "3.5" in tools:
            folder = pathlib.Path(temporary) / "openmetrics"
            folder.mkdir()
            wrong = check_openmetrics(program, tools["3.5"], scenarios[0], folder)
            failures += [f"openmetrics: {wrong}"] if wrong else []
    for failure in failures:
        print("FAIL " + failure)
    if tools and not expressed:
        failures.append("no scenario at all")
    missing = [v for v in oracles.VERSIONS if v not in tools]
    if missing:
        print("not there to compare with: promtool " + ", ".join(missing))
    if failures or (missing and oracles.required()):
        return 1
    return 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
