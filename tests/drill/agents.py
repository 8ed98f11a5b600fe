#!/usr/bin/env python3
"""Programs work drills: on each drill in which something is wrong the best response that is known and a program that follows
the playbooks beat nobody's run, and do no harm where nothing is. What comes of programs that misbehave is in bad_agents.py.

Usage: agents.py PROGRAM"""

import json
import os
import pathlib
import secrets
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGENTS = pathlib.Path(__file__).resolve().parent / "agents"
SEEDS = 2


# Python itself, without what sites add to it: it starts once for each drill.
def agent_named(name):
    return f"exec {sys.executable} -I -S {AGENTS / name}.py"


def suite(program, agent, *options, seeds=SEEDS, drills="scenarios"):
    run = subprocess.run([program, "drill", "--suite", drills, "--agent", agent, "--seeds", str(seeds), "--json",
                          *options], cwd=ROOT, capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"exit {run.returncode}\n{run.stdout}{run.stderr}")
    return json.loads(run.stdout)


def library(program):
    """On each drill there is, as its first variant: the best response that is known loses fewer requests than nobody's
    run does, and so does who follows the playbooks; where nothing is wrong, nothing is made of it."""
    bad = 0
    for row in suite(program, agent_named("playbook"), seeds=1)["rows"]:
        score = row["score"]
        nobody, best, mine = score["lost_by_nobody"], score["lost_at_best"], score["lost"]
        print(f"{row['drill']}: {score['points']:.0f} of {score['most']:.0f}, lost {nobody:.0f} by nobody, {best:.0f} at"
              f" best, {mine:.0f} by the playbook {row['trouble']}", flush=True)
        wrong = [text for text, holds in (
            ("the agent is in trouble", row["trouble"]),
            ("the best response that is known is no better than nobody's", not score["quiet"] and not best < nobody),
            ("the playbook's is no better than nobody's", not score["quiet"] and not mine < nobody),
            ("more is lost than where nobody acts, and nothing is wrong", score["quiet"] and max(best, mine) > nobody),
            ("a false alarm was taken for an incident", score["quiet"] and score["false_alarm"]),
        ) if holds]
        for text in wrong:
            print(f"  {row['drill']}: {text}")
        bad += len(wrong)
    return bad


def compare(program):
    """Who follows the playbooks gets more points than who does nothing, in each variant; and the same again."""
    bad = 0
    for drills in ("scenarios/wrong-mitigation", "scenarios/newsletter-at-noon"):
        nothing = suite(program, agent_named("nothing"), drills=drills)
        playbook = suite(program, agent_named("playbook"), drills=drills)
        for one, other in zip(nothing["rows"], playbook["rows"]):
            theirs, mine = one["score"], other["score"]
            name = f"{one['drill']}, seed {one['seed']}"
            print(f"{name}: {theirs['points']:.0f} → {mine['points']:.0f} of {mine['most']:.0f}")
            if theirs["lost"] != theirs["lost_by_nobody"]:
                print(f"  {name}: who does nothing loses {theirs['lost']:.0f}, nobody {theirs['lost_by_nobody']:.0f}")
                bad += 1
            if mine["points"] <= theirs["points"]:
                print(f"  {name}: the playbook's is no better")
                bad += 1
        # The same again is the same, with however many jobs.
        if suite(program, agent_named("playbook"), "--jobs", "1", drills=drills) != playbook:
            print("the same suite gives another table")
            bad += 1
    return bad


def processes_of(marker):
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if marker in (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"):
                found.append(int(folder.name))
        except OSError:
            pass
    return found


def end_early(program):
    """A suite that is ended ends its agents, and what they have started, whatever they are doing."""
    bad = 0
    for sent, expected in ((signal.SIGTERM, 130), (signal.SIGINT, 130)):
        marker = f"60.0{secrets.randbelow(10**9)}"
        run = subprocess.Popen([program, "drill", "--suite", "scenarios/wrong-mitigation", "--agent",
                                f"trap '' TERM INT; sleep {marker} & sleep {marker}; sleep {marker}"],
                               cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + 30
        while len(processes_of(f"sleep {marker}")) < 3 and time.monotonic() < until:
            time.sleep(0.05)
        run.send_signal(sent)
        _, told = run.communicate(timeout=30)
        until = time.monotonic() + 10
        while (left := [pid for pid in processes_of(f"sleep {marker}") if pid != run.pid]) and time.monotonic() < until:
            time.sleep(0.05)
        print(f"{signal.Signals(sent).name}: exit {run.returncode}, {len(left)} processes left; {told.strip()}")
        if run.returncode != expected or left or "interrupted" not in told:
            bad += 1
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    return bad


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    bad = library(program) + compare(program) + end_early(program)
    print("as it should be" if bad == 0 else f"{bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
