#!/usr/bin/env python3
"""A program under test that exposes what it measures in ways of its own: counters whose names do not say so, gauges whose
names do, what has no type, summaries; in the text format or as OpenMetrics alone.

Usage: exposing.py --port 8080 [--open-metrics]"""

import argparse
import http.server
import threading
import time

STARTED = time.time()

# TOOK: of each request, seconds. COUNT requests were answered. STARTED and LATEST are instants of the machine's clock.
TEXT = """
# HELP served Requests answered; a counter whose name does not say so.
# TYPE served counter
served COUNT
# TYPE open_total gauge
open_total 7
asked_total{by="anybody"} COUNT
# TYPE told_total untyped
told_total COUNT
weight 3
# TYPE took_seconds histogram
took_seconds_bucket{le="0.5"} HALF
took_seconds_bucket{le="1"} COUNT
took_seconds_bucket{le="+Inf"} COUNT
took_seconds_sum SUM
took_seconds_count COUNT
# TYPE size_bytes summary
size_bytes{quantile="0.9"} 900
size_bytes_sum BYTES
size_bytes_count COUNT
# TYPE latest_timestamp_seconds gauge
latest_timestamp_seconds LATEST
# TYPE process_start_time_seconds gauge
process_start_time_seconds STARTED
"""

OPEN_METRICS = """
# HELP answered Requests answered.
# TYPE answered counter
answered_total COUNT # {trace_id="a"} 1
answered_created STARTED
# TYPE http_request_duration_seconds summary
# UNIT http_request_duration_seconds seconds
http_request_duration_seconds{quantile="0.9"} 0.25
http_request_duration_seconds_sum SUM
http_request_duration_seconds_count COUNT
# TYPE build info
build_info{version="1.2"} 1
# TYPE waits gaugehistogram
waits_bucket{le="1.0"} 4
waits_bucket{le="+Inf"} 5
waits_gcount 5
waits_gsum 6
# TYPE process_start_time_seconds gauge
process_start_time_seconds STARTED
# EOF
"""


class Program(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    count = 0
    open_metrics = False

    def answer(self, code, body, kind="application/json"):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with Program.lock:
            Program.count += 1
        self.answer(200, b"{}\n")

    def do_GET(self):
        if self.path != "/metrics":
            return self.answer(200 if self.path.startswith("/health") else 404, b"{}\n")
        with Program.lock:
            count = Program.count
        text = (OPEN_METRICS if self.open_metrics else TEXT).lstrip("\n")
        for word, value in {"COUNT": count, "HALF": count // 2, "SUM": 0.6 * count, "BYTES": 500 * count,
                            "LATEST": time.time(), "STARTED": STARTED}.items():
            text = text.replace(word, str(value))
        self.answer(200, text.encode(), "application/openmetrics-text; version=1.0.0; charset=utf-8" if self.open_metrics
                    else "text/plain; version=0.0.4")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that has gone


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--open-metrics", action="store_true")
    options = parser.parse_args()
    Program.open_metrics = options.open_metrics
    Server(("127.0.0.1", options.port), Program).serve_forever()


if __name__ == "__main__":
    main()
