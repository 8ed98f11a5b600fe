#!/usr/bin/env python3
"""Whatever a folder holds and however a run ends: nothing of anybody else's is touched, and a run lands whole or not at
all. Random runs into, below and beside foreign trees; kills aimed at the writing; pairs of runs into one folder; full
disks, missing rights, early signals.

Usage: output_folder.py PROGRAM [--full] [--seed N]      (--full: 1,000 runs, 500 kills, 200 pairs, 500 signals)"""

import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
STAGING = ".firedrill-new"
IS_ROOT = os.geteuid() == 0
NOBODY = 65534

# Over in an instant; many rule files, so that there is much to write.
SCENARIO = """
version: 1
start: 2026-03-03T13:30:00Z
warmup: 5m
duration: 10m
topology: ../topology.yaml
prometheus: {scrape_interval: 15s, evaluation_interval: 15s, rule_files: [rules/*.yaml, ../shared.yaml]}
"""
FAULT = """
slo_files: [slos.yaml]
faults: [{id: db, kind: connection_refused, target: {service: postgres}, at: 2m, duration: 6m}]
incidents: [{id: outage, faults: [db], slo: Web}]
expectations: [{id: major, kind: severity, incident: outage, peak: P1, within: 8m}]
"""
SLOS = "slos: [{name: Web, service: web, sli: success_rate, target: 99%}]\n"
TEXT = {"quiet": "name: quiet" + SCENARIO, "outage": "name: outage" + SCENARIO + FAULT}


class Failures:
    def __init__(self):
        self.count = 0

    def check(self, what, good, *more):
        if not good:
            self.count += 1
            print("FAIL", what, *more)
        return good


class Place:
    """A folder with two scenarios that differ in what they write, and with a run of each to compare with."""

    def __init__(self, program, folder):
        self.folder = folder
        # Where everybody may run it.
        self.program = str(folder / "firedrill")
        shutil.copy(program, self.program)
        os.chmod(folder, 0o755)
        (folder / ".git").mkdir()  # what the scenarios name lies in their repository
        shutil.copy(ROOT / "tests/bad_inputs/shared/topology.yaml", folder)
        (folder / "shared.yaml").write_text("groups: [{name: shared, rules: [{record: 'b:up', expr: up}]}]\n")
        for name, numbers in (("quiet", range(0, 20)), ("outage", range(10, 30))):
            (folder / name / "rules").mkdir(parents=True)
            (folder / name / "scenario.yaml").write_text(TEXT[name])
            (folder / name / "slos.yaml").write_text(SLOS)
            for number in numbers:
                text = f"groups: [{{name: g{number}, rules: [{{record: 'r:{number}', expr: up}}]}}]\n"
                (folder / name / f"rules/{number}.yaml").write_text(text)
        self.expected = {}
        for name in TEXT:
            assert self.run(name, folder / "expected" / name).returncode == 0
            self.expected[name] = contents(folder / "expected" / name)
        self.sizes = sorted((folder / "expected/outage" / name).stat().st_size for name in self.expected["outage"])

    def command(self, *arguments):
        return [self.program, *(str(each) for each in arguments)]

    def call(self, *arguments, **more):
        return subprocess.run(self.command(*arguments), cwd=self.folder, capture_output=True, text=True, errors="replace",
                              timeout=60, check=False, stdin=subprocess.DEVNULL, **more)

    def run(self, scenario, out, **more):
        return self.call("run", self.folder / scenario, "--out", out, **more)

    def start(self, scenario, out):
        return subprocess.Popen(self.command("run", self.folder / scenario, "--out", out), cwd=self.folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def which(self, folder):
        """The run whose files, all of them and no others, are in the folder; that its list agrees with them."""
        found = contents(folder)
        if (folder / STAGING).exists() or not listed(folder):
            return None
        return next((name for name, files in self.expected.items() if files == found), None)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contents(folder):
    """Of the files of a run; run.json and the list may differ from run to run."""
    return {str(path.relative_to(folder)): digest(path) for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in ("run.json", "manifest.json")}


def listed(folder):
    """Whether the list names each file that is there, with its hash."""
    files = json.loads((folder / "manifest.json").read_text())["files"]
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"manifest.json"}
    return {each["name"] for each in files} == there and all(digest(folder / f["name"]) == f["sha256"] for f in files)


def snapshot(folder):
    """Everything below the folder, itself included, as far as anybody could notice a change."""
    found = {}
    for path in [folder, *folder.rglob("*")]:
        status = path.lstat()
        what = ""
        if stat.S_ISLNK(status.st_mode):
            what = os.readlink(path)
        elif stat.S_ISREG(status.st_mode):
            what = digest(path)
        found[str(path)] = (status.st_mode, status.st_uid, status.st_mtime_ns, status.st_rdev, status.st_ino, what)
    return found


def differences(before, after):
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


OUR_NAMES = ["record.json", "report.html", "report.md", "junit.xml", "postmortem.md", "series", "run.json", "manifest.json",
             "inputs", "inputs/rules/10.yaml", "inputs/_up/shared.yaml", "postmortem.draft.md", STAGING, STAGING + "/0",
             STAGING + "/manifest.json", STAGING + "/manifest.part"]
OTHER_NAMES = ["notes.txt", "a", "inputs/photo.jpg", "sub/b", "sub/deep/c", "\u202e.md", "0", "name with\nline", ".hidden"]


def plant(chance, folder, outside, name):
    """One thing of any kind at that place, if it is free."""
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    if os.path.lexists(path):
        return None
    kind = chance.choice(["file", "file", "forged", "folder", "link", "link", "pipe", "socket", "device"])
    if kind == "file":
        path.write_bytes(chance.randbytes(chance.randrange(2000)))
    elif kind == "forged":
        victim = chance.choice(["../outside/file", "/etc/hostname", "notes.txt", "inputs/photo.jpg", "record.json"])
        path.write_text(json.dumps({"firedrill": "0.1.0", "kind": "run", "files": [{"name": victim, "sha256": "0" * 64}]}))
    elif kind == "folder":
        path.mkdir()
        (path / "kept").write_text("theirs")
    elif kind == "link":
        path.symlink_to(chance.choice([outside, outside / "file", "nowhere", "..", ".", "notes.txt", "/dev/full"]))
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        here = os.getcwd()
        os.chdir(path.parent)  # a socket's path is short
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
        os.chdir(here)
    elif IS_ROOT:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, chance.choice([3, 7])))
    else:
        return None
    return path


def plant_tree(chance, tree, outside):
    tree.mkdir(parents=True)
    outside.mkdir(exist_ok=True)
    (outside / "file").write_text("theirs")
    for sub in ("", "drill", "other/drill", "inputs"):
        folder = tree / sub
        if os.path.lexists(folder) and (folder.is_symlink() or not folder.is_dir()):
            continue
        folder.mkdir(parents=True, exist_ok=True)
        for name in chance.sample(OUR_NAMES, chance.randrange(1, 6)) + chance.sample(OTHER_NAMES, chance.randrange(0, 4)):
            plant(chance, folder, outside, name)
        (folder / "kept").write_text("theirs")  # an empty folder may be taken


def random_command(chance, place, tree, beside):
    """A command, and the path that it may write."""
    paths = [tree, *tree.rglob("*")]
    # Below a link to its own folder there is no end of paths.
    into = chance.choice(paths)
    out = chance.choice([into, into, into / "new", into / "new/er", beside / chance.choice("abc")])
    record = place.folder / "expected/outage"
    kind = chance.choice(["run"] * 6 + ["report", "export", "slo", "junit"])
    if kind == "run":
        return place.command("run", place.folder / chance.choice(["quiet", "outage"]), "--out", out), out
    if kind == "report":
        return place.command("report", record, "--format", chance.choice(["html", "markdown"]), "--out", out), out
    if kind == "export":
        return place.command("export", record, "openmetrics", "--out", out), out
    if kind == "slo":
        return place.command("slo", "rules", ROOT / "scenarios/budget-month/slos.yaml", "--out", out), out
    return place.command("test", "rules", ROOT / "tests/ruletest/group_order.yml", "--junit", out), out


def remove_new(before, tree, outside):
    """What a run made where nothing was, with the times of the folders that it made it in."""
    now = set(snapshot(tree)) | set(snapshot(outside))
    for path in sorted(now - before.keys()):
        if os.path.lexists(path):
            shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    for path, (mode, _, modified, *_) in before.items():
        if stat.S_ISDIR(mode) and path in now:
            os.utime(path, ns=(modified, modified))


def random_runs(place, chance, failures, count):
    codes = collections.Counter()
    base = place.folder / "random"
    for number in range(count):
        if number % 50 == 0:
            shutil.rmtree(base, ignore_errors=True)
            tree, outside, beside = base / "tree", base / "outside", base / "beside"
            plant_tree(chance, tree, outside)
            beside.mkdir()
        before = snapshot(tree) | snapshot(outside)
        command, out = random_command(chance, place, tree, beside)
        new = not os.path.lexists(out)
        try:
            run = subprocess.run(command, cwd=tree, capture_output=True, timeout=20, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            failures.check("hangs", False, command)
            continue
        codes[run.returncode] += 1
        failures.check("exit code", run.returncode in ((0, 1, 2, 3) if "junit" in str(command) else (0, 2, 3)), command,
                       run.stderr.decode(errors="replace"))
        failures.check("internal error", b"internal error" not in run.stderr, command)
        if new and run.returncode in (0, 1):
            remove_new(before, tree, outside)
        after = snapshot(tree) | snapshot(outside)
        failures.check("foreign files changed", before == after, command, differences(before, after))
    return codes


def runs_into_own_folders(place, chance, failures, count):
    """Folders of ours in which people put things: theirs stay as they are, ours are the run's, or nothing has changed."""
    codes = collections.Counter()
    base = place.folder / "own"
    for _ in range(count):
        shutil.rmtree(base, ignore_errors=True)
        outside, out = base / "outside", base / "out"
        outside.mkdir(parents=True)
        (outside / "file").write_text("theirs")
        place.run(chance.choice(list(TEXT)), out)
        planted = [plant(chance, out, outside, name) for name in chance.sample(OUR_NAMES + OTHER_NAMES * 2, 3)]
        if chance.random() < 0.3 and (out / "postmortem.md").is_file():
            (out / "postmortem.md").write_text("what we learnt")
            planted.append(out / "postmortem.md")
        planted = [path for path in planted if path is not None and not path.is_relative_to(out / STAGING)]
        theirs = {str(p): snapshot(p)[str(p)] for p in planted if not p.is_dir() or p.is_symlink()}
        before, elsewhere = snapshot(out), snapshot(outside)
        scenario = chance.choice(list(TEXT))
        run = place.run(scenario, out)
        codes[run.returncode] += 1
        after = snapshot(out)
        failures.check("a planted file changed", all(after.get(p) == entry for p, entry in theirs.items()), planted)
        failures.check("outside changed", snapshot(outside) == elsewhere, planted)
        if run.returncode == 0:
            missing = {n: h for n, h in place.expected[scenario].items() if contents(out).get(n) != h and n != "postmortem.md"}
            failures.check("the run is not whole", not missing, missing, planted)
        else:
            failures.check("exit code of own folder", run.returncode == 2, run.stderr)
            # What looks like the rest of an interrupted run is swept.
            changed = [path for path in differences(before, after) if STAGING not in path and path != str(out)]
            failures.check("refused, yet changed", not changed, planted, changed)
    return codes


def kills(place, chance, failures, count):
    """SIGKILL while files are written: whoever reads sees the old run or the new one, and the next run puts it right."""
    ended = collections.Counter()
    out = place.folder / "killed"
    longest = 0.001
    while sum(ended.values()) - ended["ended before"] < count:
        old, new = chance.sample(list(TEXT), 2)
        shutil.rmtree(out, ignore_errors=True)
        fresh = chance.random() < 0.2
        if not fresh:
            shutil.copytree(place.folder / "expected" / old, out)
        run = place.start(new, out)
        # While new files are written, or while they are moved to their places.
        aim = str(out / STAGING / chance.choice(["0", "manifest.json"]))
        while run.poll() is None and not os.path.exists(aim):
            pass
        time.sleep(chance.uniform(0, longest))
        run.kill()
        run.communicate()
        longest *= 0.95 if run.returncode == 0 else 1.02
        if run.returncode == 0:
            ended["ended before"] += 1
            continue
        left = (out / STAGING).exists()
        report = place.call("report", out, "--format", "json")
        failures.check("internal error", "internal error" not in report.stderr, report.stderr)
        if fresh and report.returncode == 2:
            in_place = [name for name in contents(out) if not name.startswith(STAGING)]
            failures.check("no run, yet files", not in_place, in_place)
            ended["before the first run"] += 1
        elif failures.check("the record does not read", report.returncode == 0, report.stderr):
            said = hashlib.sha256(report.stdout.encode()).hexdigest()
            which = next((run for run in ((new,) if fresh else (old, new)) if said == place.expected[run]["record.json"]), None)
            failures.check("neither the old run nor the new one was read", which, report.stdout[:200])
            failures.check("read, but not there", left or place.which(out) == which, sorted(contents(out)))
            ended[("old" if which == old else "new") + (", to be put in place" if left else "")] += 1
        again = place.run(old, out)
        failures.check("the next run", again.returncode == 0 and place.which(out) == old, again.stderr)
    return ended


def pairs(place, chance, failures, count):
    ended = collections.Counter()
    out = place.folder / "pair"
    for _ in range(count):
        before = chance.choice(["nothing", "empty", "quiet"])
        shutil.rmtree(out, ignore_errors=True)
        if before == "empty":
            out.mkdir()
        elif before == "quiet":
            shutil.copytree(place.folder / "expected/quiet", out)
        runs = [place.start(name, out) for name in chance.sample(list(TEXT), 2)]
        reader = subprocess.Popen(place.command("report", out, "--format", "json"), stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True)
        said = [run.communicate()[1] for run in runs]
        reader_said = reader.communicate()[1]
        failures.check("a run of a pair", all(run.returncode == 0 for run in runs), said)
        good = reader.returncode == 0 or (before != "quiet" and "no such file" in reader_said)
        failures.check("a reader meanwhile", good, reader_said)
        which = place.which(out)
        failures.check("a mixture", which is not None, sorted(contents(out)))
        ended[which] += 1
    return ended


def cannot_be_written(place, failures, what, out, **more):
    """A run for which there is no room: exit 3 and all as before; else it is there as a whole."""
    before = snapshot(out)
    run = place.run("outage", out, **more)
    failures.check(what + ": exit code", run.returncode in (0, 3), run.returncode, run.stderr)
    failures.check(what + ": verdict", run.stdout.startswith("outage: "), run.stdout, run.stderr)
    if run.returncode == 0:
        failures.check(what + ": whole", place.which(out) == "outage", run.stderr)
        return "written"
    after = snapshot(out)
    same = {path: entry for path, entry in before.items() if path != str(out)} == \
           {path: entry for path, entry in after.items() if path != str(out)}
    failures.check(what + ": as before", same, differences(before, after), run.stderr)
    failures.check(what + ": says so", "error: cannot" in run.stderr and "report:" not in run.stdout, run.stderr)
    return "as before"


def file_size_limits(place, failures):
    ended = collections.Counter()
    out = place.folder / "limited"
    for size in sorted({0, 1, *place.sizes, *(each - 1 for each in place.sizes)}):
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(place.folder / "expected/quiet", out)

        def limit(size=size):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        ended[cannot_be_written(place, failures, f"files of {size} bytes", out, preexec_fn=limit)] += 1
    return ended


def leave_free(disk, blocks, files):
    """Fills a disk until this much of it is free."""
    number = 0
    while files is not None and os.statvfs(disk).f_ffree > files:
        (disk / f"ballast-{number}").touch()
        number += 1
    room = os.statvfs(disk)
    if blocks is not None:
        (disk / "ballast").write_bytes(bytes(max(room.f_bfree - blocks, 0) * room.f_bsize))


def full_disks(place, failures):
    ended = collections.Counter()
    disk = place.folder / "disk"
    disk.mkdir()
    needed = sum(-(-size // 4096) for size in place.sizes) + 6
    for blocks, files in [(n, None) for n in range(0, needed, 4)] + [(None, n) for n in range(1, 46, 3)]:
        mount = ["mount", "-t", "tmpfs", "-o", "size=4m,nr_inodes=300", "tmpfs", disk]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            return ended
        try:
            shutil.copytree(place.folder / "expected/quiet", disk / "out")
            leave_free(disk, blocks, files)
            what = f"{blocks if files is None else files} free {'blocks' if files is None else 'files'}"
            ended[cannot_be_written(place, failures, what, disk / "out")] += 1
        finally:
            subprocess.run(["umount", disk], check=True)
    return ended


def missing_rights(place, failures):
    """Of folders and files of ours that the user may not read or write."""
    user = {"user": NOBODY, "group": NOBODY} if IS_ROOT else {}
    for what, name, mode in (("unreadable inputs", "inputs", 0), ("a read-only inputs", "inputs/rules", 0o555),
                             ("an unreadable file", "report.html", 0), ("a read-only folder", "", 0o555),
                             ("an unreadable folder", "", 0o300), ("an unreadable list", "manifest.json", 0)):
        out = place.folder / "rights" / what
        shutil.copytree(place.folder / "expected/quiet", out)
        for path in [out, *out.rglob("*")] if IS_ROOT else []:
            os.chown(path, NOBODY, NOBODY)
        os.chmod(out / name, mode)
        before = snapshot(out) if IS_ROOT else None
        run = place.run("outage", out, **user)
        failures.check(what, run.returncode == 3 and "Permission denied" in run.stderr, run.returncode, run.stderr)
        failures.check(what + ": as before", not IS_ROOT or snapshot(out) == before)
        if name == "":
            reading = place.call("report", out, "--format", "json", **user)
            failures.check(what + ": still read", reading.returncode == 0, reading.stderr)
        os.chmod(out / name, 0o755)


def catches(run, number):
    try:
        for line in pathlib.Path(f"/proc/{run.pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    except OSError:
        pass
    return False


def signals(place, chance, failures, count):
    """From the first moment in which the program runs. Before it, the system is still loading its libraries."""
    ended = collections.Counter()
    out = place.folder / "signalled"
    started = time.perf_counter()
    place.run("outage", place.folder / "timed")
    whole = time.perf_counter() - started
    for _ in range(count):
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(place.folder / "expected/quiet", out)
        number = chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        run = place.start("outage", out)
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0, whole))
        else:
            while run.poll() is None and not (out / STAGING).exists():
                pass
            time.sleep(chance.uniform(0, 0.002))
        ready = catches(run, number)
        over = run.poll() is not None
        run.send_signal(number)
        said = run.communicate()[1]
        which = place.which(out)
        if over or run.returncode == 0:
            ended["ended before"] += 1
            failures.check("an end without signal", run.returncode == 0 and which == "outage", run.returncode, said)
        elif run.returncode == -number and not ready:
            ended["before it ran"] += 1
            failures.check("nothing is written", which == "quiet")
        else:
            nothing = said.endswith("firedrill: interrupted; no file was written\n")
            ended["nothing written" if nothing else "all written"] += 1
            failures.check("interrupted", run.returncode == 130, number, run.returncode, said)
            failures.check("what is said", nothing or said.endswith("interrupted, after the files had been written\n"), said)
            failures.check("is true", which == ("quiet" if nothing else "outage"), which, said)
    return ended


def particular_cases(place, failures):
    """What somebody once lost."""
    own = place.folder / "mine"
    shutil.copytree(place.folder / "quiet", own)
    (own / "inputs").mkdir()
    (own / "inputs/photo.jpg").write_text("precious")
    before = snapshot(own)
    run = place.call("run", ".", "--out", ".")
    run = subprocess.run(place.command("run", ".", "--out", "."), cwd=own, capture_output=True, text=True, check=False)
    failures.check("into the scenario's own folder", run.returncode == 2 and "--out" not in run.stdout and
                   snapshot(own) == before, run.stderr)
    (place.folder / "victim/deep").mkdir(parents=True)
    (place.folder / "victim/deep/a").write_text("keep")
    (place.folder / "checkout/drill").mkdir(parents=True)
    (place.folder / "checkout/drill/inputs").symlink_to("../../victim")
    before = snapshot(place.folder / "victim") | snapshot(place.folder / "checkout")
    run = place.run("quiet", "checkout/drill")
    failures.check("a link of a checkout", run.returncode == 2 and
                   snapshot(place.folder / "victim") | snapshot(place.folder / "checkout") == before, run.stderr)
    # A link on a relative path is a stranger's as much as one in the folder; an absolute path is its user's own word.
    (place.folder / "another").mkdir()
    place.run("quiet", place.folder / "another/run")
    (place.folder / "reports").mkdir()
    (place.folder / "reports/out").symlink_to("../another")
    (place.folder / "led").symlink_to("another/run")
    before = snapshot(place.folder / "another")
    for arguments in ([], ["--out", "led"], ["--out", "reports/out/run"]):
        run = place.call("run", "outage", *arguments)
        failures.check("a link on the way", run.returncode == 2 and "is a link" in run.stderr and
                       snapshot(place.folder / "another") == before, arguments, run.stderr)
    run = place.run("outage", place.folder / "led")
    failures.check("an absolute link", run.returncode == 0, run.stderr)
    (place.folder / "piped").mkdir()
    os.mkfifo(place.folder / "piped/record.json")
    run = place.run("quiet", "piped")
    failures.check("a pipe for the record", run.returncode == 2, run.stderr)
    reading = place.call("report", "piped", "--format", "json")
    failures.check("a record that is a pipe", reading.returncode == 2 and "not a regular file" in reading.stderr)
    out = place.folder / "learnt"
    place.run("outage", out)
    with open(out / "postmortem.md", "a", encoding="utf-8") as postmortem:
        postmortem.write("what we learnt\n")
    run = place.run("outage", out)
    failures.check("a postmortem is kept", run.returncode == 0 and "what we learnt" in (out / "postmortem.md").read_text() and
                   "postmortem.draft.md" in run.stderr and (out / "postmortem.draft.md").exists(), run.stderr)
    run = place.run("quiet", out)
    failures.check("and after a quiet run", run.returncode == 0 and sorted(p.name for p in out.glob("postmortem*")) ==
                   ["postmortem.md"], run.stderr)
    for umask in (0o002, 0o077):
        out = place.folder / f"umask{umask}"
        place.run("quiet", out, preexec_fn=lambda umask=umask: os.umask(umask))
        modes = {stat.S_IMODE(p.stat().st_mode) for p in out.rglob("*") if p.is_file()}
        folders = {stat.S_IMODE(p.stat().st_mode) for p in [out, *out.rglob("*")] if p.is_dir()}
        failures.check("modes", modes == {0o666 & ~umask} and folders == {0o777 & ~umask}, modes, folders)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    failures = Failures()

    def step(what, found):
        print(f"{what}: {dict(found)}", flush=True)

    with tempfile.TemporaryDirectory() as temporary:
        place = Place(str(pathlib.Path(options.program).resolve()), pathlib.Path(temporary).resolve())
        particular_cases(place, failures)
        missing_rights(place, failures)
        step("limits on files", file_size_limits(place, failures))
        if IS_ROOT:
            step("full disks", full_disks(place, failures))
        step("runs into foreign trees", random_runs(place, chance, failures, 1000 if options.full else 60))
        step("runs into own folders", runs_into_own_folders(place, chance, failures, 300 if options.full else 20))
        step("kills", kills(place, chance, failures, 500 if options.full else 20))
        step("pairs", pairs(place, chance, failures, 200 if options.full else 10))
        step("signals", signals(place, chance, failures, 500 if options.full else 30))
    print(f"{failures.count} failures")
    return 1 if failures.count else 0


if __name__ == "__main__":
    sys.exit(main())
