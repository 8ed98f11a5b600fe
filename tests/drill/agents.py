#!/usr/bin/env python3
"""Programs work drills: one that follows the playbooks beats one that does nothing on each drill in which something is
wrong, and does no harm where nothing is; one that dies, hangs or floods ends its drill, with a sentence and a transcript.

Usage: agents.py PROGRAM"""

import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGENTS = pathlib.Path(__file__).resolve().parent / "agents"
SEEDS = 2


def suite(program, agent, *options, seeds=SEEDS, drills="scenarios"):
    run = subprocess.run([program, "drill", "--suite", drills, "--agent", agent, "--seeds", str(seeds), "--json",
                          *options], cwd=ROOT, capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"exit {run.returncode}\n{run.stdout}{run.stderr}")
    return json.loads(run.stdout)


def compare(program):
    bad = 0
    nothing = suite(program, f"exec python3 {AGENTS / 'nothing.py'}")
    playbook = suite(program, f"exec python3 {AGENTS / 'playbook.py'}")
    for one, other in zip(nothing["rows"], playbook["rows"]):
        name = f"{one['drill']}, seed {one['seed']}"
        mine, theirs = other["score"], one["score"]
        print(f"{name}: {theirs['points']:.0f} → {mine['points']:.0f} of {mine['most']:.0f},"
              f" lost {theirs['lost']:.0f} → {mine['lost']:.0f} {other['trouble']}")
        if other["trouble"] or mine["points"] <= theirs["points"]:
            print(f"  {name}: the playbook's is no better")
            bad += 1
        if not mine["quiet"] and not mine["lost"] < theirs["lost"]:
            print(f"  {name}: no fewer requests are lost")
            bad += 1
        if mine["quiet"] and mine["false_alarm"]:
            print(f"  {name}: a false alarm was taken for an incident")
            bad += 1
    # The same again is the same, with however many jobs.
    again = suite(program, f"exec python3 {AGENTS / 'playbook.py'}", "--jobs", "1")
    if again != playbook:
        print("the same suite gives another table")
        bad += 1
    return bad


def misbehave(program, folder):
    bad = 0
    cases = {
        "exit 1": "the agent has ended",
        "sleep 60": "the agent says nothing",
        "yes | tr -d '\\n'": "the agent writes a line that has no end",
        "yes map": "the agent gives more than 1000 commands|the agent does not read",
        "nowhere-there-is-such-a-program": "the agent has ended",
    }
    for agent, expected in cases.items():
        out = pathlib.Path(folder) / str(abs(hash(agent)))
        table = suite(program, agent, "--patience", "0.5", "--transcript", str(out), seeds=1,
                      drills="scenarios/wrong-mitigation")
        trouble = table["rows"][0]["trouble"]
        print(f"{agent}: {trouble}")
        if not any(trouble.startswith(text) for text in expected.split("|")):
            print(f"  expected: {expected}")
            bad += 1
        transcript = json.loads((out / "amber-heron-1.json").read_text())
        if transcript["format"] != "firedrill-drill":
            bad += 1
    return bad


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    bad = compare(program)
    with tempfile.TemporaryDirectory() as folder:
        bad += misbehave(program, folder)
    print("as it should be" if bad == 0 else f"{bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
