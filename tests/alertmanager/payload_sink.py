"""Receivers of every kind on loopback: what they are sent is kept, and answered as the real ones answer."""

import email
import email.header
import email.policy
import http.server
import json
import socketserver
import threading
import time
import urllib.parse


class Web:
    """Takes requests to /RECEIVER/…; keeps (receiver, method, path, query, headers, body, time)."""

    def __init__(self):
        self.taken, self.lock = [], threading.Lock()
        self.issues = set()  # receivers whose Jira has an issue
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                said = web.take(self.command, self.path, dict(self.headers), body)
                kind = "text/plain" if said == b"ok" else "text/xml" if said.startswith(b"<") else "application/json"
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = answer

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                pass  # a client that is gone

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, receiver):
        return f"http://127.0.0.1:{self.server.server_port}/{receiver}"

    def take(self, method, path, headers, body):
        parts = urllib.parse.urlsplit(path)
        receiver = parts.path.split("/")[1]
        with self.lock:
            self.taken.append({"receiver": receiver, "method": method, "path": parts.path, "query": parts.query,
                               "headers": headers, "body": body, "time": time.time()})
            return self.said(receiver, method, parts.path)

    def said(self, receiver, method, path):
        kind = receiver.split("-")[0]
        if kind == "slack":
            return b"ok"
        if kind == "telegram":
            return b'{"ok": true, "result": {"message_id": 1, "chat": {"id": 1}}}'
        if kind == "wechat":
            return b'{"access_token": "t", "errcode": 0}'
        if kind == "rocketchat":
            return b'{"success": true}'
        if kind == "sns":
            return (b"<PublishResponse xmlns='http://sns.amazonaws.com/doc/2010-03-31/'><PublishResult><MessageId>1</MessageId>"
                    b"</PublishResult></PublishResponse>")
        if kind == "jira":
            if path.endswith("/issue") and method == "POST":
                self.issues.add(receiver)
            if path.endswith("/transitions"):
                return b'{"transitions": [{"id": "5", "name": "Done"}]}'
            found = [{"key": "P-1", "fields": {"status": {"name": "x", "statusCategory": {"key": "new"}}}}]
            return json.dumps({"key": "P-1", "issues": found if receiver in self.issues else []}).encode()
        return b"{}"

    def of(self, receiver):
        with self.lock:
            return [each for each in self.taken if each["receiver"] == receiver]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Mail:
    """Takes mails; keeps them by the local part of the address that they are sent to."""

    def __init__(self):
        self.taken, self.lock = [], threading.Lock()
        mail = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")

            def handle(self):
                self.say("220 here")
                to = ""
                while line := self.rfile.readline():
                    word = line.decode().strip().upper()
                    if word.startswith("RCPT"):
                        to = line.decode().split("<")[1].split("@")[0]
                    if word == "DATA":
                        self.say("354 go on")
                        self.take(to)
                    self.say("221 bye" if word == "QUIT" else "250 fine")
                    if word == "QUIT":
                        return

            def take(self, to):
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line[1:] if line.startswith(b"..") else line)
                with mail.lock:
                    mail.taken.append((to, b"".join(lines)))

        class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 256

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def smarthost(self):
        return f"127.0.0.1:{self.server.server_address[1]}"

    def of(self, receiver):
        """(headers, {type: text}) of each."""
        out = []
        with self.lock:
            mails = [text for to, text in self.taken if to == receiver]
        for raw in mails:
            message = email.message_from_bytes(raw)
            headers = {name: str(email.header.make_header(email.header.decode_header(value)))
                       for name, value in message.items()}
            parts = {part.get_content_type(): part.get_payload(decode=True).decode().replace("\r\n", "\n")
                     for part in message.walk() if not part.is_multipart()}
            out.append((headers, parts))
        return out

    def close(self):
        self.server.shutdown()
        self.server.server_close()
