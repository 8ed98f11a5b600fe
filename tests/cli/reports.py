#!/usr/bin/env python3
"""What the reports of every scenario of the library say, held against each other and against what they draw:

- the line of each alert's chart is beyond its threshold wherever the bar below it says "firing";
- every rule that fired has a chart;
- what the postmortem tells of an incident (budgets, requests, users, times) stands in the page and in report.md too;
- what is left of a budget never grows while its window is not shorter than the run;
- labels of faults do not overlap;
- the command that repeats a run works, for scenarios outside of scenarios/ too, and from the scenario's own folder.

Usage: reports.py PROGRAM [SCENARIO...]    Golden pages are read as well."""

import concurrent.futures
import html
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "scenarios"
GOLDEN = ROOT / "tests" / "golden" / "reports"
CHARACTER = 6.2  # pixels, as the charts count


def section(page, name):
    found = re.search(rf'<section id="{name}".*?</section>', page, re.S)
    return found.group(0) if found else ""


def figures(page, name):
    return re.findall(r"<figure .*?</figure>", section(page, name), re.S)


def caption(figure):
    return html.unescape(re.search(r"<figcaption>(.*?)</figcaption>", figure).group(1))


def stretches_of(path):
    """The connected pieces of a line, as lists of points."""
    pieces = []
    for piece in re.findall(r"M[^M]*", path):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", piece.split("h")[0])]
        pieces.append(list(zip(numbers[::2], numbers[1::2])))
    return pieces


def heights(pieces, left, right):
    """Of a line between two places: at its points there, and where it enters and leaves."""
    for piece in pieces:
        for (x, y) in piece:
            if left <= x <= right:
                yield y
        for (x1, y1), (x2, y2) in zip(piece, piece[1:]):
            for x in (left, right):
                if x1 < x < x2:
                    yield y1 + (y2 - y1) * (x - x1) / (x2 - x1)


def comparison_of(figure):
    """The operator and, where the threshold does not move, its height."""
    level = re.search(r'<line class="level"[^>]* y1="([\d.]+)"', figure)
    label = re.search(r'<text class="level-text"[^>]*>(?:[^<]*?)(&gt;=|&lt;=|&gt;|&lt;|==|!=) ', figure)
    moving = re.search(r"threshold \((&gt;=|&lt;=|&gt;|&lt;|==|!=)\)", figure)
    operator = html.unescape((label or moving).group(1)) if label or moving else ""
    return operator, float(level.group(1)) if level else None


def crosses(figure, left, right):
    operator, level = comparison_of(figure)
    paths = re.findall(r'<path class="line s(\d)" d="([^"]*)" fill="none" stroke="[^"]*" stroke-width="1.8"', figure)
    lines = [stretches_of(path) for _, path in paths]
    if not lines or not operator:
        return False
    limits = [level]
    if level is None:
        limits = list(heights(lines.pop(), left, right))
    found = [y for line in lines for y in heights(line, left, right)]
    # Smaller is higher on a page; a tenth of a pixel is lost in writing.
    test = {">": lambda y, at: y < at + 0.11, ">=": lambda y, at: y <= at + 0.11, "<": lambda y, at: y > at - 0.11,
            "<=": lambda y, at: y >= at - 0.11, "==": lambda y, at: abs(y - at) <= 0.11,
            "!=": lambda y, at: True}[operator]
    return any(test(y, at) for y in found for at in limits)


def bars(figure):
    for x, width in re.findall(r'<rect class="b-firing" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', figure):
        yield float(x), float(x) + float(width)


def problems_of_alert_charts(name, page):
    """A rule with several conditions has several charts: one that must hold is beyond its threshold."""
    rules = {}
    for figure in figures(page, "sight"):
        title = re.sub(r", its (other condition|condition \d+)$", "", caption(figure))
        rules.setdefault(title, []).append(figure)
    for title, charts in rules.items():
        for left, right in bars(charts[0]):
            # Half a pixel of tolerance: bars and points are written with one decimal.
            if not any(crosses(figure, left - 0.5, right + 0.5) for figure in charts):
                yield f"{name}: {title} fires from {left} to {right} px, and no line of it is beyond its threshold"


def problems_of_missing_charts(name, page, record):
    shown = [caption(figure) for figure in figures(page, "sight")]
    for rule in record["rules"]:
        fired = [a for a in record["alerts"] if a["alert"] == rule["name"] and a.get("firing_at")
                 and a["rule_group"] == rule["group"] and a["attribution"] not in ("warmup", "excepted")
                 and all(a["labels"].get(k) == v for k, v in rule["labels"].items() if "{{" not in v)]
        told = [v for v in rule["labels"].values()]
        same = [r for r in record["rules"] if r["alerting"] and r["name"] == rule["name"]]
        if not rule["alerting"] or not fired:
            continue
        # Of several of one name the title tells which.
        if not any(c.startswith(f"{rule['name']} (") and any(value in c for value in told) if len(same) > 1
                   else c == rule["name"] for c in shown):
            yield f"{name}: {rule['name']} of {rule['group']} fired and has no chart"


def plain(text):
    """Without escapes, all blanks alike."""
    return re.sub(r"[\u00a0\u202f]", " ", html.unescape(text).replace("\\", ""))


def without_tags(page):
    return plain(re.sub(r"<[^>]*>", "", page))


def problems_of_postmortem(name, page, markdown, postmortem):
    for draft in re.split(r"\n---\n", postmortem):
        who = re.match(r"\s*# Postmortem: (.*)", draft)
        if not who:
            continue
        text = plain(draft)
        wanted = {"the page": without_tags(page), "report.md": plain(markdown)}
        for share, slo, burned in re.findall(r"Error budget burned from .*?: ([\d.]+ %) of (.*?) \((.*?)\)", text):
            if f"{share} of {slo} ({burned})" not in wanted["the page"]:
                yield f"{name}: the postmortem says that {share} of {slo} ({burned}) was burned, the page does not"
        failed = re.search(r"Requests failed: (.*?) of (.*)", text)
        for where, other in wanted.items():
            if f"{failed.group(1)} of {failed.group(2)} requests" not in other and \
                    f"{failed.group(1)} of {failed.group(2)} (" not in other:
                yield f"{name}: requests failed, {failed.group(0)}, stand not in {where}"
        for title, took in re.findall(r"^\| (detect|mitigate|resolve|the first sign) \| ([^|_]+?) \|", text, re.M):
            for where, other in wanted.items():
                if took.split(" (")[0] not in other:
                    yield f"{name}: the time to {title}, {took}, stands not in {where}"
        for line in re.findall(r"## What Went Well\n\n(.*?)\n## ", draft, re.S)[0].splitlines():
            if re.search(r'[a-z_]+="|\b(rate|sum|max|min|count|avg|absent|increase)(_over_time)?( by| without)? ?\(', plain(line)):
                yield f"{name}: PromQL among what went well: {line}"


def problems_of_budgets(name, page):
    for figure in figures(page, "budgets"):
        if not caption(figure).startswith("Budget left"):
            continue
        if "goes back" in figure:  # the SLO's window is shorter than the run
            continue
        path = re.search(r'<path class="line s0" d="([^"]*)" fill="none" stroke="[^"]*" stroke-width="1.8"', figure)
        places = [y for piece in stretches_of(path.group(1)) for _, y in piece]
        if any(after < before - 0.11 for before, after in zip(places, places[1:])):
            yield f"{name}: {caption(figure)} grows back"


def problems_of_labels(name, page):
    for picture in re.findall(r"<svg.*?</svg>", page, re.S):
        rows = {}
        for x, y, text in re.findall(r'<text class="band-text" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', picture):
            left = float(x)
            right = left + CHARACTER * len(html.unescape(text))
            for other_left, other_right in rows.get(y, []):
                if left < other_right and other_left < right:
                    yield f"{name}: the label '{text}' overlaps another"
            rows.setdefault(y, []).append((left, right))


def problems_of_pages(name, page):
    yield from problems_of_alert_charts(name, page)
    yield from problems_of_labels(name, page)


def read(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def problems_of_scenario(program, scenario, folder):
    out = folder / scenario.name
    done = subprocess.run([program, "run", str(scenario), "--out", str(out)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return [f"{scenario.name}: exit {done.returncode}\n{done.stdout}{done.stderr}"]
    page, record = read(out / "report.html"), json.loads(read(out / "record.json"))
    markdown, postmortem = read(out / "report.md"), read(out / "postmortem.md")
    found = list(problems_of_pages(scenario.name, page))
    found += problems_of_missing_charts(scenario.name, page, record)
    found += problems_of_postmortem(scenario.name, page, markdown, postmortem)
    found += problems_of_budgets(scenario.name, page)
    charts = figures(page, "sight")
    print(f"{scenario.name}: {len(charts)} charts of alerts, {sum(len(list(bars(c))) for c in charts)} bars", flush=True)
    return found


def again(program, here, out, reads):
    """Runs what a record says to run, at the top of what holds the scenario or below."""
    record = json.loads(read(out / "record.json"))
    words = shlex.split(record["command"])
    repeated = out.parent / (out.name + "-again")
    done = subprocess.run([program, *words[1:], "--out", str(repeated), *reads], cwd=here, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        return f"'{record['command']}' in {here}: exit {done.returncode}: {done.stderr}"
    same = (out / "record.json").read_bytes() == (repeated / "record.json").read_bytes()
    return None if same else f"'{record['command']}' gives another record"


def problems_of_commands(program, folder):
    """A scenario deep in a repository, in one without a repository, and named by its file."""
    for name, repository, deep in (("in-a-repository", True, "ops/the drills"), ("without-one", False, "")):
        top = folder / name
        place = top / deep
        place.mkdir(parents=True)
        if repository:
            (top / ".git").mkdir()
        shutil.copytree(LIBRARY / "quiet-day", place / "quiet-day")
        for shared in ("topologies", "rules"):
            shutil.copytree(LIBRARY / shared, place / shared)
        for given in (place / "quiet-day", place / "quiet-day" / "scenario.yaml"):
            out = folder / f"out-{name}-{given.name}"
            reads = [] if repository else ["--root", str(place)]
            done = subprocess.run([program, "run", str(given), "--out", str(out), *reads], capture_output=True,
                                  text=True, check=False)
            if done.returncode != 0:
                yield f"{given}: exit {done.returncode}: {done.stderr}"
                continue
            if str(folder) in read(out / "record.json"):
                yield f"{given}: the record tells where it was made"
            for here in (top, place / "quiet-day"):
                if problem := again(program, here, out, reads):
                    yield problem


def problems_of_places(program, folder):
    """Scenarios in no repository that read what lies beside them, higher up, or nowhere that a name could tell: `--root .` stands in
    the command where it is of use, and the command works where the report says. A name that begins with a dash is no option."""
    top = folder / "places"
    for place, rules, reads, command in (
            ("deep/drills", "..", ["--root", ".."], "drills/-first --seed 1 --root ."),
            ("beside", ".", ["--root", "."], "./-first --seed 1 --root ."),
            ("beside", ".", ["--allow-outside"], "./-first --seed 1 --root ."),
            ("apart/drills/some", "../..", ["--allow-outside"], "./-first --seed 1")):
        out = folder / ("places" + place.replace("/", "-") + reads[0])
        here = top / place
        drill = here / "-first"
        shutil.rmtree(top, ignore_errors=True)
        shutil.copytree(LIBRARY / "quiet-day", drill)
        for shared in ("topologies", "rules"):
            shutil.copytree(LIBRARY / shared, here / rules / shared)
        for file in drill.glob("*.yaml"):
            file.write_text(file.read_text().replace("name: quiet-day", "name: -first").replace("../topologies", f"../{rules}/topologies").replace("../rules", f"../{rules}/rules"))
        done = subprocess.run([program, "run", "./-first", "--out", str(out), *reads], cwd=here, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            yield f"{place} {reads}: exit {done.returncode}: {done.stderr}"
            continue
        said = json.loads(read(out / "record.json"))["command"]
        if said != "firedrill run " + command:
            yield f"{place} {reads}: the command is '{said}', expected '{command}'"
        from_top = len(shlex.split(said)[2].removeprefix("./").split("/"))
        where = drill.parents[from_top - 1]
        if problem := again(program, where, out, ["--allow-outside"] if "--allow-outside" in reads else []):
            yield problem


def main():
    program = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2:]
    scenarios = [p.parent for p in sorted(LIBRARY.glob("*/scenario.yaml")) if not wanted or p.parent.name in wanted]
    problems = [problem for page in sorted(GOLDEN.glob("*.html")) for problem in problems_of_pages(page.name, read(page))]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda one: problems_of_scenario(program, one, pathlib.Path(folder)), scenarios):
            problems += found
        problems += problems_of_commands(program, pathlib.Path(folder))
        problems += problems_of_places(program, pathlib.Path(folder))
    for problem in problems:
        print(problem)
    print(f"{len(scenarios)} scenarios, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
