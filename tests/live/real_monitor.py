#!/usr/bin/env python3
"""`firedrill run --world live --monitor prometheus`: the real programs beside real processes. What they find is what the
embedded monitor finds beside them; receivers are sent what the real services would be; what is refused, and what is
left of a run that ends early. On the loopback interface alone; ends only processes that it started itself.

Usage: real_monitor.py PROGRAM [--all [PART...]]
Skips where no Prometheus is installed (FIREDRILL_ORACLE, or on PATH)."""

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
import urllib.error
import urllib.request

import deployments
import drill
import history
import run as plain

ORACLE = pathlib.Path(os.environ.get("FIREDRILL_ORACLE", pathlib.Path.home() / ".cache/firedrill-oracle"))

RULES = """
groups:
  - name: web
    rules:
      - record: service:http_errors:ratio
        expr: |
          sum by (service) (rate(http_requests_total{service="web",code=~"5.."}[8s]))
            / sum by (service) (rate(http_requests_total{service="web"}[8s]))
      - alert: WebErrors
        expr: service:http_errors:ratio > 0.2
        for: 2s
        labels: {severity: critical}
        annotations: {summary: 'errors at {{ $value | humanizePercentage }}'}
      - {alert: WebSlowOrWorse, expr: service:http_errors:ratio > 0.1, labels: {severity: warning}}
      - {alert: Down, expr: up == 0, for: 1s, labels: {severity: warning}}
"""

ALERTMANAGER = """
global: {slack_api_url: 'https://hooks.slack.example/services/a/b/c', resolve_timeout: 5m}
route:
  receiver: team
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
  routes: [{matchers: [severity="critical"], receiver: pager}]
inhibit_rules: [{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [service]}]
receivers:
  - name: pager
    pagerduty_configs: [{routing_key: very-secret, description: '{{ template "own" . }}'}]
    webhook_configs: [{url: 'http://hook.example/x', send_resolved: true}]
    email_configs: [{to: a@example.org, from: b@example.org, smarthost: 'mail.example:25'}]
  - name: team
    slack_configs: [{channel: '#team', send_resolved: true}]
templates: ['*.tmpl']
"""

SCENARIO = """
version: 1
name: live
start: 2026-03-02T09:00:00Z
warmup: 10s
duration: DURATION
topology: topology.yaml
prometheus: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, rule_files: [rules.yaml],
             external_labels: {cluster: one}}
alertmanager: {config_file: alertmanager.yml, version: 'VERSION'}
paging: {receivers: [pager]}
faults:
  - {id: refused, kind: connection_refused, target: {service: web, dependency: db}, at: 6s, duration: 12s}
expectations:
  - {id: found, kind: alert_firing, alert: WebErrors, labels: {service: web}, since: injected, within: 15s}
  - {id: told, kind: notified, receiver: pager, alert: WebErrors, since: injected, within: 25s}
"""

# At five times its speed: what is counted, and what reads the clock, is the incident's.
FASTER_RULES = """
groups:
  - name: web
    rules:
      - {record: web:requests:rate, expr: 'sum(rate(http_requests_total{service="web"}[1m]))'}
      - {record: web:requests:count, expr: 'sum(increase(http_requests_total{service="web"}[1m]))'}
      - {record: web:hour, expr: hour()}
      - alert: WebErrors
        expr: |
          sum by (service) (rate(http_requests_total{service="web",code=~"5.."}[1m]))
            / sum by (service) (rate(http_requests_total{service="web"}[1m])) > 0.2
        for: 10s
        labels: {severity: critical}
        annotations: {summary: 'errors at {{ $value | humanizePercentage }}'}
      - {alert: Restarted, expr: 'time() - process_start_time_seconds{service="db"} < 45', labels: {severity: warning}}
      - {alert: Down, expr: up == 0, for: 10s, labels: {severity: warning}}
"""

FASTER_ALERTMANAGER = ALERTMANAGER.replace("group_wait: 1s", "group_wait: 5s").replace(
    "group_interval: 2s", "group_interval: 10s").replace("email_configs: [{", "email_configs: [{send_resolved: true, ")

FASTER = """
version: 1
name: live
start: 2026-03-02T09:00:00Z
warmup: 1m
duration: 4m
topology: topology.yaml
prometheus: {scrape_interval: 5s, scrape_timeout: 5s, evaluation_interval: 5s, rule_files: [rules.yaml]}
alertmanager: {config_file: alertmanager.yml, version: '0.33'}
paging: {receivers: [pager]}
faults:
  - {id: refused, kind: connection_refused, target: {service: web, dependency: db}, at: 30s, duration: 1m}
  - {id: killed, kind: crash, target: {service: db}, at: 150s}
expectations:
  - {id: found, kind: alert_firing, alert: WebErrors, labels: {service: web}, since: injected, within: 60s}
  - {id: told, kind: notified, receiver: pager, alert: WebErrors, since: injected, within: 80s}
"""

check = drill.check


def installed():
    """[(prometheus, alertmanager)] of each pair that is there."""
    pairs = []
    for folder in (ORACLE / "usr/bin", None):
        find = (lambda name: shutil.which(name)) if folder is None else (lambda name: shutil.which(name, path=str(folder)))
        prometheus = find("prometheus")
        alertmanager = find("alertmanager") or find("prometheus-alertmanager")
        if prometheus and alertmanager:
            pairs.append((prometheus, alertmanager))
    return pairs


def write(folder, version="0.33", duration="34s"):
    plain.write(folder, rate=20)
    (folder / "rules.yaml").write_text(RULES)
    (folder / "alertmanager.yml").write_text(ALERTMANAGER)
    (folder / "own.tmpl").write_text('{{ define "own" }}{{ .CommonLabels.alertname }} of {{ .CommonLabels.service }}{{ end }}')
    (folder / "scenario.yaml").write_text(SCENARIO.replace("VERSION", version).replace("DURATION", duration))


def command(program, programs, *arguments):
    return [program, "run", "scenario.yaml", "--out", "out", "--world", "live", "--seed", "7",
            "--prometheus", programs[0], "--alertmanager", programs[1], *arguments]


def listening(pids):
    """The addresses that these processes listen on."""
    inodes = set()
    for pid in pids:
        try:
            for entry in os.listdir(f"/proc/{pid}/fd"):
                target = os.readlink(f"/proc/{pid}/fd/{entry}")
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
        except OSError:
            continue
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (fields[3] == "0A" or table.startswith("udp")):
                found.append(fields[1].split(":")[0])
    return found


def all_descendants(of):
    found, todo = [], [of]
    while todo:
        below = drill.descendants(todo.pop())
        found += below
        todo += below
    return found


def starts(program, programs, folder, *arguments):
    """A run whose faults have begun, what it has said, and its processes."""
    process = subprocess.Popen(command(program, programs, *arguments), cwd=folder, text=True, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(folder)})
    said = []
    for line in process.stderr:
        said.append(line)
        if " scrapes " in line:
            break
    time.sleep(3)
    return process, said, all_descendants(process.pid)


def alike(program, programs, folder):
    """The real programs and the embedded monitor on one live run."""
    said = subprocess.run([programs[1], "--version"], capture_output=True, text=True)
    version = "0.25" if re.search(r"version 0\.2\d\b", said.stdout + said.stderr) else "0.33"
    write(folder, version)
    done = subprocess.run(command(program, programs, "--monitor", "both", "--json"), cwd=folder, text=True,
                          capture_output=True, timeout=200)
    if not (folder / "out/record.json").exists():
        return check("a record", False, f"{done.returncode}: {done.stdout} {done.stderr}")
    check("a drill that passes", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
    compared = json.loads(done.stdout)["monitors"]
    check("no difference between the monitors", not compared["differences"], compared)
    check("steps and notifications that both found", compared["steps"] >= 5 and compared["notifications"] >= 4, compared)
    check("what is recorded in another's place is said", "email are recorded by a webhook" in done.stderr, done.stderr)
    record = json.loads((folder / "out/record.json").read_text())
    check("its monitor", record["monitor"] == "prometheus", record["monitor"])
    check("its versions", re.match(r"\d+\.\d+", record["monitoring"]["prometheus"])
          and re.match(r"0\.\d+", record["alertmanager"]["program"]), record["monitoring"])
    check("its command", "--monitor both" in record["command"] and programs[0] not in record["command"], record["command"])
    alerts = {alert["alert"]: alert for alert in record["alerts"] if alert.get("firing_at")}
    check("its alerts and no other", set(alerts) == {"WebErrors", "WebSlowOrWorse"}, alerts)
    check("labels as they are sent", alerts["WebErrors"]["labels"].get("cluster") == "one", alerts)
    check("what is inhibited", any(hold["how"] == "inhibited" for hold in alerts["WebSlowOrWorse"].get("held_back", [])),
          alerts["WebSlowOrWorse"])
    told = record["alertmanager"]["notifications"]
    kinds = {each["integration"] for each in told if each["accepted"]}
    check("each integration is told", {"pagerduty", "webhook", "email"} <= kinds, kinds)
    payloads = record["alertmanager"]["payloads"]
    first = next(each for each in told if each["integration"] == "pagerduty")
    request = payloads[first["payload"]]["requests"][0]
    body = json.loads(request["body"])
    check("where it would go", request["url"] == "https://events.pagerduty.com/v2/enqueue", request["url"])
    check("what PagerDuty would be sent", body["event_action"] == "trigger" and body["routing_key"] == "<secret>"
          and body["payload"]["summary"] == "WebErrors of web", body)
    check("no secret is kept", "very-secret" not in (folder / "out/record.json").read_text())
    query = subprocess.run([program, "query", "out", "max_over_time(service:http_errors:ratio[1m])"], cwd=folder,
                           capture_output=True, text=True)
    check("series that can be asked", query.returncode == 0 and "service" in query.stdout, query.stdout + query.stderr)


def asked(program, folder, expression):
    done = subprocess.run([program, "query", "out", expression, "--json"], cwd=folder, capture_output=True, text=True)
    try:
        return float(json.loads(done.stdout)["data"]["result"][0]["value"][1])
    except (ValueError, KeyError, IndexError, TypeError):
        return check(f"{expression} can be asked", False, done.stdout + done.stderr) or 0.0


def goes_faster(program, programs, folder):
    """The real programs at five times the incident's speed, with the embedded ones beside them."""
    write(folder)
    # What is down is down for several scrapes of either server.
    web, db = (folder / "topology.yaml").read_text().replace("periodSeconds: 1,", "periodSeconds: 5,").split("  db:\n")
    (folder / "topology.yaml").write_text(web.replace("200ms", "1s") + "  db:\n" + db.replace("200ms", "20s"))
    (folder / "rules.yaml").write_text(FASTER_RULES)
    (folder / "alertmanager.yml").write_text(FASTER_ALERTMANAGER)
    (folder / "scenario.yaml").write_text(FASTER)
    began = time.monotonic()
    done = subprocess.run(command(program, programs, "--monitor", "both", "--speed", "5", "--json"), cwd=folder, text=True,
                          capture_output=True, timeout=200)
    took = time.monotonic() - began
    if not (folder / "out/record.json").exists():
        return check("a record", False, f"{done.returncode}: {done.stdout} {done.stderr}")
    check("a drill that passes", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
    check("five minutes are none", took < 150, took)
    compared = json.loads(done.stdout)["monitors"]
    check("no difference between the monitors at speed", not compared["differences"], compared)
    check("steps that both found at speed", compared["steps"] >= 4 and compared["notifications"] >= 2, compared)
    record = json.loads((folder / "out/record.json").read_text())
    check("its speed", record["speed"] == 5 and "--speed 5 --monitor both" in record["command"], record["command"])
    fired = {alert["alert"] for alert in record["alerts"] if alert.get("firing_at")}
    check("the alerts of its rules, rewritten", fired == {"WebErrors", "Restarted", "Down"}, fired)
    # 20 per second, in windows that hold twelve seconds of them.
    rate = asked(program, folder, "avg_over_time(web:requests:rate[2m])")
    check("a rate is that of the requests", 14 < rate < 26, rate)
    count = asked(program, folder, "avg_over_time(web:requests:count[2m])")
    check("a count is what it would have been", 14 * 60 < count < 26 * 60, count)
    again = asked(program, folder, 'sum(rate(http_requests_total{service="web"}[2m]))')
    check("so it is of what was scraped", 14 < again < 26, again)
    check("the hour is the incident's", asked(program, folder, "web:hour") == 9)


def goes_on_from_before(program, programs, folder):
    """What was before is simulated, and loaded as blocks."""
    if not history.simulated(program, folder):
        return
    done = drill.run(program, folder, "--json", "--speed", str(history.SPEED), "--monitor", "both", "--prometheus", programs[0],
                     out="live")
    # An alert that is taken up again is so to a second of the machine's.
    record = history.look_at(program, folder, "live", done, apart=history.SPEED + 30)
    if record is None:
        return
    compared = json.loads(done.stdout)["monitors"]
    check("steps that both found of what was before", compared["steps"] >= 4, compared)
    failing = [rule["name"] for rule in record["rules"] if rule["failures"]]
    check("no rule fails", not failing, failing)
    fake(folder / "prometheus", "prometheus", "")
    done = drill.run(program, folder, "--monitor", "prometheus", "--prometheus", str(folder / "prometheus"),
                     env={**os.environ, "PATH": "/nowhere"})
    check("without promtool it says how to get it", done.returncode == 3 and "no promtool" in done.stderr and
          "apt-get install" in done.stderr, f"{done.returncode}: {done.stderr}")


def processes_change(program, programs, folder):
    """Versions and numbers of processes, which Prometheus finds as it does in production."""
    # It is some seconds late, and so are the alert and whoever works on it.
    scenario = deployments.SCENARIO.replace("within: 20s", "within: 25s").replace("from: 36s", "from: 48s")
    drill.write(folder, topology=deployments.TOPOLOGY, rules=deployments.RULES, oncall=deployments.ONCALL, scenario=scenario)
    done = drill.run(program, folder, "--json", "--seed", "5", "--keep", "all", "--monitor", "prometheus", "--prometheus", programs[0],
                     env={**os.environ, "TMPDIR": str(folder)})
    check("a version and numbers that change", done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}")
    record = drill.record_of(folder, done)
    if record is None:
        return
    check("the real one found it", record["monitor"] == "prometheus" and "WebErrors" in drill.fired(record), drill.fired(record))
    taken = [event for event in record["timeline"] if event["kind"] == "action.taken"]
    check("all was done", len(taken) == 3, taken)
    pods = drill.value(program, folder, 'count(count by (pod) (max_over_time(up{job="web"}[2m])))')
    check("pods of both versions and of the larger number were scraped", pods >= 5, pods)
    labels = 'instance="web-4:8080",job="web",namespace="default",pod="web-4",service="web"'
    new = drill.value(program, folder, f'count(max_over_time(up{{{labels}}}[2m]))')
    check("with the labels of any other", new == 1, new)
    at_end = drill.value(program, folder, 'count(up{job="web"})')
    check("series of those that are gone have ended", at_end == 1, at_end)
    check("and nothing is left of its files", not list(folder.glob("firedrill-*")), list(folder.glob("firedrill-*")))


def ends_when_it_is_asked(program, programs, folder):
    write(folder)
    # Prometheus is up before the run, and so is this.
    (folder / "rules.yaml").write_text(RULES + "      - {alert: Waits, expr: vector(1), for: 1h}\n")
    process, said, mine = starts(program, programs, folder, "--monitor", "prometheus")
    names = [pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0] for pid in mine]
    check("the programs run", any(b"prometheus" in name for name in names) and len(mine) >= 6, names)
    addresses = set(listening(mine))
    check("nothing listens beyond loopback", addresses == {"0100007F"}, addresses)
    private = [path for path in folder.glob("firedrill-*")]
    check("its files are private", len(private) == 1 and private[0].stat().st_mode & 0o077 == 0, private)
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    code = process.wait(60)
    check("Ctrl-C ends it with 130", code == 130, f"{code}: {said} {rest}")
    left = [pid for pid in mine if pathlib.Path(f"/proc/{pid}").exists()]
    check("and nothing is left running", not left, left)
    check("and no files", not list(folder.glob("firedrill-*")), list(folder.glob("firedrill-*")))
    record = drill.record_of(folder, process)
    waits = [event for event in (record or {"timeline": []})["timeline"]
             if event["kind"] == "alert.pending" and event["subject"] == "Waits"]
    check("an alert that waited before the run says since when", len(waits) == 1 and
          drill.seconds(waits[0].get("since", waits[0]["t"])) < drill.seconds(waits[0]["t"]), waits)


def is_killed(program, programs, folder):
    write(folder)
    process, said, mine = starts(program, programs, folder, "--monitor", "prometheus")
    process.kill()
    process.wait(10)
    process.stderr.close()
    until = time.monotonic() + 5
    while time.monotonic() < until and any(pathlib.Path(f"/proc/{pid}").exists() for pid in mine):
        time.sleep(0.1)
    left = [pid for pid in mine if pathlib.Path(f"/proc/{pid}").exists()]
    check("of one that is killed nothing is left running", len(mine) >= 6 and not left, f"{mine} {left} {said}")
    check("and no files", not list(folder.glob("firedrill-*")), list(folder.glob("firedrill-*")))


def dies(program, programs, folder):
    """Prometheus ends in the midst of the run."""
    write(folder)
    process, said, mine = starts(program, programs, folder, "--monitor", "prometheus")
    for pid in mine:
        if b"prometheus.yml" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    rest = process.stderr.read()
    code = process.wait(60)
    check("a Prometheus that ends is an error of the machine", code == 3 and
          "Prometheus was ended by signal 9 (Killed)" in rest, f"{code}: {rest}")
    check("and what it said of its everyday business is no cause", "level=INFO" not in rest and "level=info" not in rest, rest)
    check("and what was is recorded", (folder / "out/record.json").exists(), rest)


def judged(record, kind):
    """What came of the expectation of that kind."""
    return next(({"result": each["result"], "why": each["why"]} for each in record["expectations"] if each["kind"] == kind), None)


def alertmanager_dies(program, programs, folder):
    """Prometheus is there, and what it knows is taken."""
    write(folder)
    process, said, mine = starts(program, programs, folder, "--monitor", "prometheus")
    for pid in mine:
        if b"alertmanager.yml" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    rest = process.stderr.read()
    code = process.wait(60)
    check("an Alertmanager that is killed is an error of the machine", code == 3 and
          "Alertmanager was ended by signal 9 (Killed)" in rest, f"{code}: {rest}")
    record = json.loads((folder / "out/record.json").read_text())
    check("and Prometheus's series are there", "could not be taken" not in rest and record.get("series_hash"), rest)
    unseen = record.get("unseen", {})
    check("and the record says who was not seen", unseen.get("program") == "Alertmanager" and not unseen.get("series_lost"), unseen)


def stopped(pids, name):
    """The process of that configuration, stopped."""
    for pid in pids:
        if name in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGSTOP)
            return pid
    return check(f"a process of {name}", False, pids)


def falls_silent(program, programs, folder):
    """A program that stops in the midst of the run: nobody knows what it would have found."""
    for name, words in ((b"prometheus.yml", "Prometheus does not answer"), (b"alertmanager.yml", "Alertmanager does not answer")):
        write(folder)
        process, said, mine = starts(program, programs, folder, "--monitor", "prometheus")
        time.sleep(9)  # into what is judged
        began = time.monotonic()
        stopped(mine, name)
        rest = process.stderr.read()
        code = process.wait(60)
        check(f"{words}: an error of the machine", code == 3 and words in rest, f"{code}: {rest}")
        check(f"{words}: found soon", time.monotonic() - began < 60, time.monotonic() - began)
        left = [pid for pid in mine if pathlib.Path(f"/proc/{pid}").exists()]
        check(f"{words}: nothing is left", not left and not list(folder.glob("firedrill-*")), left)
        record = json.loads((folder / "out/record.json").read_text()) if (folder / "out/record.json").exists() else {}
        check(f"{words}: the record is kept, and passes nothing", record.get("verdict") == "invalid" and
              words in record.get("verdict_why", ""), record.get("verdict"))
        check(f"{words}: it is told when it is first asked in vain", f"{words.split()[0]}: it does not answer (" in rest, rest)
        unseen = record.get("unseen", {})
        lost = name == b"prometheus.yml"
        check(f"{words}: from when on it was not seen", unseen.get("program") == words.split()[0] and
              unseen.get("series_lost", False) == lost and unseen["from"] < record["judged_to"], unseen)
        quiet = judged(record, "no_other_alerts")
        check(f"{words}: that no other alert fired is known of what was seen alone",
              (quiet["result"] == "invalid" and "was last seen at" in quiet["why"]) == lost, quiet)
        check(f"{words}: no rule is taken for vacuous", "vacuous" not in rest and
              not any("vacuous" in each["why"] for each in record["expectations"]), record["expectations"])
        shutil.rmtree(folder / "out", ignore_errors=True)


def falls_silent_at_the_end(program, programs, folder):
    """So that its series cannot be taken."""
    write(folder, duration="10s")
    process, said, mine = starts(program, programs, folder, "--monitor", "prometheus")
    # Ten seconds of warm-up and ten of the run, of which three are over.
    time.sleep(16)
    stopped(mine, b"prometheus.yml")
    rest = process.stderr.read()
    code = process.wait(60)
    check("series that cannot be taken are an error of the machine", code == 3 and "Prometheus does not answer" in rest,
          f"{code}: {rest}")
    left = [pid for pid in mine if pathlib.Path(f"/proc/{pid}").exists()]
    check("and nothing is left", not left and not list(folder.glob("firedrill-*")), left)
    record = json.loads((folder / "out/record.json").read_text()) if (folder / "out/record.json").exists() else {}
    check("and the record is kept", record, rest)
    check("which was not cut short, and not seen to its end", "cut_short" not in record and
          record.get("unseen", {}).get("program") == "Prometheus", record.get("cut_short"))


def answered(url, body):
    """What a forged request is answered."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")
    try:
        return urllib.request.urlopen(request, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code


def tells_no_key(program, programs, folder):
    """Whoever asks the programs for their configurations can forge neither alerts nor notifications."""
    write(folder)
    process, said, mine = starts(program, programs, folder, "--monitor", "prometheus")
    ports = re.findall(r"at 127\.0\.0\.1:(\d+)", said[-1])
    get = lambda url: json.loads(urllib.request.urlopen(url, timeout=5).read())
    shown = get(f"http://127.0.0.1:{ports[0]}/api/v1/status/config")["data"]["yaml"]
    config = get(f"http://127.0.0.1:{ports[1]}/api/v2/status")["config"]["original"]
    port = re.search(r"- 127\.0\.0\.1:(\d+)", shown[shown.index("alertmanagers"):]).group(1)
    prefix = re.search(r"path_prefix: (\S+)", shown).group(1)
    forged = [{"labels": {"alertname": "Forged", "severity": "critical"}}]
    status = answered(f"http://127.0.0.1:{port}{prefix}/api/v2/alerts", forged)
    check("an alert that is forged by what Prometheus shows is refused", status == 401, f"{status} {prefix}")
    urls = re.findall(r"url: (http://127\.0\.0\.1:\S+)", config)
    check("the address of a kind is shown", urls, config)
    event = {"routing_key": "r", "event_action": "trigger", "dedup_key": "d", "message_type": "CRITICAL", "text": "x"}
    for url in urls + [f"http://127.0.0.1:{port}/receivers/1/0/itself"]:
        status = answered(url, event)
        check("a notification that is forged by what Alertmanager shows is refused", status in (401, 404), f"{status} {url}")
    process.send_signal(signal.SIGINT)
    process.stderr.read()
    process.wait(60)
    check("and none of it is recorded", "Forged" not in (folder / "out/record.json").read_text())


def refuses(program, folder):
    def run(*arguments, **changes):
        return subprocess.run([program, "run", "scenario.yaml", "--out", "out", *arguments], cwd=folder, text=True,
                              capture_output=True, timeout=100, env={**os.environ, **changes})

    write(folder)
    done = run("--world", "live", "--monitor", "prometheus", PATH="/nowhere")
    check("without Prometheus it says how to get one", done.returncode == 3 and "no Prometheus on PATH" in done.stderr
          and "apt-get install" in done.stderr, f"{done.returncode}: {done.stderr}")
    done = run("--monitor", "prometheus")
    check("a virtual clock drives none", done.returncode == 2 and "--world live" in done.stderr, done.stderr)
    done = run("--world", "live", "--prometheus", "/bin/true")
    check("a file for nothing is refused", done.returncode == 2 and "--monitor prometheus" in done.stderr, done.stderr)
    done = run("--world", "live", "--monitor", "prometheus", "--prometheus", "/bin/true")
    check("another program is none", done.returncode == 3 and "does not say that it is Prometheus" in done.stderr,
          f"{done.returncode}: {done.stderr}")
    fake(folder / "prometheus", "prometheus", 'level=error msg="Error loading config" err="parsing: field x not found"')
    fake(folder / "alertmanager", "alertmanager", 'level=error msg="Loading failed" err="undefined receiver"')
    both = ["--prometheus", str(folder / "prometheus"), "--alertmanager", str(folder / "alertmanager")]
    done = run("--world", "live", "--monitor", "prometheus", *both, TMPDIR=str(folder))
    check("a refused configuration is shown", done.returncode == 3 and "Loading failed: undefined receiver" in done.stderr,
          f"{done.returncode}: {done.stderr}")
    check("and nothing is left", not list(folder.glob("firedrill-*")) and not (folder / "out").exists(), os.listdir(folder))
    (folder / "rules.yaml").write_text(RULES + "      - {alert: Night, expr: hour() < 6}\n")
    done = run("--world", "live", "--monitor", "prometheus", *both)
    check("a rule that reads the clock is refused by name", done.returncode == 2 and "Night reads the clock by hour()" in
          done.stderr, f"{done.returncode}: {done.stderr}")
    write(folder)
    (folder / "alertmanager.yml").write_text(ALERTMANAGER.replace("{routing_key: very-secret,", "{service_key: very-secret,"))
    done = run("--world", "live", "--monitor", "prometheus", *both)
    check("what would leave the machine is refused by name", done.returncode == 2 and "alertmanager.yml:13:" in done.stderr and
          "service_key is of PagerDuty's Events API v1" in done.stderr and "very-secret" not in done.stderr,
          f"{done.returncode}: {done.stderr}")
    write(folder)
    text = (folder / "scenario.yaml").read_text()
    (folder / "scenario.yaml").write_text(re.sub(r"- \{id: refused.*", "- {id: off, kind: monitor_down, at: 6s}", text))
    done = run("--world", "live", "--monitor", "prometheus", *both)
    check("a fault within the monitor is refused by name", done.returncode == 2 and "fault off: monitor_down" in done.stderr,
          f"{done.returncode}: {done.stderr}")


def fake(path, name, says):
    path.write_text(f"#!/bin/sh\n[ \"$1\" = --version ] && echo '{name}, version 3.5.0 (branch: x)' && exit 0\n"
                    f"echo '{says}' >&2\nexit 1\n")
    path.chmod(0o755)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    pairs = installed()
    parts = [(refuses, ())]
    if pairs:
        parts += [(alike, (pairs[0],))]
    if pairs and "--all" in sys.argv[2:]:
        more = (goes_faster, processes_change, goes_on_from_before, ends_when_it_is_asked, is_killed, dies, alertmanager_dies,
                falls_silent, falls_silent_at_the_end, tells_no_key)
        parts += [(part, (pairs[0],)) for part in more]
        parts += [(part, (pair,)) for pair in pairs[1:] for part in (alike, goes_faster, processes_change)]
        asked = sys.argv[sys.argv.index("--all") + 1:]
        parts = [part for part in parts if part[0].__name__ in asked] if asked else parts
    for part, arguments in parts:
        with tempfile.TemporaryDirectory() as folder:
            before = time.monotonic()
            part(program, *arguments, pathlib.Path(folder))
            print(f"{part.__name__} {' '.join(arguments[0]) if arguments else ''}: {time.monotonic() - before:.0f} s")
    if drill.failures:
        print(f"{len(drill.failures)} checks failed")
        return 1
    print("ok" if pairs else "skipped but for refusals: no Prometheus and Alertmanager are installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
