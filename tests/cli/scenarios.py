#!/usr/bin/env python3
"""Every scenario of the library passes, with several seeds and with scrapes spread and aligned; it is explained and listed; its rules are accepted by promtool
(where there is one), and each alert's runbook is there.

Usage: scenarios.py PROGRAM [SEEDS [SCENARIO...]]    for example: scenarios.py build/release/firedrill 1..20 zone-down"""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "scenarios"
PROMTOOLS = [shutil.which("promtool"), os.path.expanduser("~/.cache/firedrill-oracle/usr/bin/promtool")]


def seeds_of(text):
    first, _, last = text.partition("..")
    return range(int(first), int(last or first) + 1)


def run(program, scenario, seed, phase, out):
    command = [program, "run", str(scenario), "--seed", str(seed), "--out", str(out)]
    command += ["--scrape-phase", phase] if phase else []
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done, time.monotonic() - began


def problems_of_runs(program, scenario, seeds):
    wanted = [(seed, None) for seed in seeds] + [(seeds[0], "aligned")]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = list(pool.map(lambda one: run(program, scenario, *one, pathlib.Path(folder) / "-".join(map(str, one))),
                             wanted))
    for (seed, phase), (done, _) in zip(wanted, runs):
        if done.returncode != 0:
            aligned = ", scrapes aligned" if phase else ""
            yield f"{scenario.name}, seed {seed}{aligned}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    print(f"{scenario.name}: {len(seeds)} seeds, {max(took for _, took in runs):.1f} s at most", flush=True)


def problems_of_texts(scenario):
    """What a scenario consists of, beside what `firedrill check` sees."""
    readme = scenario / "README.md"
    if not readme.is_file():
        yield f"{scenario.name}: no README.md"
        return
    text = readme.read_text(encoding="utf-8")
    for heading in ("## What happens", "## What to look at", "## What to learn", "## Vary it"):
        if heading not in text:
            yield f"{scenario.name}/README.md: no '{heading}'"
    if f"`{scenario.name}`" not in (LIBRARY / "README.md").read_text(encoding="utf-8"):
        yield f"scenarios/README.md does not list {scenario.name}"


def problems_of_playbooks():
    parts = ("# Playbook: ", "## Symptoms", "## Diagnosis Steps", "## Mitigation", "### Immediate (stop bleeding)",
             "## Communication", "## Escalation")
    playbooks = [p for p in LIBRARY.glob("playbooks/*.md") if p.name != "README.md"] + list(LIBRARY.glob("*/playbook.md"))
    for playbook in playbooks:
        text = playbook.read_text(encoding="utf-8")
        for part in parts:
            if part not in text:
                yield f"{playbook.relative_to(LIBRARY)}: no '{part}'"


def problems_of_links(rules):
    """Each runbook_url names a playbook that is there."""
    for line in rules.read_text(encoding="utf-8").splitlines():
        if "runbook_url:" not in line:
            continue
        name = line.rsplit("/", 1)[-1].strip().strip("'\"")
        if not (LIBRARY / "playbooks" / f"{name}.md").is_file() and not (LIBRARY / name / "playbook.md").is_file():
            yield f"{rules.relative_to(LIBRARY)}: no playbook '{name}'"


def problems_of_rules(rules):
    for promtool in PROMTOOLS:
        if not promtool or not pathlib.Path(promtool).is_file():
            continue
        done = subprocess.run([promtool, "check", "rules", str(rules)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            yield f"{promtool} check rules {rules}:\n{done.stdout}{done.stderr}"


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    seeds = seeds_of(sys.argv[2] if len(sys.argv) > 2 else "1..3")
    wanted = sys.argv[3:]
    scenarios = [p.parent for p in sorted(LIBRARY.glob("*/scenario.yaml")) if not wanted or p.parent.name in wanted]
    problems = []
    for scenario in scenarios:
        problems += problems_of_texts(scenario)
        problems += problems_of_runs(program, scenario, seeds)
    problems += problems_of_playbooks()
    for rules in sorted(LIBRARY.glob("rules/*.yaml")) + sorted(LIBRARY.glob("*/rules/*.yaml")):
        problems += problems_of_links(rules)
        problems += problems_of_rules(rules)
    print("\n".join(problems) if problems else f"{len(scenarios)} scenarios keep what they promise")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
