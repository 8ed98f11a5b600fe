#!/usr/bin/env python3
"""`firedrill serve` for real: what its processes answer and expose, how they drain, come back and end, and that nothing is
left of them, however it ends. On the loopback interface alone; ends only processes that it started itself.

Usage: serve.py PROGRAM"""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

TOPOLOGY = """
services:
  web:
    replicas: 2
    port: 8080
    zones: [a, b]
    labels: {team: shop}
    startup: 100ms
    latency: 20ms
    cpu_per_request: 0s
    terminationGracePeriodSeconds: 8
    routes:
      - {method: GET, path: /, share: 50%, calls: [{dependency: db, path: query}]}
      - {method: GET, path: /slow, share: 50%, latency: 1500ms}
    dependencies:
      db: {pool: {size: 8}, request_timeout: 1s}
    readinessProbe: {httpGet: {path: /health/ready, port: 8080}, periodSeconds: 1, failureThreshold: 1}
    readiness_checks: [db]
  db:
    startup: 100ms
    latency: 5ms
    cpu_per_request: 0s
    routes:
      - {method: SQL, path: query}
  bank:
    external: true
    startup: 0s
    latency: 1ms
"""

HOOKS = """
services:
  web:
    startup: 100ms
    terminationGracePeriodSeconds: 10
    lifecycle: {preStop: {sleep: {seconds: 4}}}
    startupProbe: {httpGet: {path: /health/startup, port: 8080}, periodSeconds: 1, failureThreshold: 30}
    livenessProbe: {httpGet: {path: /health/live, port: 8080}, periodSeconds: 1, failureThreshold: 1}
"""

failures = []


def check(what, condition, found=""):
    if not condition:
        failures.append(what)
        print(f"FAIL {what}: {found}")


def get(address, path="/", method="GET", timeout=15):
    """(status, body, seconds); the status is 0 where there is no answer."""
    request = urllib.request.Request(f"http://{address}{path}", method=method, data=b"" if method == "POST" else None)
    began = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode(), time.monotonic() - began
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), time.monotonic() - began
    except OSError as error:
        return 0, str(error), time.monotonic() - began


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def lives(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
        try:
            for child in map(int, (task / "children").read_text().split()):
                if b"--as-service" in pathlib.Path(f"/proc/{child}/cmdline").read_bytes():  # not the supervisor
                    found.append(child)
        except OSError:
            pass
    return found


class Serving:
    """A running `serve`, and what it said."""

    def __init__(self, program, folder, *arguments, topology="shop.yaml"):
        self.run = subprocess.Popen([program, "serve", topology, "--json", *arguments], cwd=folder, text=True,
                                    stdout=subprocess.PIPE, stderr=(folder / "said").open("w"))
        self.folder = folder

    def comes_up(self, seconds=60):
        text = ""
        watchdog = threading.Timer(seconds, self.run.kill)
        watchdog.start()
        for line in self.run.stdout:
            text += line
            if line == "}\n":
                break
        watchdog.cancel()
        if not text:
            self.run.wait(10)
            raise SystemExit(f"FAIL it did not come up: {self.said()}")
        self.told = json.loads(text)
        return self.told

    def said(self):
        return (self.folder / "said").read_text()

    def address(self, pod):
        return next(each["address"] for each in self.told["replicas"] if each["pod"] == pod)

    def replicas(self):
        return json.loads(get(self.told["page"][7:-1], "/replicas.json")[1])

    def replica(self, pod):
        return next(each for each in self.replicas() if each["pod"] == pod)

    def end(self, number=signal.SIGINT, seconds=30):
        if self.run.poll() is None:
            self.run.send_signal(number)
        try:
            return self.run.wait(seconds)
        except subprocess.TimeoutExpired:
            self.run.kill()
            self.run.wait()
            return None


def listening():
    """Addresses on which this machine listens, as the kernel writes them."""
    rows = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:] + pathlib.Path("/proc/net/tcp6").read_text().splitlines()[1:]
    return [row.split()[1] for row in rows if row.split()[3] == "0A"]


def routes(serving):
    web, db = serving.address("web-0"), serving.address("db-0")
    check("both replicas become ready", until(lambda: all(serving.replica(f"web-{i}")["ready"] for i in (0, 1))),
          serving.replicas())
    times = sorted(get(web)[2] for _ in range(20))
    status, body, _ = get(web)
    check("a route is answered", status == 200 and json.loads(body)["pod"] == "web-0", (status, body))
    # Twenty milliseconds of its own, five of the call's.
    check("it takes its time", 0.025 <= times[10] <= 0.2, times)
    check("there are no others", get(web, "/nowhere")[0] == 404)
    check("methods of no HTTP", get(db, "/query", "POST")[0] == 200)
    check("an external service is there, too", get(serving.address("bank-0"))[0] == 200)
    check("alive", get(web, "/health/live")[1] == '{"status":"alive"}\n')
    check("started", get(web, "/health/startup")[1] == '{"status":"started"}\n')
    check("ready", get(web, "/health/ready")[:2] == (200, '{"status":"ready","checks":{"db":true}}\n'),
          get(web, "/health/ready"))


def metrics(serving):
    status, text, _ = get(serving.address("web-0"), "/metrics")
    check("metrics", status == 200, status)
    series = dict(line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")
    check("requests are counted", float(series.get('http_requests_total{code="200",method="GET",route="/"}', 0)) == 21, text)
    check("and calls", float(series.get('dependency_requests_total{dependency="db",outcome="success"}', 0)) == 21, text)
    check("and timed", float(series.get('http_request_duration_seconds_count{method="GET",route="/"}', 0)) == 21, text)
    mean = float(series.get('http_request_duration_seconds_sum{method="GET",route="/"}', 0)) / 21
    check("rightly", 0.025 <= mean <= 0.2, mean)
    check("probes are not counted", "/health" not in text)
    check("the machine's own", float(series.get("process_cpu_seconds_total", 0)) > 0)
    promtool = shutil.which("promtool")
    if promtool is None:
        return print("skip promtool: it is not installed")
    run = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True)
    check("promtool reads them", run.returncode in (0, 3), run.stderr)  # 3: it would name them otherwise
    run = subprocess.run([promtool, "check", "config", "scrape.yml"], cwd=serving.folder, capture_output=True, text=True)
    check("promtool reads the configuration", run.returncode == 0, run.stdout + run.stderr)


def configuration(serving):
    text = (serving.folder / "scrape.yml").read_text()
    check("it is the one told", text == serving.told["scrape_config"])
    for line in ("job_name: web", "instance: web-0:8080", "instance: web-1:8080", "team: shop", "pod: web-1", "service: web",
                 "namespace: default", "job_name: db", serving.address("db-0")):
        check(f"it has {line}", line in text.replace("'", ""), text)
    check("it has no external service", "bank" not in text, text)


def page(serving):
    address = serving.told["page"][7:-1]
    status, text, _ = get(address)
    check("the page", status == 200 and "web-1" in text and serving.address("web-1") in text, (status, text))
    check("nothing can be changed there", get(address, "/", "POST")[0] in (405, 413))


def loopback_only(serving):
    ports = {int(each["address"].split(":")[1]) for each in serving.told["replicas"]}
    ports.add(int(serving.told["page"].split(":")[2].strip("/")))
    found = [address for address in listening() if int(address.split(":")[1], 16) in ports]
    check("all listen", len(found) == len(ports), found)
    check("on loopback alone", all(address.startswith("0100007F:") for address in found), found)


def drains(serving):
    """A replica that is asked to end finishes what it works on, and comes back at its address."""
    address, before = serving.address("web-0"), serving.replica("web-0")
    answers = []
    slow = threading.Thread(target=lambda: answers.append(get(address, "/slow")))
    slow.start()
    time.sleep(0.3)
    os.kill(before["pid"], signal.SIGTERM)
    time.sleep(0.2)
    status, body, _ = get(address, "/health/ready")
    check("one that drains is not ready", status == 503 and '"status":"not_ready"' in body, (status, body))
    check("and serves on", get(address)[0] == 200)
    slow.join()
    check("the request is finished", answers[0][0] == 200, answers)
    check("it ends", until(lambda: not lives(before["pid"]), 10))
    check("and comes back", until(lambda: serving.replica("web-0")["state"] == "serving"), serving.replica("web-0"))
    after = serving.replica("web-0")
    check("as another process", after["pid"] != before["pid"] and after["restarts"] == 1, after)
    check("at the same address", after["address"] == address and get(address)[0] == 200, after)


def dies(serving):
    """A dependency that is killed: callers fail at once, are unready, and recover."""
    before = serving.replica("db-0")
    os.kill(before["pid"], signal.SIGKILL)
    status = get(serving.address("web-1"))[0]
    check("callers say so", status in (200, 503), status)  # it may be back already
    check("it comes back", until(lambda: serving.replica("db-0")["state"] == "serving"), serving.replica("db-0"))
    check("and is called again", until(lambda: get(serving.address("web-1"))[0] == 200))
    check("what happened is told", "db-0 has ended: signal 9 ended it" in serving.said(), serving.said())
    os.kill(serving.replica("db-0")["pid"], signal.SIGKILL)  # the back-off of the second time is ten seconds
    check("without it", until(lambda: get(serving.address("web-1"))[0] == 503, 5))
    check("callers are not ready", until(lambda: not serving.replica("web-1")["ready"], 5), serving.replica("web-1"))
    check("and say why", '"db":false' in serving.replica("web-1")["detail"], serving.replica("web-1"))


def whole(program, folder):
    serving = Serving(program, folder, "--scrape-config", "scrape.yml", "--seed", "3")
    serving.comes_up()
    pids = [each["pid"] for each in serving.told["replicas"]]
    check("a process each", len(set(pids)) == 4 and all(map(lives, pids)), pids)
    for part in (routes, metrics, configuration, page, loopback_only, drains, dies):
        part(serving)
    pids = [each["pid"] for each in serving.replicas() if each["pid"]]
    check("Ctrl-C ends it", serving.end() == 130, serving.said())
    check("and all of it", not any(map(lives, pids)), pids)


def hooks(program, folder):
    """What a probe ends serves on while its preStop hook lasts, and is no longer one of those that are ready."""
    (folder / "hooks.yaml").write_text(HOOKS)
    serving = Serving(program, folder, topology="hooks.yaml")
    serving.comes_up()
    check("its startup probe finds it", until(lambda: serving.replica("web-0")["ready"], 30), serving.replica("web-0"))
    address, before = serving.address("web-0"), serving.replica("web-0")
    os.kill(before["pid"], signal.SIGSTOP)
    check("its probe ends it", until(lambda: serving.replica("web-0")["state"] == "draining", 10), serving.replica("web-0"))
    os.kill(before["pid"], signal.SIGCONT)
    began = time.monotonic()
    check("in its hook it is not asked to end", until(lambda: get(address, "/health/ready")[0] == 200, 1), get(address, "/health/ready"))
    check("and is not ready for others", not serving.replica("web-0")["ready"], serving.replica("web-0"))
    check("behind it it ends", until(lambda: not lives(before["pid"]), 12))
    took = time.monotonic() - began
    check("in its time", 2 <= took, took)
    check("and comes back", until(lambda: serving.replica("web-0")["state"] == "serving"), serving.replica("web-0"))
    began = time.monotonic()
    check("Ctrl-C ends it", serving.end() == 130, serving.said())
    check("without the hook", time.monotonic() - began < 4, time.monotonic() - began)


def killed(program, folder):
    """Nobody is left to tell the processes anything."""
    serving = Serving(program, folder)
    pids = [each["pid"] for each in serving.comes_up()["replicas"]]
    serving.run.kill()
    serving.run.wait()
    check("none outlives it", until(lambda: not any(map(lives, pids)), 5), [pid for pid in pids if lives(pid)])


def ports_in_a_row(number):
    """A port from which on `number` are free. Below those that the system gives to clients: one of theirs may come any time."""
    for first in range(20000, 32000, number):
        try:
            for port in range(first, first + number):
                with socket.socket() as tried:
                    tried.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise SystemExit("FAIL no free ports in a row")


def port_taken(program, folder):
    before = ports_in_a_row(8)
    with socket.socket() as taken:
        port = before + 1
        taken.bind(("127.0.0.1", port))
        taken.listen()
        for first in (port, before):
            serving = Serving(program, folder, "--port", str(first))
            code = serving.run.wait(60)
            check("a port that is taken", code == 3, code)
            check("is named", f"port {port} is taken by another program" in serving.said(), serving.said())


def dies_at_start(program, folder):
    (folder / "slow.yaml").write_text("services: {web: {startup: 20s, replicas: 3}}\n")
    serving = Serving(program, folder, topology="slow.yaml")
    check("processes are started", until(lambda: len(children(serving.run.pid)) == 3, 20))
    pids = children(serving.run.pid)
    os.kill(pids[0], signal.SIGKILL)
    try:
        code = serving.run.wait(20)
    except subprocess.TimeoutExpired:
        code = serving.end(signal.SIGKILL)
    check("one that dies at its start", code == 3, (code, serving.said()))
    check("is named", re.search(r"web-\d did not come up: signal 9 ended it", serving.said()), serving.said())
    check("the others are ended", not any(map(lives, pids)), pids)


def no_service(program, folder):
    run = subprocess.run([program, "--as-service", "x"], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    check("a service by hand", run.returncode == 2 and "for processes that firedrill starts" in run.stderr, run.stderr)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "shop.yaml").write_text(TOPOLOGY)
        for part in (whole, hooks, killed, port_taken, dies_at_start, no_service):
            began = time.monotonic()
            part(program, folder)
            print(f"{part.__name__}: {time.monotonic() - began:.1f} s")
    print(f"{len(failures)} failures" if failures else "services as processes hold what they promise")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
