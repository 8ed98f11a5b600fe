"""Real Alertmanagers on loopback, one process a configuration, and the sink that their webhooks post to."""

import copy
import http.server
import json
import os
import pathlib
import re
import shutil
import socketserver
import subprocess
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone

REASONS = {"first notification": "first_notification", "new alerts added": "new_alerts",
           "some alerts resolved": "some_resolved", "all alerts resolved": "all_resolved",
           "repeat interval elapsed": "repeat"}


def programs():
    """{version: path} of what is installed."""
    oracle = pathlib.Path(os.environ.get("FIREDRILL_ORACLE", pathlib.Path.home() / ".cache/firedrill-oracle"))
    found = {}
    for path in (oracle / "usr/bin/prometheus-alertmanager", os.environ.get("FIREDRILL_ALERTMANAGER_025"),
                 shutil.which("prometheus-alertmanager")):
        if not path or not pathlib.Path(path).exists():
            continue
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True)
        match = re.search(r"version (0\.25|0\.33)\b", said.stdout + said.stderr)
        if match:
            found.setdefault(match[1], str(path))
    return found


def instant(text):
    """Seconds since 1970 of an RFC 3339 time; nothing of the zero time."""
    if text.startswith("0001-"):
        return None
    match = re.match(r"(\d+-\d+-\d+T\d+:\d+:\d+)(\.\d+)?(Z|[+-]\d+:\d+)", text)
    whole = datetime.strptime(match[1] + ("+0000" if match[3] == "Z" else match[3].replace(":", "")),
                              "%Y-%m-%dT%H:%M:%S%z").timestamp()
    return whole + float(match[2] or 0)


class Sink:
    """Takes what webhooks post to /INSTANCE/RECEIVER/INTEGRATION, and answers as that instance's world says."""

    def __init__(self):
        self.posts = []
        self.lock = threading.Lock()
        self.failures = {}  # instance: (start, failures)
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                came = time.time()
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status = sink.take(self.path, came, body)
                if status is None:  # no answer: until the other side hangs up
                    self.close_connection = True
                    self.connection.settimeout(90)
                    try:
                        self.connection.recv(1)
                    except OSError:
                        pass
                    return
                # Every answer takes a while, as it does everywhere.
                time.sleep(0.08)
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 256

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def pointed(self, configuration, instance):
        """The configuration with all webhooks pointed here."""
        out = copy.deepcopy(configuration)
        for receiver in out["receivers"]:
            for i, webhook in enumerate(receiver.get("webhook_configs", [])):
                webhook["url"] = f"http://127.0.0.1:{self.server.server_port}/{instance}/{receiver['name']}/{i}"
        return out

    def take(self, path, came, body):
        _, instance, receiver, integration = path.split("/")
        start, failures = self.failures[instance]
        status = 200
        for each in failures:
            concerned = each["receiver"] == receiver and each.get("integration", int(integration)) == int(integration)
            if concerned and each["from"] <= came - start < each["to"]:
                status = None if each.get("timeout") else each["status"]
        with self.lock:
            self.posts.append((instance, receiver, int(integration), came, status, json.loads(body)))
        return status

    def of(self, instance):
        with self.lock:
            return sorted((p for p in self.posts if p[0] == instance), key=lambda p: p[3])

    def notifications(self, instance, start, version):
        """What was accepted, in the form of firedrill's JSON."""
        out = []
        for _, receiver, integration, came, status, body in self.of(instance):
            if status is None or status // 100 != 2:
                continue
            alerts = []
            for alert in body["alerts"]:
                one = {"labels": alert["labels"], "status": alert["status"], "starts_at": instant(alert["startsAt"]) - start}
                if instant(alert["endsAt"]) is not None:
                    one["ends_at"] = instant(alert["endsAt"]) - start
                alerts.append(one)
            out.append({"time": came - start, "receiver": receiver, "integration": integration,
                        "group_key": body["groupKey"], "group_labels": body["groupLabels"], "status": body["status"],
                        "reason": REASONS.get(body.get("notification_reason"), "unknown"), "alerts": alerts})
        return out

    def attempts(self, instance, start):
        """By integration and group the requests in order, and whether each begins a new notification."""
        out = {}
        for _, receiver, integration, came, status, body in self.of(instance):
            series = out.setdefault((receiver, integration, body["groupKey"]), [])
            alerts = json.dumps(body["alerts"], sort_keys=True)
            first = not series or series[-1]["ended"] or series[-1]["alerts"] != alerts or came - series[-1]["since"] >= 9.8
            series.append({"time": came - start, "first": first, "alerts": alerts, "timed_out": status is None,
                           "since": came if first else series[-1]["since"],
                           "ended": status is not None and status // 100 != 5})
        return out


class Instance:
    """An Alertmanager that lives through a world. Times count from the process's start."""

    def __init__(self, program, version, world, folder, sink):
        self.world, self.sink, self.folder = world, sink, folder
        path = folder / "real.yml"
        path.write_text(json.dumps(world["configuration"]), encoding="utf-8")
        flags = [f"--{key.replace('_', '.', 1).replace('_', '-')}={value}" for key, value in world["flags"].items()]
        self.log = open(folder / "log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [program, f"--config.file={path}", f"--storage.path={folder / 'data'}", "--cluster.listen-address=",
             "--web.listen-address=127.0.0.1:0", *flags], stdout=self.log, stderr=self.log)
        self.address = self.wait_for_address()
        # Maintenance counts from when the process has come to itself, which under load takes a while.
        began = re.search(r"^(?:time|ts)=(\S+)", (folder / "log").read_text(encoding="utf-8"), re.MULTILINE)
        self.start = instant(began[1])
        sink.failures[folder.name] = (self.start, world["failures"])

    def wait_for_address(self):
        until = time.time() + 20
        while time.time() < until:
            match = re.search(r"address=(127\.0\.0\.1:\d+)", (self.folder / "log").read_text(encoding="utf-8"))
            if match:
                return match[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"{self.folder}: Alertmanager did not come up: " + (self.folder / "log").read_text()[-500:])

    def call(self, path, body):
        request = urllib.request.Request(f"http://{self.address}{path}", data=json.dumps(body).encode(), method="POST",
                                         headers={"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(request, timeout=10).read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.code} {error.read().decode()}") from error

    def time(self, seconds):
        return datetime.fromtimestamp(self.start + seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def push(self, push):
        alerts = []
        for alert in push["alerts"]:
            one = {"labels": alert["labels"], "annotations": alert.get("annotations", {})}
            if "starts_at" in alert:
                one["startsAt"] = self.time(alert["starts_at"])
            if "ends_at" in alert:
                one["endsAt"] = self.time(alert["ends_at"])
            alerts.append(one)
        self.call("/api/v2/alerts", alerts)

    def silence(self, silence):
        matchers = []
        for text in silence["matchers"]:
            name, op, value = re.fullmatch(r"(\w+)(=~|!~|!=|=)\"(.*)\"", text).groups()
            matchers.append({"name": name, "value": value, "isRegex": "~" in op, "isEqual": "!" not in op})
        self.call("/api/v2/silences", {"matchers": matchers, "startsAt": self.time(silence["from"]),
                                       "endsAt": self.time(silence["to"]), "createdBy": "test", "comment": "test"})

    def run(self):
        for silence in self.world["silences"]:
            self.silence(silence)
        events = [(p["at"], lambda p=p: self.push(p)) for p in self.world["pushes"]]
        events += [(t, lambda: self.call("/-/reload", {})) for t in self.world["reloads"]]
        for at, act in sorted(events, key=lambda e: e[0]):
            time.sleep(max(0, self.start + at - time.time()))
            act()
        time.sleep(max(0, self.start + self.world["seconds"] - time.time()))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
