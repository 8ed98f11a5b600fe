#!/usr/bin/env python3
"""Programs that work drills badly: whatever one does, its drill ends with a sentence and what to do, its transcript is
kept, the table counts it, nothing of it is left, and the suite goes on with the next drill.

Usage: bad_agents.py PROGRAM"""

import json
import os
import pathlib
import re
import resource
import secrets
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUITE = "scenarios/index-crash-loop"
DRILL = "brisk-marten"
SEEDS = 2
QUICK = "read -r hello; echo finish; read -r last"

# What the program does, what is said of it, and of what its remedy tells.
CASES = {
    "dies at once": ("exit 1", r"the agent has ended with exit code 1", "standard error"),
    "is ended by a signal": ("kill -SEGV $$", r"the agent was ended by signal 11 \(.*\)", "standard error"),
    "dies half-way": ("read -r hello; echo map; read -r answer; echo next; exit 3",
                      r"the agent has ended with exit code 3", "finish"),
    "closes its output": ("read -r hello; exec >&-; sleep 5", r"the agent has closed its output", "finish"),
    "hangs": ("read -r hello; echo map; sleep 60", r"the agent says nothing for 4 s", "--patience"),
    "writes a line byte by byte": ("read -r hello; echo map; while printf m; do sleep 0.2; done", r"the agent says nothing for 4 s", "flush"),
    "never ends a line": ("yes | tr -d '\\n'", r"the agent writes a line that has no end", "a line with an end"),
    "floods": ("yes status & exec cat > /dev/null", r"the agent gives more than 1000 commands", "wait"),
    "never reads": ("yes 'query {__name__=~\".+\"}'", r"the agent does not read what it is answered", "read an answer"),
    "is not there": ("no-such-program", r"the agent has ended with exit code 127: the shell has not found the program",
                     "--agent is a command"),
    "cannot be run": ("/etc/passwd", r"the agent has ended with exit code 126: the shell cannot run the program",
                      "--agent is a command"),
    "is no command": ("if", r"the agent has ended with exit code 2", "standard error"),
    # These do nothing wrong, or nothing that matters.
    "writes garbage": ("read -r hello; head -c 3000 /dev/urandom | tr -d '\\n'; echo; read -r answer; echo finish", "", ""),
    "says all without reading": ("printf 'next\\nack\\nfinish\\n'", "", ""),
    "answers after the end": ("read -r hello; echo finish; yes finish", "", ""),
    "goes on after the end": (f"{QUICK}; trap '' TERM HUP; sleep 60", "", ""),
    "closes its input": ("exec <&-; echo next; echo finish", "", ""),
    "leaves children": ("read -r hello; sleep 61.5 & sleep 61.5 & echo finish", "", ""),
    "leaves children that hold its output": ("read -r hello; sleep 61.5 & echo map; read -r answer; exit 4",
                                             r"the agent says nothing for 4 s", "--patience"),
}


def suite(program, agent, *options, jobs=2, seeds=SEEDS, **how):
    return subprocess.run([program, "drill", "--suite", SUITE, "--agent", agent, "--seeds", str(seeds), "--jobs", str(jobs),
                           "--patience", "4", *options], cwd=ROOT, capture_output=True, text=True, errors="replace", **how)


def processes_of(marker):
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        try:
            line = (folder / "cmdline").read_bytes().split(b"\0") if folder.name.isdigit() else []
        except OSError:
            continue
        if line[:2] == [b"sleep", marker.encode()]:
            found.append(int(folder.name))
    return found


def cases(program, folder):
    """All of them in one suite, each of a drill of its own, whichever."""
    marker = f"61.5{secrets.randbelow(10**9)}"
    for i, (program_text, _, _) in enumerate(CASES.values()):
        (folder / f"{i}.sh").write_text(program_text.replace("61.5", marker) + "\n")
    agent = f"i=0; while ! mkdir {folder}/$i 2> /dev/null; do i=$((i+1)); done; exec sh {folder}/$i.sh"
    run = suite(program, agent, "--json", "--transcript", str(folder / "transcripts"), seeds=len(CASES))
    if run.returncode != 0:
        print(f"exit {run.returncode}: {run.stderr}")
        return 1
    table = json.loads(run.stdout)
    bad = 0
    left = list(table["rows"])
    for name, (_, trouble, remedy) in CASES.items():
        fits = [row for row in left if re.fullmatch(trouble, row["trouble"]) and remedy in row.get("remedy", "")
                and bool(remedy) == ("remedy" in row)]
        print(f"{name}: {fits[0]['trouble'] or 'no trouble'}" if fits else f"{name}: nothing is told of it: {trouble}")
        bad += not fits
        left = [row for row in left if row is not (fits[0] if fits else None)]
    for row in left:
        print(f"of none of them: {row['trouble']}; {row.get('remedy')}")
    for row in table["rows"]:
        transcript = json.loads((folder / "transcripts" / f"{DRILL}-{row['seed']}.json").read_text())
        if len(transcript["steps"]) != row["steps"]:
            print(f"{row['seed']}: the transcript has other steps than the table")
            bad += 1
    counted, expected = table["summary"]["in_trouble"]["of"], sum(1 for case in CASES.values() if case[1])
    if counted != expected:
        print(f"{counted} are counted as in trouble, of {expected}")
        bad += 1
    for pid in processes_of(marker):
        print("a process is left")
        os.kill(pid, signal.SIGKILL)
        bad += 1
    return bad


def slow_to_start(program):
    """What it takes to get ready is none of its patience."""
    run = subprocess.run([program, "drill", "--suite", SUITE, "--agent", f"sleep 2; {QUICK}", "--patience", "0.5"],
                         cwd=ROOT, capture_output=True, text=True)
    if run.returncode == 0:
        return 0
    print(f"slow to start: exit {run.returncode}\n{run.stdout}{run.stderr}")
    return 1


def told(program):
    """For people: the row and, once for each kind of trouble, the remedy; and no success where no drill was worked."""
    run = suite(program, "no-such-program")
    lines = run.stdout.splitlines()
    rows = [line for line in lines if line.startswith(DRILL) and "exit code 127" in line and "points" not in line]
    helps = [line for line in lines if line.startswith("  = help: --agent is a command for the shell")]
    counted = [line for line in lines if line.startswith(f"agent in trouble: {SEEDS} of {SEEDS}")]
    trouble = "the agent got into trouble in every drill" in run.stderr
    if run.returncode == 1 and trouble and len(rows) == SEEDS + 1 and len(helps) == 1 and len(counted) == 1:
        return 0
    print(f"told otherwise: exit {run.returncode}\n{run.stdout}{run.stderr}")
    return 1


def kept(program):
    """An agent that is kept works all drills; what it says between two of them is of neither; one that ends is started
    again; and what comes of it is what comes of agents that are started anew."""
    bad = 0
    once = suite(program, "while read -r hello; do echo next; read -r answer; echo finish; read -r last; done", "--json")
    for name, agent in {
            "kept": "while read -r hello; do echo next; read -r answer; echo finish; read -r last; done",
            "kept and talkative": "while read -r hello; do echo next; read -r answer; echo finish; read -r last; echo map; done",
            "not kept": "read -r hello; echo next; read -r answer; echo finish; read -r last",
    }.items():
        run = suite(program, agent, "--json", "--keep-agents", jobs=1)
        if run.returncode != 0 or run.stdout != once.stdout:
            print(f"{name}: exit {run.returncode}, or another table\n{run.stderr}")
            bad += 1
    # One that crashes when it is told of the next drill has died in it.
    crash = "read -r hello; echo next; read -r answer; echo finish; read -r last; read -r hello; exit 3"
    run = suite(program, crash, "--json", "--keep-agents", jobs=1)
    counted = json.loads(run.stdout)["summary"]["in_trouble"]["of"] if run.stdout else None
    if counted != SEEDS // 2:
        print(f"kept and crashing: {counted} in trouble, of {SEEDS // 2}\n{run.stderr}")
        bad += 1
    return bad


def full(program, folder):
    """Nowhere to write to: for the table, and for the transcripts."""
    bad = 0
    with open("/dev/full", "w", encoding="utf-8") as nowhere:
        run = subprocess.run([program, "drill", "--suite", SUITE, "--agent", QUICK], cwd=ROOT, stdout=nowhere,
                             stderr=subprocess.PIPE, text=True)
    if run.returncode != 3 or "free some space where it goes" not in run.stderr:
        print(f"a full disk for the table: exit {run.returncode}\n{run.stderr}")
        bad += 1
    bounded = suite(program, QUICK, "--transcript", str(folder / "bounded"),
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64)))
    if bounded.returncode != 3 or f"0 of {SEEDS} transcripts are in" not in bounded.stderr or DRILL not in bounded.stdout:
        print(f"no room for transcripts: exit {bounded.returncode}\n{bounded.stdout}{bounded.stderr}")
        bad += 1
    return bad


def interrupted(program, folder):
    """In the middle: what was over by then is in the table and kept, the agent that hangs is ended."""
    marker = f"62.5{secrets.randbelow(10**9)}"
    agent = f"read -r hello; mkdir {folder}/begun || sleep {marker}; echo finish"
    run = subprocess.Popen([program, "drill", "--suite", SUITE, "--agent", agent, "--seeds", "3", "--jobs", "2",
                            "--transcript", str(folder / "kept")], cwd=ROOT, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 30
    while len(processes_of(marker)) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=30)
    files = sorted(path.name for path in (folder / "kept").glob("*"))
    left = processes_of(marker)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    right = (run.returncode == 130 and not left and len(files) == 1 and out.count(DRILL) == 1
             and "1 of 3 drills were over by then" in err
             and "interrupted; what had ended by then is written, the rest is not" in err)
    if not right:
        print(f"interrupted: exit {run.returncode}, {len(left)} left, {files}\n{out}{err}")
    return 0 if right else 1


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    bad = told(program) + slow_to_start(program) + kept(program)
    with tempfile.TemporaryDirectory() as folder:
        bad += cases(program, pathlib.Path(folder))
        bad += full(program, pathlib.Path(folder)) + interrupted(program, pathlib.Path(folder))
    print("as it should be" if bad == 0 else f"{bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
