#!/usr/bin/env python3
"""A checkout that charges through a payment service: a program under test, which knows nothing of firedrill.

Usage: checkout.py [--port 8080] [--payment http://127.0.0.1:9101] [--naive]

It waits a third of a second for payment at most, stops asking for a second after five failures in a row, and takes an
order all the same: the charge is made later. The naive one waits two seconds, and has no answer without payment."""

import argparse
import http.client
import http.server
import threading
import time
import urllib.parse


class Metrics:
    """Counters, as the text format has them."""

    def __init__(self):
        self.lock = threading.Lock()
        self.series = {}

    def count(self, name, **labels):
        key = (name, tuple(sorted(labels.items())))
        with self.lock:
            self.series[key] = self.series.get(key, 0) + 1

    def text(self):
        lines = []
        with self.lock:
            for name in sorted({name for name, _ in self.series}):
                lines.append(f"# HELP {name} So many.\n# TYPE {name} counter")
                for (of, labels), value in sorted(self.series.items()):
                    if of == name:
                        pairs = ",".join(f'{key}="{text}"' for key, text in labels)
                        lines.append(f"{name}{{{pairs}}} {value}")
        return "\n".join(lines) + "\n"


class Payment:
    FAILURES = 5  # in a row, after which it is left alone
    PAUSE = 1.0  # for so many seconds

    def __init__(self, address, naive, metrics):
        self.host, self.port = address.hostname, address.port
        self.naive = naive
        self.timeout = 2.0 if naive else 0.3
        self.metrics = metrics
        self.lock = threading.Lock()
        self.failures, self.until = 0, 0.0

    def charge(self):
        with self.lock:
            if not self.naive and time.monotonic() < self.until:
                self.metrics.count("dependency_requests_total", dependency="payment", outcome="circuit_open")
                return False
        outcome = self.call()
        self.metrics.count("dependency_requests_total", dependency="payment", outcome=outcome)
        with self.lock:
            self.failures = 0 if outcome == "success" else self.failures + 1
            if self.failures >= self.FAILURES:
                self.failures, self.until = 0, time.monotonic() + self.PAUSE
        return outcome == "success"

    def call(self):
        line = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            line.request("POST", "/charge", body=b"")
            answer = line.getresponse()
            answer.read()
            return "success" if answer.status < 400 else "error"
        except TimeoutError:
            return "timeout"
        except ConnectionRefusedError:
            return "refused"
        except (OSError, http.client.HTTPException):
            return "reset"
        finally:
            line.close()


class Checkout(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    payment = metrics = None
    naive = False

    def answer(self, code, body, kind="application/json"):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/checkout":
            return self.answer(404, b"{}\n")
        charged = self.payment.charge()
        code = 503 if self.naive and not charged else 200
        self.metrics.count("http_requests_total", code=str(code), method="POST", route="/checkout")
        self.answer(code, b'{"charged": true}\n' if charged else b'{"charged": false}\n')

    def do_GET(self):
        if self.path == "/metrics":
            return self.answer(200, self.metrics.text().encode(), "text/plain; version=0.0.4")
        if self.path in ("/health/live", "/health/ready"):
            return self.answer(200, b'{"status": "ok"}\n')
        self.answer(404, b"{}\n")

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
    parser.add_argument("--payment", default="http://127.0.0.1:9101")
    parser.add_argument("--naive", action="store_true")
    options = parser.parse_args()
    Checkout.metrics = Metrics()
    Checkout.naive = options.naive
    Checkout.payment = Payment(urllib.parse.urlparse(options.payment), options.naive, Checkout.metrics)
    Server(("127.0.0.1", options.port), Checkout).serve_forever()


if __name__ == "__main__":
    main()
