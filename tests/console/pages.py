#!/usr/bin/env python3
"""Who gets to a drill's pages, what they may do there, and that nothing is done twice: `firedrill drill NAME --web`.

    pages.py PROGRAM [--long]

--long also halts the program for half a minute."""

import html
import http.client
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAILED = []


def check(what, seen, expected):
    if seen != expected:
        FAILED.append(what)
        print(f"{what}\n  expected {expected!r}\n  seen     {seen!r}")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    def json(self):
        return json.loads(self.text)


class Side:
    """An address with its token, and a browser's cookie once it has handed that over."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.port, self.token, self.cookie = parts.port, parts.fragment.removeprefix("token="), None

    def ask(self, method, path, body=None, cookie=True, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, dict):
            body = json.dumps(body)
            given.setdefault("Content-Type", "application/json")
        if cookie is True:
            cookie = self.cookie
        if cookie:
            given["Cookie"] = cookie
        try:
            connection.request(method, path, body=body, headers=given)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def enter(self, token=None):
        answer = self.ask("POST", "/session", {"token": token or self.token}, cookie=False)
        if answer.status == 200:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer

    def page(self, path="/", **headers):
        return self.ask("GET", path, Accept="text/html", **headers)

    def state(self):
        return self.ask("GET", "/state").json()

    def act(self, line, key, epoch=None):
        epoch = self.state()["epoch"] if epoch is None else epoch
        return self.ask("POST", "/act", {"line": line, "key": key, "epoch": epoch})


class Pages:
    def __init__(self, program, *arguments, resume=None):
        which = ["--resume", str(resume)] if resume else ["quiet-finch"]
        self.process = subprocess.Popen([program, "drill", *which, "--web", "--json", "--pace", "paused", *arguments],
                                        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the pages did not come up: " + self.process.stderr.read()[-2000:])
        said = json.loads(line)
        self.trainee, self.facilitator = Side(said["trainee"]), Side(said["facilitator"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=120)


def the_door(pages):
    trainee, facilitator = pages.trainee, pages.facilitator
    shell = trainee.page()
    check("a page without a session", shell.status, 401)
    check("gives nothing away", "Golden signals" in shell.text, False)
    check("a wrong token", trainee.enter("0" * 64).status, 401)
    check("the facilitator's token at the trainee's door", trainee.enter(facilitator.token).status, 401)
    check("the trainee's token at the facilitator's door", facilitator.enter(trainee.token).status, 401)
    answer = trainee.enter()
    check("the token", answer.status, 200)
    cookie = answer.headers["Set-Cookie"]
    check("the cookie is kept from scripts", "HttpOnly" in cookie and "SameSite=Strict" in cookie, True)
    check("the token does not stand in the cookie", trainee.token in cookie, False)
    page = trainee.page()
    check("a page", page.status, 200)
    policy = page.headers["Content-Security-Policy"]
    check("the policy", "default-src 'self'" in policy and "unsafe" not in policy, True)
    check("no script within the page", re.search(r"<script(?! src=)|\son\w+=|\sstyle=|<style|javascript:", page.text), None)
    check("nothing is kept by browsers", page.headers["Cache-Control"], "no-store")
    check("nobody shows it in theirs", "frame-ancestors 'none'" in policy, True)


def foreign(pages):
    trainee = pages.trainee
    port = trainee.port
    for what, headers, status in [
            ("our name", {"Host": f"localhost:{port}"}, 200),
            ("another host's name", {"Host": f"drill.example:{port}"}, 403),
            ("another port", {"Host": "127.0.0.1:1"}, 403),
            ("a page of ours", {"Origin": f"http://127.0.0.1:{port}"}, 200),
            ("a page of another site", {"Origin": "http://drill.example"}, 403),
            ("a page at another port", {"Origin": f"http://127.0.0.1:{port + 1}"}, 403),
            ("a page from nowhere", {"Origin": "null"}, 403),
            ("what another site's page loads", {"Sec_Fetch_Site": "cross-site"}, 401),
            ("what another port's page loads", {"Sec_Fetch_Site": "same-site"}, 401),
            ("what a page of ours loads", {"Sec_Fetch_Site": "same-origin"}, 200)]:
        check(what, trainee.page("/", **headers).status, status)
    check("a form of another site", trainee.ask("POST", "/act", "line=finish", Content_Type="text/plain").status, 415)
    check("an act from another site",
          trainee.ask("POST", "/act", {"line": "finish", "key": "x", "epoch": 0}, Origin="http://drill.example").status, 403)


def two_sides(pages):
    trainee, facilitator = pages.trainee, pages.facilitator
    check("the facilitator's token", facilitator.enter().status, 200)
    check("the truth", "What only you know" in facilitator.page().text, True)
    for path in ("/", "/trainee", "/trainee/logs", "/state", "/stream", "/after"):
        answer = facilitator.ask("GET", path, cookie=trainee.cookie, Accept="text/html")
        check(f"{path} of the facilitator with the trainee's cookie", answer.status, 401)
    value = trainee.cookie.split("=")[1]
    forged = f"firedrill_facilitator_{facilitator.port}={value}"
    check("the trainee's session under the facilitator's name", facilitator.ask("GET", "/", cookie=forged).status, 401)
    check("an act of the facilitator's with the trainee's cookie",
          facilitator.ask("POST", "/act", {"line": "mark x", "key": "f1", "epoch": 0}, cookie=trainee.cookie).status, 401)
    for path in ("/trainee", "/truth", "/end"):
        check(f"{path} at the trainee's door", trainee.page(path).status, 404)
    pages_of_trainee = "".join(trainee.page(path).text for path in
                               ("/", "/alerts", "/query", "/logs", "/cluster", "/changes", "/playbooks", "/people", "/steps", "/after"))
    for secret in ("newsletter", "inject-", "traffic_surge", "false alarm: "):
        check(f"'{secret}' in the trainee's pages", secret in pages_of_trainee.lower(), False)
    for line in ("inject newsletter", "end newsletter", "mark x", "message support: hello"):
        check(f"`{line}` by the trainee", trainee.act(line, "i" + line[:3]).json()["ok"], False)


def followed(side, paths):
    """Links of these pages that lead nowhere."""
    links = {link for path in paths for link in re.findall(r'(?:href|src)="(/[^"#]*)', side.page(path).text)}
    return sorted(link for link in links if side.page(html.unescape(link)).status != 200)


def links(pages):
    trainee, facilitator = pages.trainee, pages.facilitator
    check("the trainee's links", followed(trainee, ["/", "/alerts", "/cluster", "/changes", "/playbooks", "/people", "/services/web"]), [])
    check("the facilitator's links", followed(facilitator, ["/", "/trainee", "/trainee/alerts", "/trainee/services/web", "/after"]), [])


def teaches(pages):
    """An easy drill says on every page what is next; whoever runs it is not taught."""
    trainee, facilitator = pages.trainee, pages.facilitator
    for path in ("/", "/alerts", "/logs", "/people", "/steps"):
        check(f"{path} teaches", 'id="lesson"' in trainee.page(path).text, True)
    check("a mirrored page does not", 'id="lesson"' in facilitator.page("/trainee").text, False)


def once(pages):
    trainee = pages.trainee
    first = trainee.act("note only once", "k1").json()
    again = trainee.act("note only once", "k1").json()
    check("an act that is sent twice is answered twice", again, first)
    check("and done once", trainee.page("/steps").text.count("note only once"), 1)
    check("what was done is known", trainee.ask("POST", "/act", {"key": "k1", "asks": True, "line": ""}).json(), first)
    check("what was not is too", trainee.ask("POST", "/act", {"key": "k2", "asks": True, "line": ""}).status, 404)
    now = trainee.state()["now"]
    trainee.act("wait 5m", "k3")
    trainee.act("wait 5m", "k3")
    check("time goes on once", trainee.state()["now"] > now, True)
    step = int(re.findall(r"step (\d+)", trainee.page("/steps").text)[0])
    before = trainee.state()["epoch"]
    check("a rewind", trainee.act(f"rewind {step}", "k4").json()["ok"], True)
    check("another tab, of before the rewind", trainee.act("note too late", "k5", before).status, 409)
    check("an act that does not say of when its page is",
          trainee.ask("POST", "/act", {"line": "note when", "key": "k6"}).status, 400)
    check("how often it was gone back", "gone back once" in trainee.page("/steps").text, True)
    check("has done nothing", "too late" in trainee.page("/steps").text, False)


HOSTILE = "<img src=x onerror=alert(1)>\"'&</script><script>alert(2)</script>"


def harmless(pages):
    trainee, facilitator = pages.trainee, pages.facilitator
    trainee.act("next", "h0")
    trainee.act("note " + HOSTILE, "h1")
    trainee.act("post internal " + HOSTILE, "h2")
    check("a message", facilitator.act(f"message {HOSTILE[:20]}: {HOSTILE}", "h3").json()["ok"], True)
    facilitator.act("mark " + HOSTILE, "h4")
    quoted = urllib.parse.quote(HOSTILE)
    for side, paths in ((trainee, ["/", "/people", "/steps", f"/query?expr={quoted}", f"/logs?search={quoted}",
                                   f"/logs?service={quoted}", f"/services/{urllib.parse.quote(HOSTILE, safe='')}",
                                   f"/alerts/{urllib.parse.quote(HOSTILE, safe='')}", f"/cluster?service={quoted}",
                                   f"/?range={quoted}&from={quoted}"]),
                        (facilitator, ["/", "/trainee/people", "/trainee/steps"])):
        for path in paths:
            text = side.page(path).text
            check(f"{path}: no markup of others", "<img" in text or "<script>" in text, False)
    check("it is shown", "&lt;img src=x onerror=alert(1)&gt;" in trainee.page("/people").text, True)


def streams(pages):
    trainee = pages.trainee
    open_ones = []
    statuses = []
    for _ in range(30):
        connection = socket.create_connection(("127.0.0.1", trainee.port), timeout=20)
        # As of who has been there before: it is told at once where the drill stands, and not what it has missed.
        connection.sendall(f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1:{trainee.port}\r\nCookie: {trainee.cookie}\r\n"
                           "Last-Event-ID: 1\r\n\r\n".encode())
        statuses.append(connection.recv(4096).split()[1])
        open_ones.append(connection)
    check("streams are bounded", (statuses.count(b"200"), statuses[-1]), (24, b"503"))
    check("and others are answered", trainee.page().status, 200)
    trainee.act("note news for streams", "s1")
    deadline = time.monotonic() + 10
    seen = b""
    while b'"version"' not in seen and time.monotonic() < deadline:
        seen += open_ones[0].recv(65536)
    check("a stream tells", b"event: state" in seen or b'"version"' in seen, True)
    for connection in open_ones:
        connection.close()


def offered(facilitator, inject):
    return f'<option value="{inject}">' in facilitator.page().text


def numbers(pages):
    """What the facilitator does leaves no gap in the trainee's steps."""
    trainee, facilitator = pages.trainee, pages.facilitator
    trainee.act("note before", "n1")
    facilitator.act("mark between", "n2")
    version = trainee.state()["version"]
    facilitator.act("mark between again", "n3")
    check("nor is the trainee's page made anew", trainee.state()["version"], version)
    trainee.act("note behind", "n4")
    shown = [int(each) for each in re.findall(r"step (\d+)", trainee.page("/steps").text)]
    check("steps without gaps", shown, list(range(len(shown), 0, -1)))
    check("no step behind them", trainee.act(f"rewind {shown[0] + 1}", "n5").json()["ok"], False)


def words_of_pages(pages):
    """Words of the line console that are no steps of the drill are taken as a line, too."""
    trainee = pages.trainee
    steps = trainee.page("/steps").text.count('class="kind">step')
    check("an easy drill teaches", 'id="lesson"' in trainee.page().text, True)
    for key, taught in (("w1", False), ("w2", True)):
        check("`guide`", trainee.act("guide", key).json()["ok"], True)
        check("shows what is next, or does no more", 'id="lesson"' in trainee.page().text, taught)
    for key, word, speed in (("w3", "x10", 10), ("w4", "real", 1), ("w5", "x60", 60), ("w6", "pause", 0)):
        check(f"`{word}`", trainee.act(word, key).json()["ok"], True)
        check("is the pace", trainee.state()["speed"], speed)
    seen = trainee.page("/steps").text
    for key, line in (("w8", "guide me"), ("w9", "x10 now")):
        check(f"`{line}`", trainee.act(line, key).json()["text"].splitlines()[:1], [f"`{line.split()[0]}` takes nothing behind it"])
    check("is no pace", trainee.state()["speed"], 0)
    check("none of them is a step", [f"<code>{word}</code>" in seen for word in ("guide", "x10", "x60", "pause")], [False] * 4)
    check("which `help` says", "guide" in trainee.act("help", "w7").json()["text"], True)
    check("steps are counted", steps > 0, True)


def too_long(pages):
    trainee, facilitator = pages.trainee, pages.facilitator
    check("the page knows how long a line may be", 'data-longest-line="4096"' in trainee.page().text, True)
    check("and cuts nothing off", "maxlength" in trainee.page().text + facilitator.page().text, False)
    for key, line in (("l1", "note "), ("l2", "post internal ")):
        answer = trainee.act(line + "x" * 10000, key).json()
        check(f"`{line}` of too much", (answer["ok"], "longer than 4096 bytes" in answer["text"]), (False, True))
    check("nor too much by the facilitator", facilitator.act("mark " + "x" * 10000, "l3").json()["ok"], False)
    check("as much as may be", trainee.act("note " + "y" * 3000, "l4").json()["ok"], True)
    for side, path in ((trainee, "/steps"), (facilitator, "/")):
        check("is folded", '<details class="whole"><summary><code>note yyy' in side.page(path).text, True)


def facilitates(pages):
    trainee, facilitator = pages.trainee, pages.facilitator
    check("an inject", facilitator.act("inject inject-http_error-catalogue", "x1").json()["ok"], True)
    check("the same while it is on", facilitator.act("inject inject-http_error-catalogue", "x2").json()["ok"], False)
    check("stands among what is wrong at once", "http_error at catalogue" in facilitator.page().text, True)
    check("it is offered no more while it is on", offered(facilitator, "inject-http_error-catalogue"), False)
    check("nor what does not fit", offered(facilitator, "inject-traffic_surge-redis"), False)
    check("but others are", offered(facilitator, "inject-http_error-web"), True)
    check("where it does not fit", "does not fit" in facilitator.act("inject inject-traffic_surge-redis", "x7").json()["text"], True)
    trainee.act("wait 5m", "x3")
    links(pages)
    check("is felt", "catalogue" in trainee.page().text and "degraded" in trainee.page().text, True)
    check("its end", facilitator.act("end inject-http_error-catalogue", "x4").json()["ok"], True)
    trainee.act("wait 1m", "x8")
    check("the same again", facilitator.act("inject inject-http_error-catalogue", "x9").json()["ok"], True)
    check("stands in its own row", "http_error at catalogue, time 2" in facilitator.page().text, True)
    facilitator.act("end inject-http_error-catalogue", "x10")
    check("what is over is offered again", offered(facilitator, "inject-http_error-catalogue"), True)
    facilitator.act("inject inject-http_error-catalogue", "x11")
    facilitator.act("end inject-http_error-catalogue", "x12")
    check("as often as it can be", offered(facilitator, "inject-http_error-catalogue"), False)
    check("which is said", "Used up" in facilitator.page().text, True)
    check("each with its beginning", len(re.findall("http_error at catalogue.{0,200}?began ", facilitator.page().text, re.S)), 3)
    check("a message reaches the trainee", facilitator.act("message support: customers cannot pay", "x5").json()["ok"], True)
    check("as news", "customers cannot pay" in trainee.page().text, True)
    check("its answer", facilitator.act("dance", "x6").json()["ok"], False)
    check("the pace", facilitator.ask("POST", "/pace", {"pace": "x60"}).json()["ok"], True)
    check("another pace", facilitator.ask("POST", "/pace", {"pace": "x7"}).status, 400)
    facilitator.ask("POST", "/pace", {"pace": "pause"})


def afterwards(pages, log):
    trainee, facilitator = pages.trainee, pages.facilitator
    check("nothing is told before the end", "Score" in trainee.page("/after").text, False)
    check("and something can be done there", 'id="respond"' in trainee.page("/after").text, True)
    facilitator.act("mark well looked at", "a0")
    trainee.act("hypothesis nothing", "a1")
    check("the end", trainee.act("finish", "a2").json()["over"], True)
    deadline = time.monotonic() + 60
    while "Score" not in trainee.page("/after").text and time.monotonic() < deadline:
        time.sleep(0.2)
    text = trainee.page("/after").text
    # What was let happen has no best response that is known: that of a false alarm is none to it.
    check("no best response is shown", "best known response" in text, False)
    check("which is said", "To what was let happen no best response is known." in text, True)
    for what in ("Score", "All lines over one another", "Questions for the debriefing",
                 "well looked at", "nobody acts"):
        check(f"'{what}' afterwards", what in text, True)
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    check("the file over drills", [(row["drill"], row["variant"]) for row in rows], [("quiet-finch", 0)])
    check("its page", "quiet-finch" in trainee.page("/progress").text, True)
    check("is the trainee's own", facilitator.page("/trainee/progress").status, 404)
    check("no act is offered that would be refused", [path for path in ("/", "/alerts", "/alerts/TrafficUnusual", "/people", "/services/web")
                                                     if 'class="act' in trainee.page(path).text], [])
    check("but the way back is", 'data-line="rewind 1"' in trainee.page("/steps").text, True)
    check("nothing can be done beside it", 'id="respond"' in trainee.page("/after").text, False)
    check("an act after the end", trainee.act("ack", "a3").json()["ok"], False)
    for side in (trainee, facilitator):
        answer = side.ask("POST", "/pace", {"pace": "x60"})
        check("a pace after the end", (answer.status, "is over" in answer.json()["text"]), (409, True))
    check("time stands still", trainee.state()["speed"], 0)
    again(pages, log)


def points_of(trainee):
    """What the page after a drill says, once it has been reckoned."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = re.search(r"(\d+) of (\d+) points", trainee.page("/after").text)
        if found:
            return found.group()
        time.sleep(0.2)
    return None


def again(pages, log):
    """Who takes the end back works on, and what it comes to then is reckoned anew."""
    trainee = pages.trainee
    first = points_of(trainee)
    check("the end is taken back", trainee.act("rewind 1", "b1").json()["over"], False)
    check("nothing is told of what was left", "Score" in trainee.page("/after").text, False)
    check("the other end", trainee.act("finish", "b2").json()["over"], True)
    second = points_of(trainee)
    check("is told anew", second is not None and second != first, True)
    check("beside the line that was left", "left before step 1" in trainee.page("/after").text, True)
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    check("both stand in the file over drills", len({row["work_sha256"] for row in rows}), 2)


def kept_though_interrupted(program, folder):
    """Ctrl+C behind the end of the drill: its record is written, and what was resumed is no other drill."""
    out, kept, log = folder / "out", folder / "over.json", folder / "twice.jsonl"
    with Pages(program, "--out", str(out), "--transcript", str(kept)) as pages:
        pages.trainee.enter()
        pages.trainee.act("finish", "o1")
        pages.process.send_signal(signal.SIGINT)
        said = pages.process.communicate(timeout=120)[1]
        check("how it ends", pages.process.returncode, 130)
        check("what is said of it", "after the files had been written" in said, True)
    check("the record", json.loads((out / "record.json").read_text())["verdict"], "scored")
    for _ in range(2):
        with Pages(program, "--log", str(log), resume=kept) as pages:
            pages.trainee.enter()
            points_of(pages.trainee)
    check("one line for what was looked at twice", len(log.read_text().splitlines()), 1)


def not_kept(program, folder):
    """Ctrl+C before the end: the transcript is written, and no record."""
    out, kept = folder / "none", folder / "open.json"
    with Pages(program, "--out", str(out), "--transcript", str(kept)) as pages:
        pages.process.send_signal(signal.SIGINT)
        said = pages.process.communicate(timeout=60)[1]
        check("what is said of it", "what had ended by then is written, the rest is not" in said, True)
    check("no record", out.exists(), False)


def halted(program):
    """The machine sleeps, or the program is halted: the drill stands still meanwhile, and says so."""
    with Pages(program) as pages:
        trainee = pages.trainee
        trainee.enter()
        stream = socket.create_connection(("127.0.0.1", trainee.port), timeout=60)
        stream.sendall(f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1:{trainee.port}\r\nCookie: {trainee.cookie}\r\n\r\n".encode())
        trainee.ask("POST", "/pace", {"pace": "real"})
        time.sleep(2)
        before = trainee.state()
        pages.process.send_signal(signal.SIGSTOP)
        time.sleep(25)
        pages.process.send_signal(signal.SIGCONT)
        time.sleep(1)
        after = trainee.state()
        clock = lambda state: sum(int(part) * unit for part, unit in zip(state["now"].split(":"), (3600, 60, 1)))
        check("time stood still while it was halted", clock(after) - clock(before) < 12, True)
        check("which is said", "stood still" in after["said"], True)
        trainee.act("note awake", "w1")
        check("until something is done", trainee.state()["said"], "")
        stream.close()


def streamed(side):
    stream = socket.create_connection(("127.0.0.1", side.port), timeout=20)
    stream.sendall(f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1:{side.port}\r\nCookie: {side.cookie}\r\n\r\n".encode())
    stream.recv(4096)
    return stream


def to_its_end(stream):
    seen = b""
    while part := stream.recv(65536):
        seen += part
    stream.close()
    return seen


def ended(program):
    """However fast news come, the last is that the program ends."""
    with Pages(program) as pages:
        pages.trainee.enter()
        pages.facilitator.enter()
        pages.trainee.ask("POST", "/pace", {"pace": "x60"})
        streams = [streamed(side) for side in (pages.trainee, pages.facilitator)]
        time.sleep(1.5)
        pages.facilitator.ask("POST", "/end", {})
        for stream in streams:
            check("the end is told", b'"ended":true' in to_its_end(stream), True)
        check("and comes", pages.process.wait(timeout=20), 0)


def interrupted(program, folder):
    """Ctrl+C ends it, both sides are told, and what was done is kept. Pages that show nothing are no looks."""
    kept = folder / "drill.json"
    with Pages(program, "--transcript", str(kept)) as pages:
        pages.trainee.enter()
        headline = re.search(r'class="headline">.*?</p>', pages.trainee.page().text).group()
        check("what always fires is no news", "no alert fires" in headline, True)
        for path in ("/logs?service=zzz", "/logs?service=web&search=%28%28%28", "/cluster?service=zzz"):
            check(path, pages.trainee.page(path).status, 200)
        pages.trainee.act("note kept", "i1")
        pages.facilitator.enter()
        streams = [streamed(side) for side in (pages.trainee, pages.facilitator)]
        pages.process.send_signal(signal.SIGINT)
        for stream in streams:
            check("Ctrl+C is told", b'"ended":true' in to_its_end(stream), True)
        said = pages.process.communicate(timeout=60)[1]
        check("how it ends", pages.process.returncode, 130)
        check("how it goes on", f"`firedrill drill --resume {kept} --web` goes on" in said, True)
        check("that it is written", "no file was written" in said, False)
    lines = [step["line"] for step in json.loads(kept.read_text())["steps"]]
    check("the transcript", lines[-1:], ["note kept"])
    check("what showed nothing", [line for line in lines if line.split()[0] in ("logs", "pods", "events")], [])


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "drills.jsonl"
        with Pages(program, "--log", str(log)) as pages:
            for part in (the_door, foreign, two_sides, teaches, once, harmless, streams, numbers, words_of_pages, too_long, facilitates):
                part(pages)
            afterwards(pages, log)
            check("the trainee does not end the program", pages.trainee.ask("POST", "/end", {}).status, 404)
            pages.facilitator.ask("POST", "/end", {})
            check("the facilitator does", pages.process.wait(timeout=20), 0)
        ended(program)
        interrupted(program, pathlib.Path(folder))
        kept_though_interrupted(program, pathlib.Path(folder))
        not_kept(program, pathlib.Path(folder))
    if "--long" in sys.argv:
        halted(program)
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
