"""A drill that serves: `firedrill drill NAME --serve --json`, started and ended by the test that needs it."""

import base64
import http.client
import json
import pathlib
import subprocess
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
DRILL = "amber-heron"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    def json(self):
        return json.loads(self.text)


class Served:
    """A server of a drill, and who may ask it."""

    def __init__(self, url, token):
        self.url, self.token = url, token
        self.port = urllib.parse.urlsplit(url).port

    def ask(self, method, path, body=None, headers=None, token=None, **parameters):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        given = {"Authorization": f"Bearer {self.token if token is None else token}"}
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            given["Content-Type"] = "application/json"
        given.update(headers or {})
        if parameters:
            path += "?" + urllib.parse.urlencode(parameters, doseq=True)
        try:
            connection.request(method, path, body=body, headers={k: v for k, v in given.items() if v is not None})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **parameters):
        return self.ask("GET", path, **parameters)

    def command(self, line):
        return self.ask("POST", "/drill/v1/command", {"line": line}).json()

    def basic(self):
        return "Basic " + base64.b64encode(f"anybody:{self.token}".encode()).decode()


class Drill:
    def __init__(self, program, name=DRILL, *arguments, cwd=ROOT):
        self.process = subprocess.Popen([program, "drill", name, "--serve", "--json", *arguments], cwd=cwd,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the drill did not come up: " + self.process.stderr.read()[-2000:])
        said = json.loads(line)
        self.agent = Served(said["agent"]["url"], said["agent"]["token"])
        self.control = Served(said["control"]["url"], said["control"]["token"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=30)
