"""A person in a room behind real ssh, at a terminal of our own: it says what a
terminal says when it is asked, and keeps every byte that it is sent."""
import os
import pty
import re
import select
import signal
import struct
import fcntl
import sys
import termios
import time

WAIT_S = float(os.environ.get("WAIT_S", "15"))

MODERN = {
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[>0q": b"\x1bP>|kitty(0.35.0)\x1b\\",
    b"\x1b[?u": b"\x1b[?0u",
    b"\x1b]11;?\x1b\\": b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
    b"\x1b[6n": b"\x1b[2;2R",
    b"\x1b[5n": b"\x1b[0n",
    b"\x1b[c": b"\x1b[?62;22c",
}


class Person:
    def __init__(self, user, code, name, answers=None, size=(80, 24)):
        self.answers = answers or {}
        self.data = b""  # all of it
        self.asked = 0  # up to where questions are answered
        self.held = None  # answers that are kept back
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm-256color"
            line = os.environ["SSH_LINE"].split()
            os.execvp(line[0], line + ["-p", os.environ["PORT"], user + "@127.0.0.1"])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.wait(b"Invite code:")
        self.send(code.encode() + b"\r")
        self.wait(b"Your name")
        self.send(name.encode() + b"\r")
        self.wait(b"Please tick")
        self.send(b" \r")

    def send(self, keys):
        while keys:
            select.select([], [self.fd], [], WAIT_S)
            keys = keys[os.write(self.fd, keys[:1024]):]
            self.read(0)

    def answer(self):
        while True:
            found = [(self.data.find(q, self.asked), q) for q in self.answers]
            found = [f for f in found if f[0] >= 0]
            if not found:
                return
            at, question = min(found)
            self.asked = at + len(question)
            if self.held is None:
                os.write(self.fd, self.answers[question])
            else:
                self.held.append(self.answers[question])

    def read(self, timeout):
        """False at the end."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return True
        try:
            block = os.read(self.fd, 65536)
        except OSError:
            block = b""
        self.data += block
        self.answer()
        return block != b""

    def wait(self, what, start=0):
        """Until the bytes are there, behind START; where they are."""
        end = time.monotonic() + WAIT_S
        while (at := self.data.find(what, start)) < 0:
            if time.monotonic() > end or not self.read(0.05):
                sys.exit("not seen: %r in %r" % (what, self.data[start:][-2000:]))
        return at

    def inside(self):
        """Until the room is there, which has the mark of the recording."""
        self.until(lambda: re.search(rb"(\xe2\x97\x8f|[*])REC", self.data))

    def until(self, true):
        end = time.monotonic() + WAIT_S
        while not true():
            self.read(0.05)
            if time.monotonic() > end:
                sys.exit("it does not come true; the last was %r" % self.data[-900:])

    def end(self):
        """Until ssh is gone; its status."""
        while self.read(WAIT_S):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def bare(data):
    """DATA without its sequences: what is drawn, more or less."""
    return re.sub(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x1b\x07]*(\x1b\\|\x07)|P[^\x1b]*\x1b\\|[()].|.)", b"", data)
