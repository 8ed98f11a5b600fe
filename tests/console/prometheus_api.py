#!/usr/bin/env python3
"""Prometheus's API of a drill against a real Prometheus 3.5 that has loaded the same samples: the same statuses and the
same JSON, but for the order of an instant vector and the last digits of sums over series, which Prometheus leaves open,
and for figures of time and versions. And promtool's query commands, which must print the same of both.

    prometheus_api.py PROGRAM

Both listen on the loopback interface for as long as the test lasts. Without the oracle nothing is compared, which is
said; with FIREDRILL_REQUIRE_ORACLES that is a failure."""

import json
import math
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "export"))
import api as export_api
import drills
import oracles

QUERIES = [
    "up", "42", "-1 / 0", "0 / 0", "vector(1e21)", '"text with \\"quotes\\" <b>"', "time()", "count(up)", "sum by (job) (up)",
    "absent(nothing)", "nothing", "up[1m]", "sort_desc(sum by (job) (up))",
    "sum by (service) (rate(http_requests_total[5m]))", "max_over_time(up[10m:30s])", "timestamp(up)",
    "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
    "rate(up[5m])", "up offset 5m", "up @ end()", 'label_replace(up, "x", "$1", "job", "(.).*")', "up and on (job) up",
    'count_values("v", up)', "avg(up) by (job) * 100", "quantile(2, up)",
]
# (path, parameters), which are the same of both.
REQUESTS = [
    ("query", {}), ("query", {"query": "up{"}), ("query", {"query": "up", "time": "x"}), ("query", {"query": "1", "time": "1e9"}),
    ("query", {"query": "1", "time": "2026-03-10T14:00:00.5+01:00"}), ("query", {"query": "1", "time": "-5"}),
    ("query", {"query": "up", "timeout": "x"}), ("query", {"query": "up", "timeout": "1e30"}), ("query", {"query": "1", "timeout": "2m"}),
    ("query", {"query": "1", "timeout": "5"}), ("query", {"query": "up", "limit": "x"}), ("query", {"query": "up", "limit": "-1"}),
    ("query", {"query": "up", "limit": "99999999999999999999"}), ("query", {"query": "up", "lookback_delta": "x"}),
    ("query", {"query": "count(up)", "lookback_delta": "1s"}), ("query", {"query": "rate(up)"}), ("query", {"query": "foo bar"}),
    ("query", {"query": "up * on() up"}), ("query", {"query": "up", "limit": "x", "time": "x"}),
    ("query_range", {}), ("query_range", {"query": "up", "start": "1", "end": "x", "step": "1"}),
    ("query_range", {"query": "up", "start": "2", "end": "1", "step": "1"}),
    ("query_range", {"query": "up", "start": "1", "end": "2", "step": "0"}),
    ("query_range", {"query": "up", "start": "1", "end": "2", "step": "-1"}),
    ("query_range", {"query": "up", "start": "1", "end": "2", "step": "x"}),
    ("query_range", {"query": "up", "start": "0", "end": "11000", "step": "1"}),
    ("query_range", {"query": "up", "start": "0", "end": "11001", "step": "1"}),
    ("query_range", {"query": "up[5m]", "start": "1", "end": "2", "step": "1"}),
    ("query_range", {"query": '"text"', "start": "1", "end": "2", "step": "1"}),
    ("query_range", {"query": "1", "start": "1", "end": "2", "step": "1", "limit": "1"}),
    ("series", {}), ("series", {"match[]": "up"}), ("series", {"match[]": ["up", 'up{job=~".+"}']}), ("series", {"match[]": "up[5m]"}),
    ("series", {"match[]": ""}), ("series", {"match[]": "{}"}), ("series", {"match[]": "up{"}), ("series", {"match[]": "up", "start": "1", "end": "2"}),
    ("series", {"match[]": "up", "start": "5", "end": "2"}), ("series", {"match[]": "up", "start": "x"}), ("series", {"match[]": "up", "limit": "x"}),
    ("labels", {}), ("labels", {"match[]": "up"}), ("labels", {"match[]": "nothing"}), ("labels", {"match[]": "{}"}), ("labels", {"match[]": "up{"}),
    ("labels", {"limit": "2"}), ("labels", {"limit": "x"}), ("labels", {"start": "1", "end": "2"}), ("labels", {"end": "x"}),
    ("label/job/values", {}), ("label/job/values", {"limit": "1"}), ("label/job/values", {"match[]": "nothing"}), ("label/nothing/values", {}),
    ("label/a-b/values", {}), ("label/U__job/values", {}), ("label/%ff/values", {}), ("label/__name__/values", {"match[]": "up"}),
    ("label/job/values", {"match[]": '{__name__=~".*"}'}),
    ("metadata", {"limit": "x"}), ("metadata", {"limit": "0"}), ("metadata", {"limit_per_metric": "x"}), ("metadata", {"metric": "no_such"}),
    ("rules", {"type": "x"}), ("rules", {"exclude_alerts": "x"}), ("rules", {"file[]": "x"}), ("rules", {"group_limit": "0"}),
    ("rules", {"group_limit": "x"}), ("rules", {"group_next_token": "x"}), ("rules", {"match[]": "x{"}),
    ("targets", {"state": "x"}), ("nothing", {}), ("query/more", {}),
]


class Real(export_api.Prometheus):
    """The server of the export's test, asked for statuses too."""

    def ask(self, method, path, parameters, body=None):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}"
        if parameters:
            url += "?" + urllib.parse.urlencode(parameters, doseq=True)
        request = urllib.request.Request(url, data=body.encode() if body else None, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def in_order(answer):
    data = answer.get("data") if isinstance(answer, dict) else None
    if isinstance(data, dict) and data.get("resultType") == "vector":
        data["result"].sort(key=lambda each: sorted(each["metric"].items()))
    return answer


def alike(ours, theirs):
    """The same value, sums of floats to their last digits."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(alike(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(alike, ours, theirs))
    if ours == theirs:
        return True
    try:
        return math.isclose(float(ours), float(theirs), rel_tol=1e-12)
    except (TypeError, ValueError):
        return False


def load(drill, folder, promtool):
    """All samples of the drill so far as blocks of Prometheus's."""
    data = drill.agent.get("/api/v1/query", query='{__name__=~".+"}[100d]').json()["data"]["result"]
    data.sort(key=lambda each: sorted(each["metric"].items()))
    by_name = {}
    for series in data:
        by_name.setdefault(series["metric"]["__name__"], []).append(series)
    with open(folder / "samples.om", "w", encoding="utf-8") as out:
        for name, all_series in by_name.items():
            for series in all_series:
                labels = ",".join(f"{key}={json.dumps(value, ensure_ascii=False)}"
                                  for key, value in series["metric"].items() if key != "__name__")
                for at, value in series["values"]:
                    out.write(f"{name}{{{labels}}} {value} {at}\n")
        out.write("# EOF\n")
    subprocess.run([promtool, "tsdb", "create-blocks-from", "openmetrics", folder / "samples.om", folder / "data"],
                   capture_output=True, check=True)
    return sum(len(series["values"]) for series in data)


class Comparison:
    def __init__(self, drill, real, now):
        self.drill, self.real, self.now = drill, real, now
        self.count = self.wrong = 0

    def one(self, path, parameters, method="GET", body=None):
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        ours = self.drill.agent.ask(method, "/api/v1/" + path, body, headers, **parameters)
        status, theirs = self.real.ask(method, path, parameters, body)
        self.count += 1
        if ours.status == status and alike(in_order(parsed(ours.text)), in_order(parsed(theirs))):
            return
        self.wrong += 1
        print(f"{method} {path} {parameters} {body or ''}\n  firedrill  {ours.status} {ours.text[:500]}\n"
              f"  prometheus {status} {theirs[:500]}")

    def all(self):
        for query in QUERIES:
            self.one("query", {"query": query, "time": self.now})
            self.one("query_range", {"query": query, "start": self.now - 900, "end": self.now, "step": "45s"})
        for path, parameters in REQUESTS:
            if path == "query" and "query" in parameters:
                parameters = {"time": self.now, **parameters}
            self.one(path, parameters)
        for method, path in [("DELETE", "query"), ("DELETE", "series"), ("PUT", "labels"), ("POST", "label/job/values"), ("OPTIONS", "query"),
                             ("POST", "rules"), ("POST", "series"), ("POST", "query")]:
            self.one(path, {}, method)
        self.one("query", {"query": "7"}, "POST", f"query=up%7Bjob%21%3D%22x%22%7D&time={self.now}")
        self.one("query", {"time": self.now}, "POST", "query=%zz")
        self.one("series", {}, "POST", "match%5B%5D=up&limit=1000")
        self.one("labels", {}, "POST", "match%5B%5D=up")

    def promtool(self, promtool, folder):
        """What promtool prints of both."""
        config = folder / "http.yml"
        config.write_text(json.dumps({"authorization": {"credentials": self.drill.agent.token}}))
        for word in (["instant", f"--time={self.now}"], ["range", f"--start={self.now - 600}", f"--end={self.now}", "--step=1m"],
                     ["series", "--match=up"], ["labels"]):
            argument = {"series": [], "labels": ["job"]}.get(word[0], ["sum by (job) (up)"])
            said = []
            for url, extra in ((self.drill.agent.url, [f"--http.config.file={config}"]),
                               (f"http://127.0.0.1:{self.real.port}", [])):
                done = subprocess.run([promtool, "query", word[0], *extra, *word[1:], url, *argument], capture_output=True,
                                      text=True, check=False, timeout=60)
                said.append((done.returncode, sorted(done.stdout.splitlines()), done.stderr))
            self.count += 1
            if said[0] != said[1]:
                self.wrong += 1
                print(f"promtool query {word[0]}\n  firedrill  {said[0]}\n  prometheus {said[1]}")


def keys(value):
    """The names of a value's fields; of a list those of its first entry."""
    if isinstance(value, list):
        return keys(value[0]) if value else []
    return sorted(value) if isinstance(value, dict) else type(value).__name__


class WithRules(Real):
    """A server with a firing alert, a recording rule and a target that does not answer."""

    def __init__(self, program, folder):
        folder.mkdir()
        (folder / "rules.yml").write_text(json.dumps({"groups": [{"name": "g", "interval": "1s", "rules": [
            {"record": "one", "expr": "vector(1)", "labels": {"a": "b"}},
            {"alert": "A", "expr": "vector(1)", "labels": {"severity": "page"}, "annotations": {"summary": "s"}}]}]}))
        (folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s"}, "rule_files": [str(folder / "rules.yml")],
            "scrape_configs": [{"job_name": "down", "static_configs": [{"targets": ["127.0.0.1:1"]}]}]}))
        self.log = folder / "prometheus.log"
        self.process = subprocess.Popen(
            [program, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
             "--web.listen-address=127.0.0.1:0", "--log.level=info"], stdout=self.log.open("w"), stderr=subprocess.STDOUT)
        try:
            self.port = self.wait()
            for _ in range(100):
                if "firing" in self.ask("GET", "alerts", {})[1] and "scrapePool" in self.ask("GET", "targets", {})[1]:
                    break
                time.sleep(0.1)
        except BaseException:
            self.stop()
            raise


def rule_of(groups, kind):
    return next(rule for group in groups for rule in group["rules"] if rule["type"] == kind and rule.get("alerts") != [])


def compare_fields(drill, real):
    """What has other values in every server: rules, alerts, targets, versions. Their fields are the same."""
    wrong = []
    for path in ("alerts", "targets", "status/buildinfo", "rules"):
        ours = drill.agent.get("/api/v1/" + path).json()["data"]
        theirs = json.loads(real.ask("GET", path, {})[1])["data"]
        pairs = [(path, ours, theirs)]
        if path == "alerts":
            pairs.append(("alert", ours["alerts"], theirs["alerts"]))
        if path == "targets":
            pairs.append(("target", ours["activeTargets"], theirs["activeTargets"]))
        if path == "rules":
            pairs.append(("group", ours["groups"], theirs["groups"]))
            kinds = {rule["type"] for group in ours["groups"] for rule in group["rules"]}
            for kind in kinds:
                pairs.append((kind, rule_of(ours["groups"], kind), rule_of(theirs["groups"], kind)))
        for what, our, their in pairs:
            our_keys, their_keys = keys(our), keys(their)
            # A recording rule without labels has none.
            if our_keys != their_keys and set(their_keys) - set(our_keys) != {"labels"}:
                wrong.append(what)
                print(f"{what}\n  firedrill  {our_keys}\n  prometheus {their_keys}")
    return wrong


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    servers, promtools = oracles.find("prometheus"), oracles.find("promtool")
    if "3.5" not in servers or "3.5" not in promtools:
        print("not there to compare with: prometheus 3.5")
        return 1 if oracles.required() else 77
    with tempfile.TemporaryDirectory() as temporary, drills.Drill(program) as drill:
        folder = pathlib.Path(temporary)
        drill.agent.command("wait 20m")
        at = drill.agent.get("/api/v1/query", query="time()").json()["data"]["result"]
        samples = load(drill, folder, promtools["3.5"])
        real = Real(servers["3.5"], folder / "data", folder)
        try:
            comparison = Comparison(drill, real, int(float(at[1])))
            comparison.all()
            comparison.promtool(promtools["3.5"], folder)
        finally:
            real.stop()
        print(f"prometheus 3.5: {samples} samples, {comparison.count} answers compared, {comparison.wrong} differ")
        # Until something fires.
        for _ in range(30):
            if drill.agent.get("/api/v1/alerts").json()["data"]["alerts"]:
                break
            drill.agent.command("next 30m")
        real = WithRules(servers["3.5"], folder / "shapes")
        try:
            wrong = compare_fields(drill, real)
        finally:
            real.stop()
    return 1 if comparison.wrong or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
