#!/usr/bin/env python3
"""Templates over notifications, as text and as HTML, through firedrill and through `amtool template render`: the same result, or
the same refusal.

    templates.py PROGRAM [--version V] [--count N] [--seed N]

The data are firedrill's own (of a webhook's body), given to amtool as its --template.data. Fixed templates first, then such as are
put together at random."""

import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import payload_worlds
from amtool_oracle import run, want

ERRORS = [
    "{{ .Nope }}", "{{ .CommonLabels.SortedPairs.Nope }}", "{{ template \"nope\" . }}", "{{ index .Alerts 7 }}",
    "{{ reReplaceAll \"(\" \"\" .Status }}", "{{ match \"[\" .Status }}", "{{ join \",\" .CommonLabels }}", "{{ toUpper 5 }}",
    "{{ (index .Alerts 0).Labels.Remove \"a\" }}", "{{ range .Status }}{{ end }}", "{{ len 5 }}", "{{ .Alerts.Firing.Names }}",
]
NEW_ERRORS = ["{{ tz \"Nope/X\" (index .Alerts 0).StartsAt }}", "{{ dict \"a\" }}", "{{ dict 1 2 }}", "{{ urlUnescape \"%zz\" }}",
              "{{ date 5 (index .Alerts 0).StartsAt }}", "{{ append (stringSlice \"a\") \"b\" }}", "{{ humanizeDuration \"x\" }}"]
WRONG_PAGES = ["<a href=\"{{ .Status | html | urlquery | print }}\">", "<p title={{ .Status | html }}>x</p>", "<p title=\"{{ .Status }}"]
PIECES = ["{{ .Status }}", "{{ .Receiver }}", "{{ .CommonLabels.team }}", "{{ .CommonLabels.severity }}", "{{ len .Alerts }}",
          "{{ range .Alerts }}{{ .Labels.instance }}{{ end }}", "{{ .CommonAnnotations.summary }}", "{{ .GroupLabels }}",
          "{{ with .CommonLabels.severity }}{{ . | toUpper }}{{ else }}-{{ end }}", "{{ .ExternalURL }}", " & ", "1 < 2 ", "\n", "'\"",
          "{{ if .Alerts.Resolved }}over{{ end }}", "{{ range .CommonLabels.SortedPairs }}{{ .Name }}:{{ .Value }},{{ end }}",
          "{{ printf \"%v|%s|%q\" .GroupLabels .Status .CommonLabels.team }}", "{{ title .CommonAnnotations.summary }}",
          "{{ (index .Alerts 0).StartsAt.Unix }}", "{{ ((index .Alerts 0).StartsAt.AddDate 0 1 -3).Local }}",
          "{{ (index .Alerts 0).StartsAt.Truncate 3600000000000 }}", "{{ (index .Alerts 0).StartsAt.Round 600000000000 }}",
          "{{ (index .Alerts 0).StartsAt.UnixNano }}", "{{ .CommonAnnotations.runbook }}", "{{ stringSlice \"a\" \"b\" | join .Status }}"]
NEW_PIECES = ["{{ .CommonLabels | toJson }}", "{{ trimSpace .CommonAnnotations.description }}", "{{ list .Status 5 | len }}",
              "{{ (index .Alerts 0).StartsAt | date \"2006-01-02 15:04\" }}", "{{ index (dict \"k\" .Status) \"k\" }}",
              "{{ (index .Alerts 1).EndsAt | tz \"Asia/Kolkata\" | date \"15:04 MST\" }}"]
PLACES = ["<p>@</p>", "<p title=\"@\">x</p>", "<p title='@'>x</p>", "<a href=\"@\">x</a>", "<a href=\"https://x.example/@\">x</a>",
          "<a href=\"/x?a=@&amp;b=c\">x</a>", "<title>@</title>", "<textarea>@</textarea>", "<!-- @ --><b>x</b>", "<td bgcolor=@>x</td>",
          "<td style=\"width: @\">x</td>", "<img src='@' alt=\"@\">", "<br/>@<hr>", "{{ if .Nope }}@{{ else }}@{{ end }}",
          "<p{{ if .Alerts }} title=\"@\"{{ end }}>x</p>", "<a href=\"{{ if .Alerts }}/a{{ else }}/b?@{{ end }}@\">x</a>",
          "{{ range .Alerts }}<i title='@{{ if eq .Status \"x\" }}{{ break }}{{ end }}'>x</i>{{ end }}",
          "{{ with .CommonLabels.missing }}<b title=\"{{ end }}@\">"]


def random_text(draw, pieces):
    return "".join(draw.choice(pieces) for _ in range(draw.randint(1, 4)))


def random_page(draw, pieces):
    return "".join(re.sub("@", lambda _: "".join(draw.choice([p for p in pieces if "\"" not in p or "{{" in p])
                                                 for _ in range(draw.randint(1, 2))), draw.choice(PLACES))
                   for _ in range(draw.randint(1, 3)))


def cases(options):
    """(kind, text)"""
    draw = random.Random(options.seed)
    new = options.version >= "0.33"
    texts = payload_worlds.TEXTS + ERRORS + (payload_worlds.NEW_TEXTS + NEW_ERRORS if new else [])
    texts = [text for text in texts if "__" not in text]  # amtool has no default templates
    pages = [page for page in payload_worlds.PAGES + WRONG_PAGES if "__" not in page]
    pieces = PIECES + (NEW_PIECES if new else [])
    out = [("text", text) for text in texts] + [("html", page) for page in pages]
    while len(out) < options.count:
        out.append(("text", random_text(draw, pieces)) if draw.random() < 0.4 else ("html", random_page(draw, pieces)))
    return out


def refused_at_once(stderr):
    """{line of the configuration: why}"""
    found = re.findall(r"alertmanager\.yml:(\d+):\d+: error: (html/template:.*)", stderr)
    return {int(line): why for line, why in found}


def rendered(program, version, chosen, folder):
    """The data, and what firedrill makes of each template: (True, text) or (False, why). What html/template refuses before it
    renders anything is an error of the configuration: such are taken out until it is read."""
    refused = {}
    while True:
        done, kept = test(program, version, {i: case for i, case in enumerate(chosen) if i not in refused}, folder)
        if done.returncode == 0:
            break
        more = refused_at_once(done.stderr)
        if not more:
            sys.exit(f"firedrill ended with {done.returncode}\n{done.stderr}")
        refused.update({kept[line - 3]: why for line, why in more.items()})
    payloads = {n["receiver"]: n["payload"] for n in json.loads(done.stdout)["files"][0]["tests"][0]["notifications"]}
    out = []
    for i, (kind, _) in enumerate(chosen):
        payload = {"error": refused[i]} if i in refused else payloads[f"r{i}"]
        out.append((False, payload["error"]) if "error" in payload else (True, payload["fields"].get(kind, "")))
    return payloads["data"]["requests"][0]["body"], out


def test(program, version, chosen, folder):
    """What firedrill said, and the numbers of the receivers, which stand from the third line on, a line each."""
    receivers = [{"name": "data", "webhook_configs": [{"url": "http://127.0.0.1/", "send_resolved": True}]}]
    for i, (kind, text) in chosen.items():
        settings = {"to": "a@example.org", "from": "b@example.org", "smarthost": "mail.example.org:25"}
        settings["send_resolved"] = True
        settings.update({"text": text, "html": ""} if kind == "text" else {"html": text})
        receivers.append({"name": f"r{i}", "email_configs": [settings]})
    route = {"receiver": "data", "group_by": ["alertname"], "group_wait": "1s",
             "routes": [{"receiver": r["name"], "continue": True} for r in receivers]}
    pushes = [{"at": "1s", "alerts": [{"labels": a["labels"], "annotations": a["annotations"], "starts_at": "1s",
                                       **({"ends_at": "1s500ms"} if i == 1 else {})} for i, a in enumerate(payload_worlds.ALERTS)]}]
    (folder / "alertmanager.yml").write_text(f'{{"route": {json.dumps(route)}, "receivers": [\n' +
                                             ",\n".join(json.dumps(r) for r in receivers) + "\n]}\n", encoding="utf-8")
    (folder / "test.yml").write_text(json.dumps({
        "alertmanager_config": "alertmanager.yml", "external_url": "https://am.example/x",
        "tests": [{"start": "2026-03-03T02:00:00Z", "pushes": pushes,
                   "notification_cases": [{"receiver": "data", "to": "5s", "exp_count": 1}]}]}), encoding="utf-8")
    done = subprocess.run([program, "test", "alertmanager", "--json", "--render", "--alertmanager-version", version,
                           str(folder / "test.yml")], capture_output=True, text=True, check=False)
    return done, list(chosen)


def agree(real, said):
    """amtool gives a line end; of a root it hands in it has the value where Alertmanager has a pointer to it."""
    if real.returncode == 0:
        return said[0] and real.stdout == said[1] + "\n" or said == (True, real.stdout)
    reason = real.stderr.strip().removeprefix("amtool: error: ")
    if reason.startswith("html/template:"):
        return not said[0]  # found while it is rewritten, and said in its own words
    return not said[0] and reason in said[1].replace("*template.Data", "template.Data")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--version", default="0.33")
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--seed", default="one")
    options = parser.parse_args()
    amtool = want(options.version)
    wrong = refused = left_out = 0
    with tempfile.TemporaryDirectory(prefix="firedrill-templates-") as name:
        folder = pathlib.Path(name)
        chosen = cases(options)
        data, results = rendered(options.program, options.version, chosen, folder)
        (folder / "empty.tmpl").write_text("\n", encoding="utf-8")
        for i, ((kind, text), said) in enumerate(zip(chosen, results)):
            (folder / "data.json").write_text(json.dumps({**data, "receiver": f"r{i}"}), encoding="utf-8")
            real = run([amtool, "template", "render", "--template.glob", folder / "empty.tmpl", "--template.data", folder / "data.json",
                        "--template.type", kind, "--template.text", text])
            refused += real.returncode != 0
            by_name = real.returncode == 0 and not said[0] and "is not rendered here" in said[1]
            if by_name:
                left_out += 1
                continue
            if not agree(real, said):
                wrong += 1
                print(f"DIFFERS {kind} {text!r}\n  amtool: {(real.stdout or real.stderr)!r}\n  said:   {said}")
    print(f"{options.version}: {len(chosen)} templates, {refused} of them refused, {left_out} left out, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
