#!/usr/bin/env python3
"""What a suite of scenarios writes: the same bytes whatever --jobs is, JUnit that readers of it take, links that lead
somewhere, a job summary within its bound; and how it ends when somebody interrupts it.

Usage: suites.py PROGRAM"""

import collections
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
STAGING = ".firedrill-new"
RULES = ROOT / "tests/suites/rules"

SCENARIO = """
version: 1
name: {name}
start: 2026-03-03T13:30:00Z
warmup: 5m
duration: {duration}
topology: {root}/tests/bad_inputs/shared/topology.yaml
prometheus: {{scrape_interval: 15s, evaluation_interval: 15s}}
"""


class Suites:
    def __init__(self, program, folder):
        self.program, self.folder, self.failures = program, folder, 0

    def check(self, what, good, *more):
        if not good:
            self.failures += 1
            print("FAIL", what, *more)

    def call(self, *arguments, environment=None):
        return subprocess.run([self.program, "test", "scenarios", *map(str, arguments)], cwd=self.folder,
                              capture_output=True, text=True, timeout=300, check=False,
                              env={**os.environ, "NO_COLOR": "1", **(environment or {})})

    def start(self, *arguments):
        return subprocess.Popen([self.program, "test", "scenarios", *map(str, arguments)], cwd=self.folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def digests(folder):
    """Of all files but those that may differ from run to run."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in ("run.json", "manifest.json")}


def without_times(text):
    return re.sub(r' time="[0-9.]+"', "", text)


def same_bytes(suites):
    """Table, JSON, page, summary, JUnit but for its seconds, every record: the same for one, two and five at a time."""
    seen = collections.defaultdict(set)
    for jobs in (1, 2, 5):
        out, junit = suites.folder / f"jobs-{jobs}", suites.folder / f"jobs-{jobs}.xml"
        arguments = (ROOT / "tests/suites/shop", "--seed", 1, 2, 3, "--jobs", jobs, "--rules", RULES / "noisy.yaml",
                     "--baseline", "baseline.yaml", "--annotations", "github", "--out", out)
        printed = suites.call(*arguments, "--junit", junit)
        as_json = suites.call(*arguments, "--json")
        seen["table"].add(printed.stdout.replace(str(out), "OUT"))
        seen["said"].add(printed.stderr)
        seen["JSON"].add(as_json.stdout)
        seen["files"].add(str(digests(out)))
        seen["JUnit"].add(without_times(junit.read_text()))
        suites.check("exit code", printed.returncode == 1, printed.returncode, printed.stderr)
    for what, texts in seen.items():
        suites.check(f"{what} depends on --jobs", len(texts) == 1)


def links_lead_somewhere(suites):
    out = suites.folder / "jobs-2"
    links = [urllib.parse.unquote(link) for link in re.findall(r'href="(\./[^"]+)"', (out / "index.html").read_text())]
    suites.check("the page has links", len(set(links)) == 6, links)
    for link in links:
        suites.check("a link leads nowhere", (out / link).is_file(), link)


COUNTS = ("tests", "failures", "errors", "skipped")
ATTRIBUTES = {
    "testsuites": {"name", "time", *COUNTS},
    "testsuite": {"name", "time", "timestamp", *COUNTS},
    "testcase": {"classname", "name", "time", "file", "line"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
}


def counted(cases):
    return {"tests": len(cases), "failures": sum(c.find("failure") is not None for c in cases),
            "errors": sum(c.find("error") is not None for c in cases), "skipped": 0}


def junit_is_valid(suites):
    """The dialect that Jenkins, GitLab and GitHub's reporters share: known elements and attributes, counts that agree, one
    name a case, places that exist."""
    root = xml.etree.ElementTree.parse(suites.folder / "jobs-2.xml").getroot()
    suites.check("root", root.tag == "testsuites", root.tag)
    for element in root.iter():
        suites.check("attributes", set(element.attrib) <= ATTRIBUTES.get(element.tag, set()), element.tag, element.attrib)
    for suite in [root, *root.findall("testsuite")]:
        cases = list(suite.iter("testcase"))
        suites.check("counts", {key: int(suite.get(key)) for key in COUNTS} == counted(cases), suite.attrib)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    suites.check("a name is there twice", len(names) == len(set(names)))
    for case in root.iter("testcase"):
        path = suites.folder / case.get("file")
        suites.check("the file of a case", path.is_file(), case.attrib)
        lines = len(path.read_text().splitlines())
        suites.check("the line of a case", 1 <= int(case.get("line", "1")) <= lines, case.attrib)
    baseline = [case for case in root.iter("testcase") if case.get("classname") == "baseline"]
    suites.check("the baseline's cases", len(baseline) == 6 and all(c.find("failure") is not None for c in baseline))


def summaries_are_added(suites):
    path = suites.folder / "step.md"
    path.write_text("before\n")
    arguments = (ROOT / "tests/suites/shop/quiet", "--annotations", "github", "--out", "step")
    done = suites.call(*arguments, environment={"GITHUB_STEP_SUMMARY": str(path)})
    text = path.read_text()
    suites.check("the summary is added", done.returncode == 0 and text.startswith("before\n## firedrill: "), text[:80])
    suites.check("it is that of the folder", text.endswith((suites.folder / "step/summary.md").read_text()))
    path.write_text("x" * ((1 << 20) - 10))
    done = suites.call(*arguments, environment={"GITHUB_STEP_SUMMARY": str(path)})
    suites.check("beyond a mebibyte nothing is added", done.returncode == 0 and path.stat().st_size == (1 << 20) - 10 and "would hold more" in done.stderr,
                 done.returncode, done.stderr)
    os.mkfifo(suites.folder / "pipe")
    # Whether anybody reads it or not, it is told once and changes no result.
    for reader in (None, os.O_RDONLY | os.O_NONBLOCK):
        held = os.open(suites.folder / "pipe", reader) if reader is not None else None
        done = suites.call(*arguments, environment={"GITHUB_STEP_SUMMARY": str(suites.folder / "pipe")})
        suites.check("a pipe is no summary", done.returncode == 0 and done.stderr.count("is no regular file") == 1,
                     done.returncode, done.stderr)
        if held is not None:
            suites.check("nothing is written into a pipe", not os.read(held, 1))
            os.close(held)


def refused_first(suites):
    """What stands in the way of a file that is written at the end is told before anything runs."""
    (suites.folder / "notes.txt").write_text("mine\n")
    (suites.folder / "taken").mkdir()
    (suites.folder / "taken/index.html").write_text("mine\n")
    quiet = ROOT / "tests/suites/shop/quiet"
    for arguments in (("--junit", "notes.txt"), ("--junit", "taken"), ("--junit", "taken/"), ("--out", "taken"),
                      ("--out", "notes.txt"), ("--junit", "same", "--baseline", "same", "--update-baseline"),
                      ("--baseline", "taken", "--update-baseline"), ("--out", "new", "--junit", "new/index.html")):
        done = suites.call(quiet, *(() if "--out" in arguments else ("--out", "first")), *arguments)
        suites.check(f"{arguments} is refused", done.returncode in (2, 3), done.returncode, done.stderr)
        suites.check(f"{arguments} is refused before anything runs", not done.stdout and "error" in done.stderr,
                     done.stdout, done.stderr)
    suites.check("nothing is left of what was refused", not (suites.folder / "first").exists()
                 and not (suites.folder / "new").exists() and not (suites.folder / "same").exists())


def schema_agrees(suites):
    """The JSON Schema takes what --update-baseline writes."""
    schema = suites.folder / "baseline.schema.json"
    schema.write_bytes(subprocess.run([suites.program, "schema", "baseline"], capture_output=True, check=True).stdout)
    done = subprocess.run([sys.executable, ROOT / "tests/unit/scenario/validate_schema.py", schema,
                           suites.folder / "baseline.yaml"], capture_output=True, text=True, check=False)
    suites.check("the schema takes the baseline", done.returncode in (0, 77), done.stdout, done.stderr)


def copied_shop(folder):
    """The shop where there is no repository: two scenarios that read what lies beside them, one of them further below."""
    for name, below in (("outage", "drills"), ("quiet", "drills/at night")):
        text = (ROOT / "tests/suites/shop" / name / "scenario.yaml").read_text()
        up = "../" * below.count("/") + "../"
        for old, new in (("../../../../scenarios/topologies/shop.yaml", up + "its topology.yaml"), ("../../rules/agreed.yaml", up + "rules.yaml"),
                         ("../slos.yaml", up + "slos.yaml")):
            text = text.replace(old, new)
        place = folder / below / name
        place.mkdir(parents=True)
        (place / "scenario.yaml").write_text(text)
    shutil.copy(ROOT / "scenarios/topologies/shop.yaml", folder / "drills/its topology.yaml")
    shutil.copy(RULES / "agreed.yaml", folder / "drills/rules.yaml")
    shutil.copy(RULES / "slower.yaml", folder / "slower.yaml")
    shutil.copy(ROOT / "tests/suites/shop/slos.yaml", folder / "drills/slos.yaml")
    return folder / "drills"


def pasted(suites, command, folder):
    """What a shell makes of a command in a report, called in that folder."""
    return subprocess.run(["bash", "-c", command + " --out ../pasted"], cwd=folder, capture_output=True, text=True, timeout=300, check=False,
                          env={**os.environ, "PATH": f"{pathlib.Path(suites.program).parent}:{os.environ['PATH']}"})


def again_works(suites):
    """The commands of the suite and of each record work where they say, in a folder that is no repository, and give the same."""
    drills = copied_shop(suites.folder / "a copy")
    for rules in ((), ("--rules", "../slower.yaml")):
        out = suites.folder / f"again-{len(rules)}"
        done = subprocess.run([suites.program, "test", "scenarios", ".", *rules, "--out", out], cwd=drills, capture_output=True, text=True,
                              timeout=300, check=False)
        suites.check("the copy runs", done.returncode == 0, done.stdout, done.stderr)
        said = re.search(r"^Again, in `(.*)`: `(.*)`$", (out / "summary.md").read_text(), re.M)
        suites.check("the suite says where", said and said[1] == str(drills), (out / "summary.md").read_text()[-300:])
        suites.check("so does its page", f"The command works in {drills}." in (out / "index.html").read_text())
        whole = pasted(suites, said[2], said[1])
        suites.check("the suite's command works", whole.returncode == 0, said[2], whole.stderr)
        shutil.rmtree(drills.parent / "pasted")
        for name in ("outage", "quiet"):
            record = out / name / "record.json"
            command = json.loads(record.read_text())["command"]
            report = (out / name / "report.md").read_text()
            suites.check("a record says where", "or in which it was looked for, or that --root named: the command works there" in report, report[-600:])
            again = pasted(suites, command, drills)
            suites.check(f"the command of {name} works", again.returncode == 0, command, again.stderr)
            made = drills.parent / "pasted" / (name if rules else "") / "record.json"
            suites.check(f"the command of {name} gives its record", made.read_bytes() == record.read_bytes(), command)
            shutil.rmtree(drills.parent / "pasted")
            told = subprocess.run([suites.program, "report", record, "--format", "html", "--out", out / f"{name}.html"], capture_output=True, text=True, check=False)
            suites.check("the record is one", told.returncode == 0, told.stderr)


def parts_keep_the_rest(suites):
    """--update-baseline after a part of the suite: the other lines stay, but for scenarios that are gone from where was looked."""
    drills = copied_shop(suites.folder / "parts")
    baseline = drills / "baseline.yaml"

    def update(*arguments):
        done = subprocess.run([suites.program, "test", "scenarios", *arguments, "--baseline", "baseline.yaml", "--update-baseline",
                               "--allow-outside", "--out", suites.folder / "parts-out"], cwd=drills, capture_output=True, text=True, timeout=300,
                              check=False)
        suites.check(f"{arguments} ends well", done.returncode == 0, done.stdout, done.stderr)
        return done.stdout

    update(".", "--seed", "1", "2")
    whole = baseline.read_text()
    suites.check("the baseline names files", "verdict: pass, file: at night/quiet/scenario.yaml}" in whole, whole)
    for part in (("outage",), ("at night",), (".", "--seed", "2"), ("outage/scenario.yaml", "--seed", "1")):
        told = update(*part)
        suites.check(f"{part} keeps the rest", baseline.read_text() == whole, baseline.read_text())
        suites.check(f"{part} says so", "was not run; its lines of the baseline stay" in told, told)
    (drills / "at night/quiet").rename(drills / "at night/calm")
    text = drills / "at night/calm/scenario.yaml"
    text.write_text(text.read_text().replace("name: quiet", "name: calm"))
    suites.check("elsewhere nothing is gone", "its lines of the baseline stay" in update("outage") and "scenario: quiet" in baseline.read_text())
    told = update(".")
    suites.check("what is gone is said", "quiet: does not exist any more; its lines are gone from the baseline" in told, told)
    now = baseline.read_text()
    suites.check("what is gone is gone", "scenario: quiet" not in now and "scenario: calm, seed: 1" in now and "outage, seed: 2" in now, now)


def changed_rules_are_judged(suites):
    """A rule that has another severity now, or is gone: the suite is worse than its baseline, and the scenario is not refused."""
    drills = copied_shop(suites.folder / "changed")

    def run(*arguments):
        return subprocess.run([suites.program, "test", "scenarios", ".", *arguments, "--out", suites.folder / "changed-out"], cwd=drills,
                              capture_output=True, text=True, timeout=300, check=False)

    suites.check("agreed", run("--baseline", "b.yaml", "--update-baseline").returncode == 0)
    rules = (drills / "rules.yaml").read_text()
    for old, new, why in (("severity: critical", "severity: warning", "never has severity=\"critical\": its rule says 'warning'"),
                          ("ShopErrors", "ShopFaults", "unknown alert 'ShopErrors'")):
        (drills / "rules.yaml").write_text(rules.replace(old, new))
        done = run("--baseline", "b.yaml")
        suites.check(f"{new} is judged", done.returncode == 1 and "outage: passed; now 1 of 2 expectations failed" in done.stdout,
                     done.returncode, done.stdout, done.stderr)
        suites.check(f"{new} is told", why in done.stderr and ": warning: " in done.stderr and ": error: " not in done.stderr, done.stderr)
        done = run()
        suites.check(f"{new} is refused where nothing is known of before", done.returncode == 2 and why in done.stderr, done.returncode, done.stderr)


def interrupted(suites):
    """Some runs are over at once, others take minutes: what is there is whole, and neither page nor baseline."""
    tree = suites.folder / "tree"
    for number in range(8):
        folder = tree / f"{'month' if number % 2 else 'hour'}-{number}"
        folder.mkdir(parents=True)
        text = SCENARIO.format(name=folder.name, duration="300d" if number % 2 else "1h", root=ROOT)
        (folder / "scenario.yaml").write_text(text)
    arguments = ("tree", "--allow-outside", "--baseline", "new.yaml", "--update-baseline", "--junit", "new.xml", "--timeout", "0")
    for number, after in ((signal.SIGINT, 0.05), (signal.SIGTERM, 1.0), (signal.SIGINT, 2.0)):
        out = suites.folder / f"stopped-{after}"
        run = suites.start(*arguments, "--out", out)
        time.sleep(after)
        run.send_signal(number)
        _, said = run.communicate(timeout=30)
        what = f"{number.name} after {after} s"
        if run.returncode == -number and not said and not out.exists():
            continue  # a slow build had not come so far that it looks out for signals
        suites.check(what, run.returncode == 130, run.returncode, said)
        runs = sorted(out.iterdir()) if out.exists() else []
        last = said.splitlines()[-1:]
        expected = ("firedrill: interrupted; what had ended by then is written, the rest is not" if runs else
                    "firedrill: interrupted; no file was written")
        suites.check(what + ", said", last == [expected], last, runs)
        for folder in runs:
            suites.check(what + ", whole", folder.is_dir() and (folder / "record.json").is_file() and
                         (folder / "manifest.json").is_file() and not (folder / STAGING).exists(), folder)
        suites.check(what + ", rest", not (suites.folder / "new.yaml").exists() and not (suites.folder / "new.xml").exists())
    suites.check("some had ended", any((suites.folder / "stopped-2.0").glob("hour-*")))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        suites = Suites(program, pathlib.Path(folder))
        agreed = suites.call(ROOT / "tests/suites/shop", "--seed", 1, 2, 3, "--baseline", "baseline.yaml", "--update-baseline")
        suites.check("the baseline is written", agreed.returncode == 0, agreed.stderr)
        same_bytes(suites)
        links_lead_somewhere(suites)
        junit_is_valid(suites)
        summaries_are_added(suites)
        refused_first(suites)
        schema_agrees(suites)
        again_works(suites)
        parts_keep_the_rest(suites)
        changed_rules_are_judged(suites)
        interrupted(suites)
    print(f"{suites.failures} failures" if suites.failures else "suites are as they should be")
    return 1 if suites.failures else 0


if __name__ == "__main__":
    sys.exit(main())
