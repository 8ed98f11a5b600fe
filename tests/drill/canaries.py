#!/usr/bin/env python3
"""Nothing gives a drill away: plants canaries in the names, identifiers and summaries of a drill's scenario, works it by
every command there is, right and wrong ones, and looks for them in every byte that comes back, in the transcript that is
written meanwhile and in the list of processes.

Usage: canaries.py PROGRAM"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CANARY = "zzcanary"

# What works the drill: every command, with sense and without.
LINES = """help
status
pages
next
pages
page 1
page 7
ack
ack 9
alerts
alert OrdersFail
alert Nothing
map
pods
pods checkout
pods nowhere
events
logs
logs checkout 200
logs /error/
logs /(/
changes
playbooks
playbook amber-heron
playbook config-push
playbook nothing
roster
messages
news
query count by (__name__) ({__name__=~".+"})
query {__name__=~".+"}
query ALERTS
query sum(
query sum_over_time(max_over_time({__name__=~".+"}[6h:1s])[6h:1s])
range 1h sum(rate(http_requests_total[5m]))
metrics
rules
hypothesis checkout errors
hypothesis nowhere errors
hypothesis checkout nothing-like-it
kinds
severity P2
severity P7
would restart checkout
do restart nowhere
do begin_fault x
do restart checkout
kubectl rollout undo deployment/nowhere
kubectl get pods
kubectl frobnicate
deeds
silence alertname=OrdersFail 5m why
silences
unsilence 1
unsilence x
post internal we look
post external investigating some orders fail
post elsewhere x
note to myself
escalate 1 secondary
escalate 1 nobody
hand-over 1 DBA
wait 12m
deeds
changes
events
rewind 20
rewind x
steps
hint
foo
do fix_config checkout to=last-good
wait 15m
pages
logs checkout 500
map""".splitlines()


def plant(library):
    """The scenario of amber-heron with a canary wherever only its author should look."""
    was = library / "wrong-mitigation"
    folder = library / f"{CANARY}-scenario"
    was.rename(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_text(path.read_text().replace("wrong-mitigation", f"{CANARY}-scenario"))
    text = (folder / "scenario.yaml").read_text()
    text = re.sub(r"^summary: .*$", f"summary: {CANARY} summary.", text, flags=re.M)
    text = text.replace("bad-flags", f"{CANARY}-fault").replace("orders-fail", f"{CANARY}-incident")
    text = re.sub(r"- \{id: ([a-z-]+), kind:", rf"- {{id: {CANARY}-\1, kind:", text)
    (folder / "scenario.yaml").write_text(text)
    drill = (folder / "drill.yaml").read_text().replace("faults.bad-flags", f"faults.{CANARY}-fault")
    drill = re.sub(r"^aim: .*$", f"aim: {CANARY} aim", drill, flags=re.M)
    drill = re.sub(r"^  - What did you.*$", f"  - {CANARY} question", drill, flags=re.M)
    (folder / "drill.yaml").write_text(drill)


def arguments_of(pid):
    return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")


def found(where, text):
    for line in text.splitlines():
        if CANARY in line:
            print(f"canary in {where}: {line[:300]}")
            return 1
    return 0


def work_by_console(program, folder, transcript, *options):
    """All that is shown until the drill is over, and the arguments of the process."""
    run = subprocess.Popen([program, "drill", "amber-heron", "--drills", "scenarios", "--transcript", transcript, *options],
                           cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    run.stdin.write("\n".join(LINES) + "\nnote that is all\n")
    run.stdin.flush()
    shown = ""
    for line in run.stdout:
        shown += line
        if "note that is all" in line:
            break
    arguments = arguments_of(run.pid)
    run.stdin.write("finish\n")
    run.stdin.close()
    rest = run.stdout.read()
    run.wait()
    # What comes behind the end may give it away: that is the debriefing.
    return shown, arguments, rest


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        shutil.copytree(ROOT / "scenarios", folder / "scenarios")
        plant(folder / "scenarios")
        check = [program, "drill", "--check", "--drills", f"scenarios/{CANARY}-scenario", "--root", "scenarios"]
        checked = subprocess.run(check, cwd=folder, capture_output=True, text=True)
        if checked.returncode != 0:
            print(checked.stdout + checked.stderr)
            return 1
        shown, arguments, rest = work_by_console(program, folder, "one.json")
        bad += found("the console", shown) + found("the process list", arguments)
        if f"{CANARY} aim" not in rest:
            print("the debriefing does not come, or the canaries were never planted")
            bad += 1
        if len(shown) < 20_000:
            print(f"only {len(shown)} bytes were shown: the drill did not go its way\n{shown[-2000:]}")
            bad += 1
        bad += found("the transcript", (folder / "one.json").read_text())
        agent = folder / "agent.py"
        agent.write_text(
            "import json, os, sys\n"
            f"lines = json.load(open({str(folder / 'lines.json')!r}))\n"
            f"seen = open({str(folder / 'seen')!r}, 'a')\n"
            "seen.write(sys.stdin.readline())\n"
            "seen.write(open(f'/proc/{os.getppid()}/cmdline').read().replace(chr(0), ' '))\n"
            "for line in lines + ['finish']:\n"
            "    print(line, flush=True)\n"
            "    seen.write(sys.stdin.readline())\n")
        (folder / "lines.json").write_text(json.dumps(LINES))
        subprocess.run([program, "drill", "--suite", f"scenarios/{CANARY}-scenario", "--root", "scenarios", "--agent",
                        f"exec python3 {agent}", "--json"], cwd=folder, capture_output=True, check=True)
        seen = (folder / "seen").read_text()
        bad += found("what an agent gets", seen)
        if seen.count("\n") < len(LINES):
            print(f"the agent got {seen.count(chr(10))} answers of {len(LINES)}")
            bad += 1
        listed = subprocess.run([program, "drill", "--drills", "scenarios"], cwd=folder, capture_output=True, text=True)
        bad += found("the list of drills", listed.stdout + listed.stderr)
    print("no canary was seen" if bad == 0 else f"{bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
