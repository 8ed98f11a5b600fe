#!/usr/bin/env python3
"""A program under test that answers what nobody should have to read.

Usage: hostile.py PORT METRICS READY: what it says at /metrics (fine, garbage, huge, slow) and at /health/ready (fine,
endless, header)."""

import socket
import sys
import threading
import time

FINE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"
CHUNKED = FINE + b"Transfer-Encoding: chunked\r\n\r\n"


def whole(body):
    return FINE + b"Content-Length: %d\r\n\r\n" % len(body) + body


def on_and_on(connection, head, part, pause=0.0):
    connection.sendall(head)
    while True:
        connection.sendall(part)
        time.sleep(pause)


def chunk(data):
    return b"%x\r\n" % len(data) + data + b"\r\n"


ANSWERS = {
    "fine": lambda connection: connection.sendall(whole(b"ready_things 1\n")),
    "garbage": lambda connection: connection.sendall(whole(b"ready_things 1\n<html>\x01\n")),
    "huge": lambda connection: on_and_on(connection, CHUNKED, chunk(b'x_total{a="1"} 1\n' * 60000)),
    "slow": lambda connection: on_and_on(connection, FINE + b"Content-Length: 100000\r\n\r\n", b"#", 0.05),
    "endless": lambda connection: on_and_on(connection, CHUNKED, chunk(b"a" * 100_000)),
    "header": lambda connection: on_and_on(connection, b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"a" * 60_000 + b"\r\n"),
}


def serve(connection, metrics, ready):
    with connection:
        try:
            request = b""
            while b"\r\n\r\n" not in request:
                got = connection.recv(65536)
                if not got:
                    return
                request += got
            path = request.split(b" ")[1]
            ANSWERS[metrics if path == b"/metrics" else ready if path == b"/health/ready" else "fine"](connection)
        except OSError:
            pass


def main():
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", int(sys.argv[1])))
        listening.listen(200)
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=serve, args=(connection, *sys.argv[2:4]), daemon=True).start()


if __name__ == "__main__":
    main()
