#!/usr/bin/env python3
"""Names that try to be more than names, in every text that files allow, through every command and every report: what comes out
is searched byte by byte, read by parsers of its format, rendered as Markdown, and shown in a browser.

Usage: hostile_names.py PROGRAM [NAME...]"""

import concurrent.futures
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile

import hostile_checks as check
import hostile_inputs as inputs

REPORTS = ("html", "json", "junit", "markdown", "postmortem")


class Firedrill:
    """Runs commands, and searches what each prints for people."""

    def __init__(self, program, folder):
        self.program, self.folder, self.found, self.runs = program, pathlib.Path(folder), [], 0

    def __call__(self, *arguments, expect=None, data=False):
        """Its standard output. `data`: that is searched by who asked for it, and only the rest here."""
        self.runs += 1
        run = subprocess.run([self.program, *arguments], cwd=self.folder, capture_output=True, timeout=120, check=False,
                             env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"})
        what = " ".join(ascii(os.fsdecode(a))[1:-1][:60] for a in arguments)
        self.found += check.lines(what + ", standard error", run.stderr)
        if not data:
            self.found += check.lines(what, run.stdout)
        if run.returncode not in (expect or (0, 1, 2, 4)):
            self.found.append(f"{what}: exit {run.returncode}: {run.stderr[-400:]!r}")
        return run.stdout

    def annotations(self, *arguments):
        """What it says on standard error, where commands to a CI runner stand."""
        self.runs += 1
        run = subprocess.run([self.program, *arguments], cwd=self.folder, capture_output=True, timeout=120, check=False,
                             env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"})
        return run.stderr

    def see(self, problems):
        self.found += problems


def commands(drill, files, out, name):
    """Every command on a project. The outputs for programs, by what they are."""
    made = {}
    tests = [str(p) for p in (files / "unit").iterdir() if p.suffix == ".yml"]
    scripts = [str(p) for p in (files / "unit").iterdir() if p.suffix == ".test"]
    drill("run", str(files), "--out", str(out), "--keep", "all", expect=(1, 4))
    made["run.json"] = drill("run", str(files), "--out", str(out), "--keep", "all", "--json", data=True)
    people = str(files / "oncall.yaml")
    for options in ((), ("--at", "2026-03-28T23:00:00Z"), ("--month", "2026-03")):
        drill("oncall", people, *options)
        made["oncall.json"] = drill("oncall", people, *options, "--json", data=True)
    made["ical"] = drill("oncall", people, "--month", "2026-03", "--ical", data=True)
    drill("check", str(files / "oncall.yaml"), str(files / "rules"), str(files / "playbooks"))
    for path in (files, files / "topology.yaml", files / "slos.yaml", files / "oncall.yaml", files / "playbooks" / "book.md", *(files / "rules").iterdir(), *(files / "unit").iterdir()):
        drill("check", str(path))
        drill("check", "--strict", str(path))
    for option in ((), ("--diff",), ("--debug",), ("--coverage",), ("--min-coverage", "99"), ("--run", name.replace("\0", ""))):
        drill("test", "rules", *tests, *option)
    made["tests.json"] = drill("test", "rules", *tests, "--json", "--coverage", data=True)
    drill("test", "rules", *tests, "--junit", str(out / "tests.xml"))
    drill("test", "promql", *scripts, expect=(1, 2))
    for report in REPORTS:
        made[report] = drill("report", str(out), "--format", report, data=True)
    quoted = inputs.promql_text(name)
    for expression in ("up", "ALERTS", "own", quoted, "own + on() up{", f"up{{why={quoted}}}"):
        drill("query", str(out), expression)
        drill("query", str(out), expression, "--range", "start", "end", "5m")
        made["query " + expression] = drill("query", str(out), expression, "--json", data=True)
    drill("export", str(out), "openmetrics", "--out", str(out / "run.om"))
    drill("export", str(out), "openmetrics", expect=(0,) if name == inputs.HARMLESS else (0, 2))
    made["promtool-test"] = drill("export", str(out), "promtool-test", data=True)
    made["slo rules"] = drill("slo", "rules", str(files / "slos.yaml"), "--requests", "http_requests_total",
                              "--page", name.replace("\0", ""), data=True)
    suite = out.parent / "suite"
    arguments = ("test", "scenarios", str(files), "--out", str(suite), "--junit", str(suite / "suite.xml"))
    drill(*arguments, "--baseline", str(suite / "baseline.yaml"), "--update-baseline")
    made["suite.json"] = drill(*arguments, "--baseline", str(suite / "baseline.yaml"), "--json", data=True)
    drill("check", str(suite / "baseline.yaml"))
    made["suite"] = {file: (suite / file).read_bytes() for file in ("index.html", "summary.md", "suite.xml", "baseline.yaml")}
    made["suite"]["annotations"] = drill.annotations(*arguments, "--annotations", "github")
    drill("list", "scenarios", "--in", str(files.parent))
    drill("list", "scenarios", "--in", str(files.parent), "-v")
    made["list.json"] = drill("list", "scenarios", "--in", str(files.parent), "--json", data=True)
    return made


def project_of(drill, key, name):
    folder = drill.folder / key.replace(" ", "-")
    folder.mkdir()
    files = inputs.project(folder, name, inputs.HARMLESS if name == inputs.BYTES else name)
    out = folder / inputs.file_name("out " + name)
    return commands(drill, files, out, name), out, files


def see_suite(drill, key, name, made, model):
    """The page, the summary, JUnit, the baseline and the annotations of a suite."""
    in_scenario = inputs.HARMLESS if name == inputs.BYTES else name
    drill.see(check.suite_page(f"{key}: suite page", made["index.html"], model["index.html"]))
    drill.see(check.junit(f"{key}: suite junit", made["suite.xml"]))
    drill.see(check.yaml_data(f"{key}: baseline", made["baseline.yaml"], in_scenario))
    # A summary is bounded: of the longest names less is said.
    if shutil.which("cmark-gfm") is not None and name != inputs.NAMES["long"]:
        drill.see(check.markdown(f"{key}: summary", made["summary.md"], model["summary.md"], in_scenario))
    drill.see(check.annotations(f"{key}: annotations", made["annotations"]))


def see_outputs(drill, key, name, made, out, files, model):
    """The outputs of one project by the rules of their formats, beside those of a harmless name."""
    in_scenario = inputs.HARMLESS if name == inputs.BYTES else name
    see_suite(drill, key, name, made["suite"], model["suite"])
    for what, data in made.items():
        if what.endswith("json") or what.startswith("query"):
            drill.see(check.json_data(f"{key}: {what}", data, {"json": in_scenario, "tests.json": name}.get(what)))
    # A folded line begins anywhere within a text.
    drill.see(check.lines(f"{key}: iCalendar", made["ical"].replace(b"\r\n", b"\n"), forged=False))
    path = str(files.relative_to(drill.folder))
    drill.see(check.command(f"{key}: the command", made["json"], path, ["--seed", "1", "--keep", "all"]))
    drill.see(check.json_data(f"{key}: run.json", (out / "run.json").read_bytes()))
    # A rule file whose name is not UTF-8 cannot be found by what a record says of it.
    for what in ("promtool-test", "slo rules") if name != inputs.BYTES else ("slo rules",):
        drill.see(check.yaml_data(f"{key}: {what}", made[what], in_scenario))
    for what, data in (("junit", made["junit"]), ("tests.xml", (out / "tests.xml").read_bytes())):
        drill.see(check.junit(f"{key}: {what}", data))
    drill.see(check.web_page(f"{key}: html", made["html"], check.Page(model["html"].decode())))
    if shutil.which("cmark-gfm") is not None:
        for what in ("markdown", "postmortem"):
            drill.see(check.markdown(f"{key}: {what}", made[what], model[what], in_scenario))
    for file, what in (("report.html", "html"), ("report.md", "markdown"), ("record.json", "json"), ("junit.xml", "junit"),
                       ("postmortem.md", "postmortem")):
        if (out / file).read_bytes() != made[what]:
            drill.see([f"{key}: {file} is not what `report` prints"])


def arguments(drill, name):
    """A name where something else is expected, and where any text may stand."""
    text = os.fsencode(name.replace("\0", ""))
    record = str(drill.folder / "harmless" / "out canary")
    for command in ((text,), (b"run", text), (b"--" + text,), (b"run", b"--" + text), (b"run", b"x", b"--seed", text),
                    (b"run", b"x", b"--keep", text), (b"check", text), (b"check", b"x", b"--disable", text), (b"test", text),
                    (b"test", b"rules", text), (b"test", b"promql", text), (b"test", b"rules", b"x", b"--run", b"(" + text),
                    (b"test", b"rules", b"x", b"--enable-feature", text), (b"test", b"rules", b"x", b"--jobs", text),
                    (b"report", text, b"--format", b"html"), (b"report", record, b"--format", text),
                    (b"report", record, b"--format", b"json", b"--out", text + b"/x/" + text),
                    (b"report", record, b"--format", b"json", b"--out", text.replace(b"/", b"")[:200]),
                    (b"query", text, b"up"), (b"query", record, text), (b"query", record, b"up", b"--at", text),
                    (b"query", record, b"up", b"--range", b"start", b"end", text), (b"query", record, b"up", text),
                    (b"export", record, text), (b"export", text, b"openmetrics"), (b"list", text),
                    (b"list", b"scenarios", b"--in", text),
                    (b"oncall", text), (b"oncall", b"x", b"--at", text), (b"oncall", b"x", b"--month", text),
                    (b"slo", b"rules", text), (b"slo", b"rules", b"x", b"--bounds", text), (b"slo", text), (b"schema", text),
                    (b"help", text), (text, b"--help"), (b"run", text, b"--help")):
        drill(*command, expect=(0, 1, 2, 3), data=command[-1] == b"html")


def one_by_one(drill, name):
    """A hostile name in one place at a time: most are refused there, with a message that quotes them."""
    makers = {"topology.yaml": inputs.topology, "slos.yaml": inputs.slos, "oncall.yaml": inputs.oncall, "rules/rules.yaml": inputs.rules,
              "scenario.yaml": lambda n: inputs.scenario("project", n),
              "unit/unit_test.yml": lambda n: inputs.unit_test(n, "../rules/rules.yaml")}
    count = 0
    for file, maker in makers.items():
        for place in inputs.places(maker("canary")):
            folder = drill.folder / "one" / f"{count}" / "project"
            for each, make in makers.items():
                inputs.write(folder / each, make("canary"))
            inputs.write(folder / file, inputs.replaced(maker("canary"), place, name))
            if file.startswith("unit"):
                drill("test", "rules", str(folder / file), "--ignore-unknown-fields")
            elif file.startswith("oncall"):
                drill("check", str(folder / file))
                drill("oncall", str(folder / file), "--month", "2026-03")
            else:
                drill("run", str(folder), "--out", str(folder / "out"))
            shutil.rmtree(folder)
            count += 1
    return count


def tampered(drill, name):
    """A record that somebody wrote by hand: what is not computed again may say anything."""
    source = drill.folder / "harmless" / "out canary"
    for field in ("firedrill", "command", "world", "monitor", "scenario", "summary", "promql_version"):
        folder = drill.folder / "tampered"
        shutil.copytree(source, folder)
        inputs.tamper(folder / "record.json", field, name)
        for report in REPORTS:
            made = drill("report", str(folder), "--format", report, data=True)
            drill.see(check.lines(f"tampered {field}: {report}", made, forged=report not in ("html", "junit")))
            if report == "html" and made:
                drill.see(check.alike(f"tampered {field}", check.Page(made.decode()),
                                      check.Page((source / "report.html").read_text("utf-8")), loose=("text", "code", "span")))
        drill.see(check.lines(f"tampered {field}: export", drill("export", str(folder), "promtool-test", data=True)))
        drill("export", str(folder), "openmetrics")
        shutil.rmtree(folder)


def on_terminal(drill, files, out):
    """What a terminal is sent holds the escape sequences of our colours and no other."""
    own, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "HOME": str(drill.folder), "LC_ALL": "C.UTF-8", "TERM": "xterm"}
    run = subprocess.Popen([drill.program, "run", str(files), "--out", str(out)], stdout=theirs, stderr=subprocess.DEVNULL,
                           env=environment)
    os.close(theirs)
    sent = b""
    while True:
        try:
            piece = os.read(own, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        sent += piece
    os.close(own)
    run.wait(timeout=120)
    plain, colours = re.subn(rb"\x1b\[(?:0|1|2|31|32|33)m", b"", sent.replace(b"\r\n", b"\n"))
    if colours == 0:
        drill.see(["on a terminal: no colours"])
    drill.see(check.lines("on a terminal", plain))


def in_browser(drill, out, title):
    """The page, as a browser has it once it is loaded: nothing of the inputs ran."""
    browser = shutil.which("chromium")
    if browser is None:
        print("skipped: the page in a browser (no chromium)")
        return
    profile = drill.folder / "profile"
    run = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", f"--user-data-dir={profile}", "--dump-dom", (out / "report.html").as_uri()],
        capture_output=True, timeout=120, check=False)
    page = check.Page(run.stdout.decode("utf-8", "replace"))
    if page.title != title or "script" in page.elements or "img" in page.elements:
        drill.see([f"in the browser: title {page.title!r}, elements {dict(page.elements)}"])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    chosen = sys.argv[2:]
    corpus = inputs.NAMES | inputs.COMPOUNDS | {"bytes": inputs.BYTES}
    names = {k: n for k, n in corpus.items() if not chosen or k in chosen}
    with tempfile.TemporaryDirectory(prefix="firedrill-hostile-") as folder:
        (pathlib.Path(folder) / ".git").mkdir()  # what tests name lies in their repository
        drill = Firedrill(program, folder)
        model, _, _ = project_of(drill, "harmless", inputs.HARMLESS)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            projects = dict(zip(names, pool.map(lambda key: project_of(drill, key, names[key]), names)))
            for key, (made, out, files) in projects.items():
                see_outputs(drill, key, names[key], made, out, files, model)
            list(pool.map(lambda name: arguments(drill, name), names.values()))
        places = sum(one_by_one(drill, name) for key, name in inputs.COMPOUNDS.items() if key in names)
        for key in inputs.COMPOUNDS.keys() & names.keys():
            tampered(drill, names[key])
            on_terminal(drill, projects[key][2], projects[key][1])
            in_browser(drill, projects[key][1], check.Page(projects[key][0]["html"].decode()).title)
        if shutil.which("cmark-gfm") is None:
            print("skipped: Markdown as GitHub renders it (no cmark-gfm)")
        for problem in dict.fromkeys(drill.found):
            print("FAIL", problem)
        print(f"{len(names)} names, {places} places, {drill.runs} commands: {len(drill.found)} problems")
        return 1 if drill.found else 0


if __name__ == "__main__":
    sys.exit(main())
