#!/usr/bin/env python3
"""What receivers of every kind that can be pointed at loopback get from real Alertmanagers, against what firedrill says that
they would get: method, path, query, type, authorization, and every field of the body; of mails the headers, the text and the HTML.

    payloads.py PROGRAM [--rounds N] [--seed N] [--version V] [--keep DIR]

Pushover's address and that of PagerDuty's first API cannot be set, so they are not here. Secrets, which firedrill does not show,
may be anything; dates of mails and numbers of messages too. Of the default mail texts and links are compared: its layout is ours."""

import argparse
import html.parser
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import urllib.parse

import payload_worlds
from differential import duration, rfc3339
from oracle import Instance, programs
from payload_sink import Mail, Web

HIDDEN = "<secret>"


def predicted(program, version, configuration, pushes, start, folder):
    (folder / "alertmanager.yml").write_text(json.dumps(configuration), encoding="utf-8")
    test = {"start": rfc3339(start), "pushes": [
        {"at": duration(p["at"]), "alerts": [
            {"labels": a["labels"], "annotations": a["annotations"],
             **{key: duration(a[key]) for key in ("starts_at", "ends_at") if key in a}} for a in p["alerts"]]} for p in pushes],
            "notification_cases": [{"receiver": configuration["receivers"][0]["name"], "to": "13s", "at_least": 0}]}
    path = folder / "test.yml"
    path.write_text(json.dumps({"alertmanager_config": "alertmanager.yml", "external_url": "http://am.example:9093/x",
                                "tests": [test]}), encoding="utf-8")
    done = subprocess.run([program, "test", "alertmanager", "--json", "--render", "--alertmanager-version", version, str(path)],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"firedrill ended with {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)["files"][0]["tests"][0]["notifications"]


def differences(real, said, at=""):
    """Where two values of JSON differ; what is hidden may be anything."""
    if said == HIDDEN:
        return []
    if isinstance(real, dict) and isinstance(said, dict):
        out = [f"{at}.{key}: only {'real' if key in real else 'said'}: {real.get(key, said.get(key))!r}"
               for key in sorted(set(real) ^ set(said))]
        for key in sorted(set(real) & set(said)):
            out += differences(real[key], said[key], f"{at}.{key}")
        return out
    if isinstance(real, list) and isinstance(said, list) and len(real) == len(said):
        return [each for i, pair in enumerate(zip(real, said)) for each in differences(*pair, f"{at}[{i}]")]
    return [] if real == said and type(real) is type(said) else [f"{at}: real {real!r}, said {said!r}"]


def form_of(text):
    return {key: values for key, values in urllib.parse.parse_qs(text, keep_blank_values=True).items()}


def form_differences(real, said, at):
    real, said = form_of(real), form_of(said)
    return [f"{at}.{key}: real {real.get(key)}, said {said.get(key)}" for key in sorted(set(real) | set(said))
            if real.get(key) != said.get(key) and said.get(key) != [HIDDEN]]


def compare_request(real, said):
    out = []
    if real["method"] != said["method"]:
        out.append(f"method: real {real['method']}, said {said['method']}")
    url = urllib.parse.urlsplit(said["url"].replace("{issue}", "P-1"))
    if said["url"] != HIDDEN:
        path = urllib.parse.unquote(url.path).split(HIDDEN)
        shown = urllib.parse.unquote(real["path"])
        if not (shown.startswith(path[0]) and shown.endswith(path[-1])):
            out.append(f"path: real {real['path']}, said {url.path}")
        out += form_differences(real["query"], url.query, "query")
    headers = {h["name"]: h["value"] for h in said["headers"]}
    got = {name.title(): value for name, value in real["headers"].items()}
    for name in ("Content-Type", "Authorization"):
        wanted = headers.get(name, "")
        if name == "Authorization" and got.get(name, "").startswith("AWS4"):
            continue
        if got.get(name, "").split(" ")[0] != wanted.split(" ")[0]:
            out.append(f"{name}: real {got.get(name)!r}, said {wanted!r}")
    for name in ("X-Auth-Token", "X-User-Id"):
        if (name in got) != (name in headers):
            out.append(f"{name}: real {got.get(name)!r}, said {headers.get(name)!r}")
    if headers.get("Content-Type", "").startswith("application/x-www"):
        # Attributes are numbered in any order.
        out += form_differences(numbered(real["body"].decode()), numbered(said["body"]), "body")
    elif real["body"]:
        told = json.loads(json.dumps(said["body"]).replace("{transition}", "5"))  # the one number that the sink gives
        out += differences(json.loads(real["body"]), told, "body")
    elif said["body"]:
        out.append("body: only said")
    return out


def numbered(form):
    """SNS's attributes by their names."""
    values = dict(urllib.parse.parse_qsl(form, keep_blank_values=True))
    names = {key.rsplit(".", 1)[0]: value for key, value in values.items() if key.startswith("MessageAttributes.") and key.endswith(".Name")}
    out = {}
    for key, value in values.items():
        if key.startswith("MessageAttributes."):
            entry = ".".join(key.split(".")[:3])
            key = names[entry] + key[len(entry):]
        out[key] = value
    return urllib.parse.urlencode(out)


class Shown(html.parser.HTMLParser):
    """The words and links of a page."""

    def __init__(self, text):
        super().__init__()
        self.words, self.links, self.hidden = [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.hidden += tag == "style"
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        self.hidden -= tag == "style"

    def handle_data(self, data):
        if not self.hidden:
            self.words += data.split()


def compare_mail(real, said, is_default):
    headers, parts = real
    out = []
    for header in said["headers"]:
        name = header["name"]
        if name in ("Date", "Content-Type"):
            continue
        value = " ".join(header["value"].split())
        if " ".join(headers.get(name, "<missing>").split()) != value:
            out.append(f"header {name}: real {headers.get(name)!r}, said {header['value']!r}")
    extra = set(headers) - {h["name"] for h in said["headers"]} - {"Message-Id"}
    out += [f"header {name}: only real" for name in sorted(extra)]
    told = {}
    for piece in said["body"].split("--" + said["body"].split("\r\n", 1)[0][2:])[1:-1]:
        head, _, text = piece.partition("\r\n\r\n")
        told[head.split(": ")[1].split(";")[0].strip()] = text[:-2].replace("\r\n", "\n")
    for kind in sorted(set(parts) | set(told)):
        a, b = parts.get(kind), told.get(kind)
        if is_default and kind == "text/html" and a and b:
            shown_a, shown_b = Shown(a), Shown(b)
            if shown_a.words != shown_b.words or shown_a.links != shown_b.links:
                out.append(f"mail: real {shown_a.words} {shown_a.links}, said {shown_b.words} {shown_b.links}")
        elif a != b:
            out.append(f"{kind}: real {a!r}, said {b!r}")
    return out


def compare(receiver, payloads, web, mail):
    """The number of requests, and where they differ."""
    name = receiver["name"]
    kind, number = name.split("-")
    said = [request for payload in payloads for request in payload.get("requests", [])]
    errors = [payload["error"] for payload in payloads if "error" in payload]
    if kind == "email":
        real = mail.of(name)
        if len(real) != len(said):
            return len(real), [f"{len(real)} mails, {len(said)} said {errors}"]
        return len(real), [f"mail {i}: {each}" for i, pair in enumerate(zip(real, said)) for each in compare_mail(*pair, number == "0")]
    real = web.of(name)
    if kind == "wechat":  # the token is good for hours
        said = [s for i, s in enumerate(said) if s["method"] != "GET" or i == 0]
    if len(real) != len(said):
        return len(real), [f"{[(r['method'], r['path']) for r in real]}, said {[(s['method'], s['url']) for s in said]} {errors}"]
    return len(real), [f"request {i}: {each}" for i, pair in enumerate(zip(real, said)) for each in compare_request(*pair)]


def run(program, version, alertmanager, options, base):
    draw = random.Random(f"{options.seed} {version}")
    web, mail = Web(), Mail()
    web.failures = {}
    configuration = payload_worlds.configuration(version, draw, options.rounds, web, mail)
    pushes = payload_worlds.pushes()
    folder = base / version
    folder.mkdir(parents=True)
    # Debian's program takes its default templates from a fixed place, where those of another version may lie.
    own = pathlib.Path(alertmanager).resolve().parent.parent / "share/prometheus/alertmanager"
    real = {**configuration, "templates": [str(own / "*.tmpl")]}
    world = {"configuration": real, "flags": {"web.external-url": "http://am.example:9093/x", "web.route-prefix": "/"},
             "failures": [], "silences": [], "reloads": [], "pushes": pushes, "seconds": 13}
    instance = Instance(alertmanager, version, world, folder, web)
    try:
        instance.run()
    finally:
        instance.stop()
        web.close()
        mail.close()
    told = predicted(program, version, configuration, pushes, instance.start, folder)
    wrong = total = 0
    for receiver in configuration["receivers"]:
        payloads = [n["payload"] for n in told if n["receiver"] == receiver["name"]]
        count, problems = compare(receiver, payloads, web, mail)
        total += count
        if problems or count == 0:
            wrong += 1
            print(f"DIFFERS {version} {receiver['name']}: {problems[:options.most] or 'nothing came'}")
    print(f"{version}: {len(configuration['receivers'])} receivers, {total} requests, {wrong} receivers differ")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--version", default="")
    parser.add_argument("--most", type=int, default=3, help="differences to show of a receiver")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    found = {version: path for version, path in programs().items() if options.version in ("", version)}
    if not found:
        print("no Alertmanager of 0.33 or 0.25 here: nothing compared")
        return 1 if os.environ.get("FIREDRILL_REQUIRE_ORACLES") else 77
    base = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="firedrill-payloads-"))
    wrong = [run(options.program, version, path, options, base) for version, path in sorted(found.items())]
    return 1 if any(wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
