#!/usr/bin/env python3
"""Nothing gives a drill away to the programs that work it: with the canaries of tests/drill/canaries.py planted, every
byte of every answer of its APIs, right requests and wrong ones, and of the Model Context Protocol. What is for who runs
the drill has them.

    canaries.py PROGRAM"""

import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import drills

planted = importlib.util.spec_from_file_location("planted", drills.ROOT / "tests/drill/canaries.py")
canaries = importlib.util.module_from_spec(planted)
planted.loader.exec_module(canaries)

PATHS = ["/api/v1/rules", "/api/v1/alerts", "/api/v1/targets", "/api/v1/metadata", "/api/v1/labels", "/api/v1/status/buildinfo",
         "/api/v1/label/__name__/values", "/api/v1/label/job/values", "/api/v1/label/service/values", "/api/v1/label/pod/values",
         "/api/v1/series?match[]=%7B__name__=~%22.%2B%22%7D", "/api/v1/query?query=%7B__name__=~%22.%2B%22%7D", "/api/v1/query?query=ALERTS%5B1h%5D",
         "/api/v1/query?query=up%7B", "/api/v1/query?query=nothing()", "/api/v1/query_range?query=up&start=0&end=1", "/api/v1/nothing",
         "/api/v2/alerts", "/api/v2/alerts/groups", "/api/v2/silences", "/api/v2/receivers", "/api/v2/status", "/api/v2/silence/x",
         "/alertmanager/-/ready", "/-/healthy", "/drill/v1/state", "/drill/v1/nothing", "/control/v1/truth", "/"]


def over_http(program, folder):
    """All that comes over HTTP in a whole drill, and what the control channel says."""
    seen = []
    with drills.Drill(program, drills.DRILL, "--drills", "scenarios", cwd=folder) as drill:
        seen.append(canaries.arguments_of(drill.process.pid))

        def look():
            for path in PATHS:
                answer = drill.agent.get(path)
                seen.append(str(answer.headers) + answer.text)
            for body in ({}, {"comment": "x"}, []):
                seen.append(drill.agent.ask("POST", "/api/v2/silences", body).text)

        look()
        for i, line in enumerate(canaries.LINES):
            seen.append(json.dumps(drill.agent.command(line), ensure_ascii=False))
            if i % 15 == 0:
                look()
        seen.append(json.dumps(drill.agent.command("finish")))
        look()
        truth = drill.control.get("/control/v1/truth").text + drill.control.get("/control/v1/score").text
    return "\n".join(seen), truth


def over_mcp(program, folder):
    def request(number, method, **params):
        return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    lines = [request(0, "initialize", protocolVersion="2025-11-25", capabilities={}, clientInfo={"name": "c", "version": "1"}),
             request(1, "tools/list")]
    calls = [("alerts", {}), ("logs", {"lines": 500}), ("events", {}), ("changes", {}), ("topology", {}), ("topology", {"pods": True}),
             ("playbook", {}), ("wait", {"for": "10m"}), ("look", {"at": "pages"}), ("look", {"at": "news"}), ("look", {"at": "rules"}),
             ("look", {"at": "hint"}), ("query", {"expression": "ALERTS"}), ("act", {"action": "restart nowhere"}), ("declare", {"severity": "P1"}),
             ("post", {"channel": "internal", "text": "x"}), ("nothing", {}), ("query", {"x": 1}), ("submit", {}), ("alerts", {})]
    lines += [request(2 + i, "tools/call", name=name, arguments=given) for i, (name, given) in enumerate(calls)]
    done = subprocess.run([program, "drill", drills.DRILL, "--drills", "scenarios", "--mcp"], cwd=folder, input="\n".join(lines) + "\n",
                          capture_output=True, text=True, check=False, timeout=120)
    if done.stdout.count("\n") != len(lines):
        print(f"{done.stdout.count(chr(10))} answers to {len(lines)} messages")
    return done.stdout + done.stderr


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        shutil.copytree(drills.ROOT / "scenarios", folder / "scenarios")
        canaries.plant(folder / "scenarios")
        seen, truth = over_http(program, folder)
        bad = canaries.found("HTTP", seen)
        if canaries.CANARY not in truth or len(seen) < 100_000:
            print("the control channel has no canary, or hardly anything was seen")
            bad += 1
        said = over_mcp(program, folder)
        bad += canaries.found("the Model Context Protocol", said)
    print(f"{len(seen) + len(said)} bytes, {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
