#!/usr/bin/env python3
"""Measures drills: from the command to the first prompt, a rewind to the beginning, memory, and how many a minute a
program works that follows the playbooks.

    figures.py PROGRAM [--jobs 2] [--seeds 10]"""

import argparse
import pathlib
import resource
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGENTS = pathlib.Path(__file__).resolve().parent / "agents"


def first_prompt(program):
    began = time.monotonic()
    run = subprocess.Popen([program, "drill", "amber-heron"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    while not run.stdout.read(1) == b">":
        pass
    took = time.monotonic() - began
    run.stdin.close()
    run.stdout.read()
    run.wait()
    return took


def rewind(program):
    """To the beginning, after the whole drill."""
    run = subprocess.Popen([program, "drill", "amber-heron", "--json"], cwd=ROOT, stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, text=True)
    run.stdout.readline()
    took = []
    for _ in range(5):
        for line in ("wait 30m", "rewind 1"):
            began = time.monotonic()
            run.stdin.write(line + "\n")
            run.stdin.flush()
            run.stdout.readline()
        took.append(time.monotonic() - began)
    run.stdin.close()
    run.stdout.read()
    run.wait()
    return min(took)


def suite(program, jobs, seeds, *options):
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Python itself, without what sites add to it: it starts once for each drill.
    agent = f"exec {sys.executable} -I -S {AGENTS / 'playbook.py'}"
    out = subprocess.run([program, "drill", "--suite", "scenarios", "--agent", agent, "--seeds", str(seeds), "--jobs",
                          str(jobs), *options], cwd=ROOT, capture_output=True, text=True, check=True)
    took = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    drills = sum(1 for line in out.stdout.split("\n\n")[0].splitlines()) - 1
    return drills, took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=10)
    options = parser.parse_args()
    print(f"command to first prompt: {min(first_prompt(options.program) for _ in range(5)) * 1000:.0f} ms")
    print(f"rewind to the beginning: {rewind(options.program) * 1000:.0f} ms")
    print(f"memory of a drill: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB at most")
    for name, how in (("started for each drill", ()), ("kept", ("--keep-agents",))):
        drills, took, work = suite(options.program, options.jobs, options.seeds, *how)
        print(f"{drills} drills by the playbooks, the agent {name}, in {took:.1f} s: {drills / took * 60:.0f} a minute with"
              f" {options.jobs} jobs; {work / drills * 1000:.0f} ms of processor time each, agent and all")


if __name__ == "__main__":
    main()
