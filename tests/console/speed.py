#!/usr/bin/env python3
"""Answers of a drill's `query` each second: one client after the other over one connection, and several at once. Figures
are read, not asserted.

    speed.py PROGRAM [SECONDS]"""

import http.client
import pathlib
import sys
import threading
import time
import urllib.parse

import drills

QUERIES = ["1", "sum by (job) (up)", "sum by (service) (rate(http_requests_total[5m]))",
           "histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[5m])))"]


def ask(drill, path, until, counts):
    connection = http.client.HTTPConnection("127.0.0.1", drill.agent.port)
    headers = {"Authorization": f"Bearer {drill.agent.token}"}
    count = 0
    while time.monotonic() < until:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        count += answer.status == 200
    connection.close()
    counts.append(count)


def main():
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3
    with drills.Drill(str(pathlib.Path(sys.argv[1]).resolve())) as drill:
        drill.agent.command("wait 20m")
        for query in QUERIES:
            path = "/api/v1/query?" + urllib.parse.urlencode({"query": query})
            for clients in (1, 4):
                counts = []
                began = time.monotonic()
                threads = [threading.Thread(target=ask, args=(drill, path, began + seconds, counts)) for _ in range(clients)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                print(f"{sum(counts) / (time.monotonic() - began):8.0f} a second, {clients} at once: {query}")
        began = time.monotonic()
        for _ in range(5):
            drill.control.ask("POST", "/control/v1/reset", {})
        print(f"{(time.monotonic() - began) / 5 * 1000:8.1f} ms a reset")
    return 0


if __name__ == "__main__":
    sys.exit(main())
