#!/usr/bin/env python3
"""`firedrill query --json` against a real Prometheus that has loaded the same record: the same bytes from
/api/v1/query and /api/v1/query_range, but for the order of an instant vector, which Prometheus leaves open, and the
last digits of sums over series, whose order it leaves open too.

    api.py PROGRAM

Prometheus listens on a free port of the loopback interface for as long as the test lasts. Without it nothing is
compared, which is said; with FIREDRILL_REQUIRE_ORACLES that is a failure."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import oracles

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = "scenarios/checkout-database-outage"

# (arguments of `firedrill query`, parameters of the API). At these times no series has ended less than five minutes
# before: stale markers cannot be loaded.
AT = "2026-03-03T14:08:20Z"
RANGE = ("2026-03-03T14:00:00Z", "2026-03-03T14:09:00Z", "45s")
INSTANT = [
    "up",
    "up == 2",
    "42",
    "1e300 * 1e10",
    "-1e-7",
    "1e21",
    "123456789012345680000",
    "vector(1e21)",
    "vector(-1.5e-7)",
    "vector(999999999999999868928)",
    "0 / 0",
    "-1 / 0",
    '"a text with \\"quotes\\", <tags> & ümlauts\\n"',
    "time()",
    "vector(0.1) + 0.2",
    "sort_desc(active_connections)",
    'http_requests_total{service="web",code="200"}',
    'rate(http_requests_total{service="web",code="200"}[5m])',
    'up{job="web"}[1m]',
    'rate(up[2m:15s])',
    'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket{pod=~"web-.*"}[5m]))',
    'quantile_over_time(1.5, up{job="web"}[5m])',
    "rate(active_connections[5m])",
    'label_replace(up, "x", "é\\u2028<>&", "", "")',
    'topk(1, up{job="web"} * 0)',
    "absent(nothing_of_that_name)",
    "nothing_of_that_name",
    "timestamp(up)",
]
RANGED = [
    "42",
    "up",
    "nothing_of_that_name",
    'http_requests_total{service="web"}',
    'rate(http_requests_total{service="web",code="200"}[2m])',
    'sum by (job) (up)',
    'max_over_time(active_connections{pod=~"web-.*"}[1m:5s])',
    "time()",
    'up{job="web"}[1m]',
    '"text"',
]
WRONG = ["up{", "sum(up", "up[5m", "foo bar", "rate(up)", "up + on(job) ", "1 == 1", "sum by (job", "unknown_function(up)",
         "up offset", "{}", "up[5m:", "up @", "up[5m] offset 1h offset 1h", "up{a=}", "up{a}", "é", "up +\n  é", "sum()",
         'up{job=~"[a"}', 'up{job=~"a{3,1}"}', 'up{job=~"*"}', 'up{job=~"a)"}', 'up{job=~"a\\\\q"}', 'up{job=~"(?z)"}', "up{job=~\"(\"}", "up and 1", "-\"a\"", "count_values(up)", "up[5m] + 1", ""]

# 2.42 shows in an error of a regular expression what it has put around it.
ONLY_3 = {'up{job=~"("}', 'up{job=~"[a"}', 'up{job=~"a)"}'}


class Prometheus:
    def __init__(self, program, data, folder):
        config = folder / "prometheus.yml"
        config.write_text("global: {}\n")
        self.log = folder / "prometheus.log"
        self.process = subprocess.Popen(
            [program, f"--config.file={config}", f"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y",
             "--web.listen-address=127.0.0.1:0", "--log.level=info"], stdout=self.log.open("w"), stderr=subprocess.STDOUT)
        try:
            self.port = self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self):
        for _ in range(300):
            time.sleep(0.1)
            said = self.log.read_text()
            port = re.search(r'Listening on"?[^\n]* address=127\.0\.0\.1:(\d+)', said)
            if port and "ready to receive" in said:
                return int(port[1])
            if self.process.poll() is not None:
                break
        raise RuntimeError("prometheus did not start: " + said[-2000:])

    def get(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?" + urllib.parse.urlencode(parameters)
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def in_order(text):
    """An answer in which the samples of a vector stand in the order of their labels."""
    answer = json.loads(text)
    if answer.get("data", {}).get("resultType") == "vector":
        answer["data"]["result"].sort(key=lambda each: sorted(each["metric"].items()))
    return answer


def unescaped(text):
    """Go escapes <, > and & in strings of which JSON does not demand it."""
    return text.replace("\\u003c", "<").replace("\\u003e", ">").replace("\\u0026", "&").replace("\\u2028", "\u2028")


def differs(ours, theirs, ordered):
    if ordered:
        return unescaped(ours) != unescaped(theirs)
    return in_order(ours) != in_order(theirs) or len(unescaped(ours)) != len(unescaped(theirs))


def load(program, promtool, folder):
    record, text, data = folder / "record", folder / "samples.om", folder / "data"
    subprocess.run([program, "run", SCENARIO, "--keep", "all", "--out", record], cwd=ROOT, capture_output=True, check=False)
    subprocess.run([program, "export", record, "openmetrics", "--out", text], cwd=ROOT, capture_output=True, check=True)
    subprocess.run([promtool, "tsdb", "create-blocks-from", "openmetrics", text, data], capture_output=True, check=True)
    return record, data


def compare(program, record, server, major):
    wrong = count = 0

    def one(theirs, ordered, *arguments):
        nonlocal wrong, count
        done = subprocess.run([program, "query", record, "--json", "--promql-version", major, *arguments[1:], "--", arguments[0]],
                              capture_output=True, text=True, check=False)
        count += 1
        if differs(done.stdout.rstrip("\n"), theirs, ordered):
            wrong += 1
            print(f"{arguments}\n  firedrill  {done.stdout.strip()[:600]}\n  prometheus {theirs[:600]}")

    for query in INSTANT:
        ordered = query.startswith("sort")
        one(server.get("query", query=query, time=AT), ordered, query, "--at", AT)
    for query in RANGED:
        start, end, step = RANGE
        one(server.get("query_range", query=query, start=start, end=end, step=step), True, query, "--range", *RANGE)
    for query in WRONG:
        if major == "2" and query in ONLY_3:
            continue
        one(server.get("query", query=query, time=AT), True, query, "--at", AT)
    return count, wrong


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    servers, promtools = oracles.find("prometheus"), oracles.find("promtool")
    failed = False
    for version in oracles.VERSIONS:
        if version not in servers or "3.5" not in promtools:
            continue
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            record, data = load(program, promtools["3.5"], folder)
            server = Prometheus(servers[version], data, folder)
            try:
                count, wrong = compare(program, record, server, oracles.VERSIONS[version])
            finally:
                server.stop()
        print(f"prometheus {version}: {count} answers compared, {wrong} differ")
        failed = failed or wrong > 0
    if "3.5" not in servers:
        print("not there to compare with: prometheus 3.5")
        return 1 if oracles.required() else 77
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
