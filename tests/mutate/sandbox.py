"""Runs one case in a folder of its own, under bounds, and says what was seen."""

import ctypes
import os
import pathlib
import resource
import select
import shutil
import signal
import subprocess
import time

import case as cases

SECONDS = 10  # a case may take
MEMORY = 1 << 30  # bytes it may hold
LARGEST_FILE = 1 << 29
SMALL_FILE = 2000  # bytes that may be written into one, of a case of that circumstance
SHOWN = 1 << 22  # bytes of output that are looked at
PR_SET_CHILD_SUBREAPER = 36
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "FIREDRILL_CANARY": cases.CANARY,
               "ASAN_OPTIONS": "detect_leaks=0:quarantine_size_mb=16:allocator_may_return_null=1:handle_abort=1",
               "UBSAN_OPTIONS": "print_stacktrace=1"}


class Observed:
    """What a case did. `code` is negative for a signal, None if it had to be ended."""

    def __init__(self):
        self.code = None
        self.seconds = 0.0
        self.peak = 0  # bytes
        self.out = self.err = b""
        self.children = 0
        self.before, self.after = {}, {}
        self.foreign_changes = []
        self.temporary = []


class Sandbox:
    def __init__(self, program, folder):
        self.program = os.path.abspath(program)
        self.folder = pathlib.Path(folder)
        self.sanitized = is_sanitized(program)
        self.seconds = SECONDS * (3 if self.sanitized else 1)
        self.most_resident = MEMORY * (2 if self.sanitized else 1)
        # A sanitizer's shadow memory is address space by the terabyte; there the resident size is looked at.
        if not self.sanitized:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # What a case leaves running becomes a child of ours, and is noticed.
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.guard = None

    def clean(self):
        remove(self.folder / "checkout")
        for name in ("home", "tmp"):
            if next(iter(os.scandir(self.folder / name)), None) is not None:
                remove(self.folder / name)

    def run(self, case):
        if (self.folder / "checkout").exists():
            self.clean()
        cases.lay_out(case, self.folder)
        if self.guard is None:
            self.guard = cases.snapshot(self.folder / "foreign")
        seen = Observed()
        seen.before = cases.snapshot(self.folder / "checkout")
        self.start(case, case.command, seen)
        seen.after = cases.snapshot(self.folder / "checkout") if (self.folder / "checkout").exists() else {}
        seen.temporary = sorted(os.listdir(self.folder / "tmp"))
        now = cases.snapshot(self.folder / "foreign")
        if now != self.guard:
            seen.foreign_changes = sorted(p for p in now.keys() | self.guard.keys() if now.get(p) != self.guard.get(p))
            remove(self.folder / "foreign")
            self.guard = None
        return seen

    def command(self, words):
        """What the system takes as arguments: no zero byte, none longer than 128 KiB."""
        return [os.fsencode(w.replace("@FOREIGN@", str(self.folder / "foreign"))).replace(b"\0", b"")[:100_000] for w in words]

    def environment(self, case):
        wanted = dict(ENVIRONMENT, HOME=str(self.folder / "home"), TMPDIR=str(self.folder / "tmp"))
        wanted.update(case.environment)
        return {k: v for k, v in wanted.items() if v is not None}

    def start(self, case, words, seen):
        arguments = [self.program.encode()] + self.command(words)
        out, err = self.folder / "stdout", self.folder / "stderr"
        begun = time.monotonic()
        with open(out, "wb") as stdout, open(err, "wb") as stderr, open(os.devnull, "rb") as stdin:
            target, reader = stdout, None
            if "stdout-full" in case.circumstances:
                target = open("/dev/full", "wb")
            elif "stdout-gone" in case.circumstances:
                reader, writer = os.pipe()
                os.close(reader)
                target = os.fdopen(writer, "wb")
            process = subprocess.Popen(arguments, cwd=self.folder / "checkout" / case.cwd, stdin=stdin, stdout=target,
                                       stderr=stderr, env=self.environment(case), start_new_session=True,
                                       preexec_fn=preparation(case, self.sanitized))
            if target is not stdout:
                target.close()
            self.wait(process, seen)
        seen.seconds = time.monotonic() - begun
        seen.children = end_children()
        seen.out, seen.err = (read(path) for path in (out, err))

    def wait(self, process, seen):
        handle = os.pidfd_open(process.pid)
        try:
            ended = select.select([handle], [], [], self.seconds)[0]
        finally:
            os.close(handle)
        if not ended:
            os.killpg(process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seen.code = process.returncode if ended else None
        seen.peak = usage.ru_maxrss * 1024


def preparation(case, sanitized):
    """What is to be done between fork and exec, if anything."""
    wanted = set(case.circumstances) & {"stdin-closed", "stdout-closed", "stderr-closed", "few-files", "small-files", "cwd-removed",
                                        "no-rights"}
    if not wanted:
        return None

    def prepare():
        for number, name in enumerate(("stdin-closed", "stdout-closed", "stderr-closed")):
            if name in wanted:
                os.close(number)
        # A sanitizer opens a pipe to find out whether an address may be read, and takes it for wild without one.
        if "few-files" in wanted and not sanitized:
            resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))
        if "small-files" in wanted:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_FILE, SMALL_FILE))
        if "no-rights" in wanted:
            os.umask(0o777)
        if "cwd-removed" in wanted:
            os.mkdir("gone")
            os.chdir("gone")
            os.rmdir("../gone")

    return prepare


def end_children():
    """How many processes were left behind; none are afterwards."""
    left = 0
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return left
        left += 1
        if pid == 0:
            for child in pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
            os.waitpid(-1, 0)


def read(path):
    with open(path, "rb") as file:
        return file.read(SHOWN)


def is_sanitized(program):
    with open(program, "rb") as file:
        return b"__asan_init" in file.read()


def remove(folder):
    """Also where a case has taken rights away."""
    def mend(function, path, _):
        os.chmod(os.path.dirname(path), 0o700)
        function(path)

    if os.path.lexists(folder):
        shutil.rmtree(folder, onerror=mend)
