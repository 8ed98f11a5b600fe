#!/usr/bin/env python3
"""Who gets into a drill that serves, and what those who do can make it hold.

    security.py PROGRAM"""

import concurrent.futures
import pathlib
import socket
import sys
import threading
import time
import urllib.parse

import drills

FAILED = []


def check(what, seen, expected):
    if seen != expected:
        FAILED.append(what)
        print(f"{what}\n  expected {expected}\n  seen     {seen}")


def who_gets_in(drill):
    agent, control = drill.agent, drill.control
    query = "/api/v1/query?query=1"
    port = agent.port
    for what, headers, status in [
            ("a bearer token", {}, 200),
            ("basic", {"Authorization": agent.basic()}, 200),
            ("no token", {"Authorization": None}, 401),
            ("a wrong token", {"Authorization": "Bearer " + "0" * 64}, 401),
            ("the control channel's token", {"Authorization": f"Bearer {control.token}"}, 401),
            ("our name", {"Host": f"localhost:{port}"}, 200),
            ("another host's name", {"Host": f"drill.example:{port}"}, 403),
            ("another port", {"Host": "127.0.0.1:1"}, 403),
            ("a page of ours", {"Origin": f"http://127.0.0.1:{port}"}, 200),
            ("a page of another site", {"Origin": "http://drill.example"}, 403),
            ("a page from nowhere", {"Origin": "null"}, 403)]:
        check(what, agent.ask("GET", query, headers=headers).status, status)
    for path in ("/-/healthy", "/api/v2/status", "/drill/v1/state", "/", "/nothing"):
        check(f"no token at {path}", agent.ask("GET", path, headers={"Authorization": None}).status, 401)
    check("a refusal asks for both schemes",
          agent.ask("GET", query, headers={"Authorization": None}).headers["WWW-Authenticate"],
          'Bearer realm="drill", Basic realm="drill"')


def what_controls(drill):
    for method, path in (("POST", "/control/v1/reset"), ("GET", "/control/v1/truth"), ("GET", "/control/v1/score"),
                         ("POST", "/control/v1/end")):
        check(f"{path} with the agent's token", drill.control.ask(method, path, token=drill.agent.token).status, 401)
        check(f"{path} at the agent's port", drill.agent.ask(method, path).status, 404)
        check(f"{path} at the agent's port with the control channel's token",
              drill.agent.ask(method, path, token=drill.control.token).status, 401)
    check("the agent's own at the control channel", drill.control.get("/drill/v1/state").status, 404)
    began = drill.agent.get("/drill/v1/state").json()["now"]
    drill.agent.command("wait 5m")
    check("the clock goes on", drill.agent.get("/drill/v1/state").json()["now"] > began, True)
    check("a reset", drill.control.ask("POST", "/control/v1/reset", {}).json()["ok"], True)
    check("the clock after a reset", drill.agent.get("/drill/v1/state").json()["now"], began)
    check("a reset to what is no seed", drill.control.ask("POST", "/control/v1/reset", {"seed": "x"}).status, 400)
    check("the truth", drill.control.get("/control/v1/truth").status, 200)
    check("the score", drill.control.get("/control/v1/score").status, 200)
    score_beside_queries(drill)


def score_beside_queries(drill):
    """Who runs the drill asks how it goes, and whoever works it is answered meanwhile; what they looked at counts."""
    drill.agent.command("wait 20m")
    drill.agent.get("/api/v1/query", query="up")
    drill.agent.get("/alertmanager/api/v2/alerts")
    drill.agent.get("/alertmanager/api/v2/silences")
    drill.agent.ask("POST", "/prometheus/api/v1/rules", {})  # refused: nothing was seen
    scores = []
    asking = threading.Thread(target=lambda: scores.extend(drill.control.get("/control/v1/score").json() for _ in range(2)))
    asking.start()
    answered = 0
    while asking.is_alive():
        check("a query beside a score", drill.agent.get("/api/v1/query", query="up").status, 200)
        answered += 1
    check("queries beside a score", answered > 5, True)
    check("a score that is asked for twice", scores[0], scores[1])
    looked = next(line for line in scores[0]["score"]["lines"] if line["aspect"] == "looked first")
    check("what was looked at", looked["why"], "alerts, query, silences before the end")


def what_is_bounded(drill):
    agent = drill.agent
    check("a large body", agent.ask("POST", "/api/v1/query", "query=" + "1" * 300_000,
                                    {"Content-Type": "application/x-www-form-urlencoded"}).status, 413)
    large = agent.ask("POST", "/api/v1/query", "query=" + "1" * 300_000, {"Content-Type": "application/x-www-form-urlencoded"})
    check("a large body is told why", large.json()["error"], "the body is too large")
    check("a long address", agent.get("/api/v1/query", query="1" * 5000).status, 414)
    check("a large head", agent.ask("GET", "/", headers={"X-Long": "x" * 20_000}).status, 431)
    dear = agent.get("/api/v1/query", query="count_over_time(sum_over_time({__name__=~\".+\"}[30m:1s])[30m:1s])")
    check("a dear query", dear.status in (422, 503), True)
    check("many points", agent.get("/api/v1/query_range", query="up", start=0, end=20000, step=1).status, 400)
    check("and then the next one", agent.get("/api/v1/query", query="1").status, 200)
    with concurrent.futures.ThreadPoolExecutor(16) as several:
        statuses = list(several.map(lambda _: agent.ask("GET", "/", headers={"Authorization": None}).status, range(300)))
    check("strangers who try again and again", 429 in statuses, True)
    check("keep nobody out", agent.get("/api/v1/query", query="1").status, 200)


def what_is_no_request(drill):
    """Where a request ends, no two may read differently; what follows is not answered."""
    head = f"Host: 127.0.0.1:{drill.agent.port}\r\nAuthorization: Bearer {drill.agent.token}\r\n"
    for what, first, rest, status in [
            ("a length beside chunks", "POST", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", 400),
            ("two lengths", "POST", "Content-Length: 4\r\nContent-Length: 40\r\n", 400),
            ("an unknown coding", "POST", "Transfer-Encoding: xchunked\r\n", 501),
            ("a NUL", "GET", "X-Text: a\0b\r\n", 400),
            ("an unknown method", "BREW", "", 501)]:
        connection = socket.create_connection(("127.0.0.1", drill.agent.port), timeout=10)
        connection.sendall((f"{first} /api/v1/query?query=1 HTTP/1.1\r\n{head}{rest}\r\n"
                            f"GET /api/v1/query?query=2 HTTP/1.1\r\n{head}\r\n").encode())
        heard = b""
        while part := connection.recv(4096):
            heard += part
        check(what, heard.split(b" ")[1:2], [str(status).encode()])
        check(f"{what}: what follows", b"success" in heard, False)


def forms(drill):
    """Long expressions, as dashboards post them, in both kinds of forms."""
    long = "sum(up) # " + "long " * 5_000
    agent = drill.agent
    expected = agent.get("/api/v1/query", query="sum(up)").text
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = agent.ask("POST", "/api/v1/query", "query=" + urllib.parse.quote(long), urlencoded)
    check("a long form", (answer.status, answer.text), (200, expected))
    parts = f'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{long}\r\n--x--\r\n'
    answer = agent.ask("POST", "/api/v1/query", parts, {"Content-Type": "multipart/form-data; boundary=x"})
    check("a form in parts", (answer.status, answer.text), (200, expected))


def late_queries(drill):
    """One that reads all that it may: it ends by its timeout, and nobody waits for long behind it."""
    drill.agent.command("wait 30m")
    asking = [threading.Thread(target=lambda: drill.agent.get(
        "/api/v1/query_range", query='quantile_over_time(0.5, {__name__=~".+"}[30m])', start=0, end=2e9, step=2e5))
              for _ in range(2)]
    asking.append(threading.Thread(target=lambda: check("a query with a timeout", drill.agent.get(
        "/api/v1/query", query='count_over_time(sum_over_time({__name__=~".+"}[20m:15s])[20m:15s])',
        timeout="1ms").json().get("errorType"), "timeout")))
    for thread in asking:
        thread.start()
    began = time.monotonic()
    check("behind dear queries", drill.agent.get("/api/v1/query", query="1").status, 200)
    check("soon behind dear queries", time.monotonic() - began < 30, True)
    for thread in asking:
        thread.join()


def slow_clients(drill):
    """Some send a byte now and then, some never read their answer: whoever else asks is answered at once."""
    port, token = drill.agent.port, drill.agent.token
    slow = []
    for i in range(60):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        if i % 2 == 0:
            connection.sendall(b"GET /api/v1/query?query=1 HTTP/1.1\r\nHost: ")
        else:
            connection.sendall(f"GET /api/v1/query?query=%7B__name__%3D~%22.%2B%22%7D%5B5m%5D HTTP/1.1\r\n"
                               f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        slow.append(connection)
    time.sleep(1)
    began = time.monotonic()
    for _ in range(5):
        check("beside slow clients", drill.agent.get("/api/v1/query", query="1").status, 200)
    check("soon beside slow clients", time.monotonic() - began < 20, True)
    for connection in slow:
        connection.close()


def ends(program):
    with drills.Drill(program) as drill:
        drill.control.ask("POST", "/control/v1/end")
        check("exit code at its end", drill.process.wait(timeout=30), 0)
    with drills.Drill(program) as drill:
        taken = drills.subprocess.run([program, "drill", drills.DRILL, "--serve", "--port", str(drill.agent.port)],
                                      cwd=drills.ROOT, capture_output=True, text=True, check=False, timeout=60)
        check("a port that is taken", taken.returncode, 3)
        check("is named", f"port {drill.agent.port} is taken" in taken.stderr, True)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with drills.Drill(program) as drill:
        who_gets_in(drill)
        what_controls(drill)
        what_is_bounded(drill)
        what_is_no_request(drill)
        forms(drill)
        late_queries(drill)
        slow_clients(drill)
    ends(program)
    print(f"{len(FAILED)} failed")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
