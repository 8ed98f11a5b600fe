#!/usr/bin/env python3
"""Alertmanager's API of a drill against a real Alertmanager 0.33 that has the same configuration, alerts and silences:
the same statuses and the same JSON, but for times, versions and the ids of silences. And amtool, whose commands about
alerts and silences must do the same to both.

    alertmanager_api.py PROGRAM

Both listen on the loopback interface for as long as the test lasts. Without the oracle nothing is compared, which is
said; with FIREDRILL_REQUIRE_ORACLES that is a failure."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "alertmanager"))
import amtool_oracle
import drills
import oracle

DRILL = os.environ.get("FIREDRILL_DRILL", drills.DRILL)
FAR = "2099-01-01T00:00:00Z"
VOLATILE = {"endsAt", "updatedAt", "startsAt"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Real(drills.Served):
    def __init__(self, program, configuration, folder):
        (folder / "alertmanager.yml").write_text(configuration)
        self.log = open(folder / "log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [program, f"--config.file={folder / 'alertmanager.yml'}", f"--storage.path={folder / 'data'}",
             "--cluster.listen-address=", "--web.listen-address=127.0.0.1:0"], stdout=self.log, stderr=self.log)
        try:
            super().__init__("http://" + self.address(folder), "")
        except BaseException:
            self.stop()
            raise

    def address(self, folder):
        for _ in range(200):
            match = re.search(r"address=(127\.0\.0\.1:\d+)", (folder / "log").read_text(encoding="utf-8"))
            if match:
                return match[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("Alertmanager did not come up: " + (folder / "log").read_text()[-800:])

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def settled(value):
    """Without what is other in every server."""
    if isinstance(value, dict):
        return {key: "…" if key in VOLATILE else settled(each) for key, each in value.items() if key != "createdBy"}
    if isinstance(value, list):
        return [settled(each) for each in value]
    # Methods stand in the order of a map of Go's.
    return UUID.sub("ID", value).replace("[POST,GET]", "[GET,POST]") if isinstance(value, str) else value


class Comparison:
    def __init__(self, drill, real):
        self.drill, self.real = drill.agent, real
        self.count = self.wrong = 0

    def report(self, what, ours, theirs):
        self.count += 1
        if ours != theirs:
            self.wrong += 1
            print(f"{what}\n  firedrill     {str(ours)[:700]}\n  alertmanager  {str(theirs)[:700]}")

    def one(self, method, path, body=None, headers=None, paths=None, **parameters):
        asked = []
        for server, at in zip((self.drill, self.real), paths or (path, path)):
            prefix = "/alertmanager" if server is self.drill else ""
            answer = server.ask(method, prefix + at, body, headers, **parameters)
            asked.append((answer.status, settled(parsed(answer.text))))
        self.report(f"{method} {path} {parameters} {body or ''}", *asked)
        return asked


def compare_lists(c, alerts):
    labels = alerts[0]["labels"]
    name, value = next((k, v) for k, v in labels.items() if k == "alertname")
    filters = [[], [f'{name}="{value}"'], [f'{name}!="{value}"'], [f"{name}=~\"{value[:3]}.*\""], ['nothing=""'], ['nothing!=""'],
               [f'{name}="{value}"', 'nothing="x"'], [f'{{{name}="{value}",nothing=""}}'], ["{"], ["c"], ["=x"], ['a=~"("']]
    for path in ("/api/v2/alerts", "/api/v2/alerts/groups"):
        for each in filters:
            c.one("GET", path, filter=each)
        for flag in ("active", "silenced", "inhibited", "muted", "unprocessed"):
            for truth in ("true", "false", "x"):
                c.one("GET", path, **{flag: truth})
        for receiver in [alerts[0]["receivers"][0]["name"], "no.*", "("]:
            c.one("GET", path, receiver=receiver)
    c.one("GET", "/api/v2/receivers")


def compare_rest(c):
    for method, path in [("PUT", "/api/v2/silences"), ("DELETE", "/api/v2/receivers"), ("GET", "/api/v2/nothing"), ("GET", "/api/v1/alerts"),
                         ("GET", "/-/healthy"), ("GET", "/-/ready")]:
        c.one(method, path)
    c.one("GET", "/api/v2/receivers", headers={"Accept": "text/html"})
    keys = [sorted(server.get(prefix + "/api/v2/status").json()) for server, prefix in ((c.drill, "/alertmanager"), (c.real, ""))]
    c.report("fields of the status", *keys)


def compare_silences(c, now):
    good = {"matchers": [{"name": "alertname", "value": "X", "isRegex": False}], "startsAt": now, "endsAt": FAR,
            "createdBy": "me", "comment": "why"}

    def with_(**changes):
        body = {**good, **changes}
        return {key: value for key, value in body.items() if value is not None}

    bodies = [{}, with_(comment=None), with_(createdBy=None), with_(endsAt=None), with_(startsAt=None), with_(matchers=None),
              with_(matchers=[]), with_(matchers=[{"name": "a", "value": "b"}]), with_(matchers=[{"isRegex": False, "value": "b"}]),
              with_(matchers=[{"isRegex": False, "name": "a"}]), with_(matchers=[{"name": "a", "value": "", "isRegex": False}]),
              with_(matchers=[{"name": "a", "value": "(", "isRegex": True}]), with_(matchers=[{"name": "a", "value": ".*", "isRegex": True}]),
              with_(startsAt="2098-01-02T00:00:00Z", endsAt="2098-01-01T00:00:00Z"),
              with_(startsAt="2001-01-01T00:00:00Z", endsAt="2001-01-02T00:00:00Z"),
              with_(id="11111111-1111-4111-8111-111111111111"), with_(id="x")]
    for body in bodies:
        c.one("POST", "/api/v2/silences", body)
    c.one("POST", "/api/v2/silences", "{}", {"Content-Type": "text/plain"})
    for path in ("/api/v2/silence/x", "/api/v2/silence/11111111-1111-4111-8111-111111111111"):
        c.one("GET", path)
        c.one("DELETE", path)
    c.one("GET", "/api/v2/silences")
    c.one("POST", "/api/v2/silences", good)
    c.one("POST", "/api/v2/silences", with_(matchers=[{"name": "team", "value": "a|b", "isRegex": True, "isEqual": False},
                                                      {"name": "alertname", "value": "Y", "isRegex": False}], endsAt="2098-01-01T00:00:00Z"))
    for each in ([], ['alertname="X"'], ['alertname="Z"'], ['team!=""'], ['team=""'], ["{"]):
        c.one("GET", "/api/v2/silences", filter=each)
    for change in ("DELETE", "GET", "DELETE"):
        ids = [next(each["id"] for each in server.get(prefix + "/api/v2/silences").json() if each["matchers"][0]["value"] == "X")
               for server, prefix in ((c.drill, "/alertmanager"), (c.real, ""))]
        c.one(change, "/api/v2/silence/ID", paths=[f"/api/v2/silence/{each}" for each in ids])
    c.one("GET", "/api/v2/silences")


def compare_amtool(c, folder, alert):
    amtool = amtool_oracle.amtool("0.33")
    if amtool is None:
        return
    config = folder / "http.yml"
    config.write_text(json.dumps({"basic_auth": {"username": "anybody", "password": c.drill.token}}))
    urls = ([f"--alertmanager.url={c.drill.url}/alertmanager", f"--http.config.file={config}"], [f"--alertmanager.url={c.real.url}"])

    def both(*command, output="json"):
        said = []
        for url in urls:
            done = amtool_oracle.run([amtool, *url, *command, *([f"--output={output}"] if output else [])])
            text = done.stdout if output is None else json.dumps(settled(parsed(done.stdout)))
            said.append((done.returncode, UUID.sub("ID", text), UUID.sub("ID", done.stderr)))
        c.report("amtool " + " ".join(command), *said)

    name = alert["labels"]["alertname"]
    both("alert", "query")
    both("alert", "query", f"alertname={name}")
    both("alert", "query", "alertname=~no.*")
    both("alert", "query", "--inhibited", "--silenced")
    both("alert", "query", f"--receiver={alert['receivers'][0]['name']}")
    both("silence", "add", f"alertname={name}", "--duration=1h", "--comment=known", "--author=me", output=None)
    both("alert", "query", f"alertname={name}")
    both("alert", "query", "--silenced")
    # Which silences are over amtool itself decides, by its own clock: those of a drill, whose time lies elsewhere, may be.
    both("silence", "query", "alertname=none")
    both("silence", "query", "--created-by=nobody")
    for url, server, prefix in zip(urls, (c.drill, c.real), ("/alertmanager", "")):
        ids = [each["id"] for each in server.get(prefix + "/api/v2/silences").json()
               if each["status"]["state"] == "active" and each["matchers"][0]["value"] == name]
        done = amtool_oracle.run([amtool, *url, "silence", "expire", *ids])
        c.report("amtool silence expire", (done.returncode, done.stderr), (0, ""))
    both("alert", "query", f"alertname={name}")
    both("silence", "expire", "11111111-1111-4111-8111-111111111111", output=None)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    real_program = oracle.programs().get("0.33")
    if real_program is None:
        print("not there to compare with: Alertmanager 0.33")
        return 1 if os.environ.get("FIREDRILL_REQUIRE_ORACLES") == "1" else 77
    with tempfile.TemporaryDirectory() as temporary, drills.Drill(program, DRILL) as drill:
        folder = pathlib.Path(temporary)
        alerts = []
        for _ in range(60):
            alerts = drill.agent.get("/alertmanager/api/v2/alerts").json()
            if len(alerts) >= 2 or drill.agent.command("next 30m")["over"]:
                break
        # Until their groups have been told of them.
        drill.agent.command("wait 6m")
        alerts = drill.agent.get("/alertmanager/api/v2/alerts").json()
        if not alerts:
            print(f"no alert fires in {DRILL}")
            return 1
        status = drill.agent.get("/alertmanager/api/v2/status").json()
        real = Real(real_program, status["config"]["original"], folder)
        try:
            posted = [{key: each[key] for key in ("labels", "annotations", "startsAt", "generatorURL") if key in each} for each in alerts]
            for each in posted:
                each["endsAt"] = FAR
            assert real.ask("POST", "/api/v2/alerts", posted).status == 200
            time.sleep(2)  # until inhibition has seen them
            comparison = Comparison(drill, real)
            compare_lists(comparison, alerts)
            compare_rest(comparison)
            compare_silences(comparison, drill.agent.get("/drill/v1/state").json()["now"])
            compare_amtool(comparison, folder, alerts[0])
        finally:
            real.stop()
        print(f"Alertmanager 0.33: {len(alerts)} alerts, {comparison.count} answers compared, {comparison.wrong} differ")
    return 1 if comparison.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
