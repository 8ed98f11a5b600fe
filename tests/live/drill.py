"""What the scripts of this folder share: a drill as files in a folder, live runs of it, what is found of them, and how a
script ends. On the loopback interface alone; ends only processes that it started itself."""

import datetime
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

# Of drills that are about other things than alerts.
NEVER = "groups: [{name: none, rules: [{alert: Never, expr: up > 1}]}]\n"
DOWN = "groups: [{name: up, rules: [{alert: Down, expr: up == 0, for: FOR, labels: {severity: warning}}]}]\n"

failures = []


def check(what, condition, found=""):
    if not condition:
        failures.append(what)
        print(f"FAIL {what}: {found}")


def filled(text, **words):
    """WORD of a text is what `word` says."""
    for word, value in words.items():
        text = text.replace(word.upper(), str(value))
    return text


def write(folder, **files):
    """topology=, rules=, scenario=, oncall=: each a file of its name."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)


def listed(faults):
    """Under `faults:`."""
    return "\n".join(f"  - {fault}" for fault in faults)


def command(program, *arguments, out="out", world="live"):
    return [program, "run", "scenario.yaml", "--world", world, "--out", out, *arguments]


def run(program, folder, *arguments, out="out", world="live", timeout=200, **how):
    return subprocess.run(command(program, *arguments, out=out, world=world), cwd=folder, text=True, capture_output=True,
                          timeout=timeout, **how)


def begin(program, folder, *arguments, out="out", **how):
    """A live run that goes on while it is looked at; what it says is in its stderr."""
    return subprocess.Popen(command(program, *arguments, out=out), cwd=folder, text=True, stdout=subprocess.DEVNULL,
                            **{"stderr": subprocess.PIPE, **how})


def interrupt(process, seconds=60):
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=seconds)


def record_of(folder, done, out="out"):
    """None if there is none, which is a failure."""
    file = folder / out / "record.json"
    if not file.exists():
        return check("a record", False, f"{done.returncode}: {done.stdout} {done.stderr}")
    return json.loads(file.read_text())


def fired(record):
    """When each alert that fired did so first."""
    found = {}
    for alert in record["alerts"]:
        if alert.get("firing_at"):
            found.setdefault(alert["alert"], alert["firing_at"])
    return found


def seconds(instant):
    return datetime.datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp()


def value(program, folder, expression, *arguments, out="out"):
    """Of one series; 0 if there is none."""
    done = subprocess.run([program, "query", str(folder / out), expression, "--json", *arguments], capture_output=True,
                          text=True)
    try:
        result = json.loads(done.stdout)["data"]["result"]
        return float(result[0]["value"][1]) if result else 0.0
    except (ValueError, KeyError, IndexError, TypeError):
        return check(f"{expression} can be asked", False, done.stdout + done.stderr) or 0.0


def state_of(pid):
    """(state, parent) of a process; None if there is none."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return fields[0], int(fields[1])
    except (OSError, ValueError):
        return None


def called(pid):
    """What it was started as."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def descendants(of):
    """The processes that it has started, and that have not ended."""
    states = {int(entry): state_of(entry) for entry in os.listdir("/proc") if entry.isdigit()}
    return [pid for pid, state in states.items() if state and state[1] == of and state[0] != "Z"]


def services(of):
    """Those of them that are replicas."""
    return [pid for pid in descendants(of) if b"--as-service" in called(pid)]


def listened():
    """(inode, port) of each socket of the machine that listens."""
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    return [(f[9], int(f[1].rpartition(":")[2], 16)) for f in map(str.split, lines) if f[3] == "0A"]


def ports_of(pid):
    """On which it listens, in the order in which it opened them."""
    ports = dict(listened())
    found = []
    try:
        for entry in sorted(os.listdir(f"/proc/{pid}/fd"), key=int):
            match = re.match(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{entry}"))
            if match and match.group(1) in ports:
                found.append(ports[match.group(1)])
    except OSError:
        pass
    return found


def until(condition, at_most=10):
    end = time.monotonic() + at_most
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def main(*parts, says="ok"):
    """Each part with the program and a folder of its own. What the script is to return."""
    program = str(pathlib.Path(sys.argv[1]).resolve())
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            part(program, pathlib.Path(folder))
    return end(says)


def end(says="ok"):
    print(f"{len(failures)} checks failed" if failures else says)
    return 1 if failures else 0
