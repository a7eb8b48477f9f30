#!/usr/bin/python3
"""judge.py DIR [NAME...] - run the attacks (all, or those named) and judge them.

The header of an attack is its first comment: one line on what it tries, then

    # expect: VERDICT [DETAIL][|...]  how it may end; the detail is the call that
                            was blocked, the exit code, the signal, or the limit
    # prints: TEXT          the last line of output (when it ends well: held)
    # each: WORD...         run it once for each, as WORD in made.py; WORD in the
                            lines above stands for it too
    # options: ...          of codesync-jail, after the small limits of OPTIONS
    # stdin: open|tty       a pipe that nobody writes to, a terminal (else null)
    # report: stderr        the report is standard error's last line
    # stop: ready           send SIGTERM when it says that
    # pair: WHAT            two at once; step() waits for the other
    # differ: yes           and no line of theirs that begins with `own` is equal
    # user: too             once more as an ordinary user, when we are root
    # rlimits: WHY          may get through where the tier is rlimits: a skip
    # unmetered: WHY        the same, if the kernel gives users no clock either
    # root: WHY             may get through where we are not root: a skip
    # only: x86_64          the machine it is for

A program fails when it says LEAK, ends otherwise, or leaves a trace on the host:
a process (they are all called MARK), a file or socket with MARK in its name, a
System V object of KEY, another file or content in its directory. Mounts, control
groups and orphans name nobody, and are looked for when all have run."""
import concurrent.futures
import ctypes
import json
import os
import platform
import pty
import re
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
OPTIONS = ("--cpu-s 3 --wall-s 20 --memory-mb 64 --processes 32 --output-kb 64 "
           "--files-mb 4").split()
AT_ONCE = 2
RUN_S = 30     # whoever is not ended by then was not held
SETTLE_S = 5   # for what may end after the report
USER = 61603
PLACES = "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/run/lock"
# Calls that the C library's headers may be too old for; the same everywhere.
NEW_CALLS = {"cachestat": 451, "statmount": 457, "listmount": 458,
             "lsm_list_modules": 461, "open_tree_attr": 467}
STATUS = {"time_limit": 124, "memory_limit": 137, "output_limit": 123,
          "stopped": 143, "blocked": 159, "internal_error": 125}


def metered():
    with open("/proc/sys/kernel/perf_event_paranoid", encoding="ascii") as f:
        return os.geteuid() == 0 or int(f.read()) <= 2


def call_numbers():
    text = subprocess.run(
        ["gcc", "-dM", "-E", "-include", "sys/syscall.h", "-x", "c",
         "/dev/null"], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"#define __NR_(\w+) (\d+)$", text, re.M)
    return {**NEW_CALLS, **{name: int(n) for name, n in found}}


class Attack:
    """What the header of a program says."""

    def __init__(self, path):
        self.name = os.path.basename(path)[:-3]
        with open(path, encoding="utf-8") as f:
            self.text = f.read()
        lines = re.match(r"(?:#.*\n)+", self.text).group().splitlines()
        self.about = lines[0][2:]
        self.says = dict(re.match(r"# (\w+): (.*)", line).groups()
                         for line in lines[1:])

    def words(self):
        return self.says.get("each", "-").split()


class Host:
    """What attacks look for, and what they must not change."""

    def __init__(self, top):
        self.token = "secret-" + secrets.token_hex(8)
        self.file = os.path.join(top, "host-file")
        with open(self.file, "w", encoding="utf-8") as f:
            f.write(self.token)
        self.socket = "host-" + secrets.token_hex(8)
        self.listeners = [socket.socket(socket.AF_UNIX), socket.socket()]
        self.listeners[0].bind("\0" + self.socket)
        self.listeners[1].bind(("127.0.0.1", 0))
        self.port = self.listeners[1].getsockname()[1]
        for s in self.listeners:
            s.listen()
            s.setblocking(False)
        self.signals = []
        signal.signal(signal.SIGUSR1, lambda sig, _: self.signals.append(sig))
        self.tmp = os.path.join(top, "tmp")
        os.mkdir(self.tmp)
        os.chmod(self.tmp, 0o1777)
        self.name = os.uname().nodename
        self.core = self.allow_cores()
        self.before = self.state()

    @staticmethod
    def allow_cores():
        """As far as we may, so that it is the sandbox that forbids them."""
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        if os.geteuid() == 0:
            hard = 1 << 30
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        return hard if hard >= 0 else 1 << 30

    def state(self):
        groups = {d for d, _, _ in os.walk("/sys/fs/cgroup")}
        with open("/proc/self/mountinfo", encoding="utf-8") as f:
            return {"mounts": set(f), "groups": groups,
                    "here": set(os.listdir("."))}

    def facts(self):
        return {"HOST_NAME": self.name, "HOST_PID": os.getpid(),
                "HOST_FILE": self.file, "HOST_CORE": self.core, "HOST_SOCKET": self.socket,
                "HOST_PORT": self.port}

    def visitors(self):
        n = 0
        for s in self.listeners:
            try:
                s.accept()[0].close()
                n += 1
            except BlockingIOError:
                pass
        return n

    def new_mounts(self):
        return self.state()["mounts"] - self.before["mounts"]

    def new_groups(self):
        """Those whose spawner has ended: others belong to somebody who runs."""
        new = self.state()["groups"] - self.before["groups"]
        made = {d: re.fullmatch(r"(\d+)\.\d+", os.path.basename(d)) for d in new}
        return {d for d, by in made.items()
                if by and not os.path.exists("/proc/" + by[1])}


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as f:
            return f.read()
    except OSError:
        return None


def settled(find):
    """What FIND finds, when it still does after a while."""
    end = time.monotonic() + SETTLE_S
    while (found := find()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def names_in(path):
    try:
        return os.listdir(path)
    except OSError:
        return []


def processes(mark):
    return [pid for pid in os.listdir("/proc") if pid.isdigit()
            and read(f"/proc/{pid}/comm") == mark + "\n"]


def traces(mark, key):
    """What a run has left on the host, in words."""
    found = ["process " + pid for pid in settled(lambda: processes(mark))]
    found += [f"file {d}/{name}" for d in PLACES for name in names_in(d)
              if mark in name]
    if mark in (read("/proc/net/unix") or ""):
        found.append("socket")
    for kind in "shm", "msg", "sem":
        for line in (read("/proc/sysvipc/" + kind) or "").splitlines()[1:]:
            if int(line.split()[0]) == key:
                found.append("System V " + kind)
    if mark in (read("/proc/keys") or ""):
        found.append("key")
    return found


def clean(mark, key):
    """Take away what traces() has found."""
    for pid in processes(mark):
        os.kill(int(pid), signal.SIGKILL)
    for d in PLACES:
        for name in names_in(d):
            if mark in name:
                os.unlink(f"{d}/{name}")
    for option in "-M", "-Q", "-S":
        subprocess.run(["ipcrm", option, str(key)], check=False,
                       stderr=subprocess.DEVNULL)


class Run:
    """One program in one sandbox."""

    def __init__(self, judge, attack, word, user, where):
        self.attack, self.word, self.where = attack, word, where
        self.mark = "cs" + secrets.token_hex(6)
        self.key = int(self.mark[2:10], 16) & 0x7fffffff
        self.lines, self.rest, self.on_line = [], b"", lambda line: None
        self.jail, self.late = judge.command(user), False
        self.host = judge.host
        self.files = {"main.py": attack.text, "wall.py": judge.wall,
                      "made.py": self.made(judge)}

    def made(self, judge, **more):
        facts = {**self.host.facts(), "MARK": self.mark, "KEY": self.key,
                 "WORD": self.word, "NR": judge.numbers, **more}
        return "".join(f"{k} = {v!r}\n" for k, v in facts.items())

    def path(self, name):
        return os.path.join(self.where, name)

    def start(self):
        says = self.attack.says
        os.makedirs(self.path("dir"))
        for name, text in self.files.items():
            with open(self.path("dir/" + name), "w", encoding="utf-8") as f:
                f.write(text)
        stdin, close = self.open_stdin(says)
        secret = os.open(self.host.file, os.O_RDONLY)
        root = os.open("/", os.O_PATH)
        with open(self.path("report"), "wb") as report, \
                open(self.path("err"), "wb") as err:
            fd = 2 if says.get("report") else report.fileno()
            self.process = subprocess.Popen(
                [*self.jail, *OPTIONS, *says.get("options", "").split(),
                 "--dir", self.path("dir"), "--report", str(fd),
                 "--", "/usr/bin/python3", "main.py"],
                stdin=stdin, stdout=subprocess.PIPE, stderr=err,
                pass_fds=(report.fileno(), secret, root),
                env={"PATH": os.environ["PATH"], "TMPDIR": self.host.tmp,
                     "HOST_SECRET": self.host.token})
        for fd in secret, root, *close:
            os.close(fd)
        self.timer = threading.Timer(RUN_S, self.give_up)
        self.timer.start()
        self.reader = threading.Thread(target=self.pump)
        self.reader.start()

    def open_stdin(self, says):
        """What it reads, and what we close once it has it."""
        kind = "open" if "pair" in says else says.get("stdin")
        if kind is None:
            return subprocess.DEVNULL, ()
        self.input, theirs = pty.openpty() if kind == "tty" else \
            os.pipe()[::-1]
        return theirs, (theirs,)

    def give_up(self):
        self.late = True
        self.process.kill()

    def pump(self):
        for line in self.process.stdout:
            self.lines.append(line)
            text = line.decode(errors="replace").strip()
            if text == self.attack.says.get("stop"):
                self.process.send_signal(signal.SIGTERM)
            self.on_line(text)
        self.on_line(None)

    def go_on(self):
        try:
            os.write(self.input, b"\n")
        except BrokenPipeError:
            pass  # it has ended

    def finish(self):
        self.reader.join()
        self.status = self.process.wait()
        self.timer.cancel()
        self.process.stdout.close()
        if hasattr(self, "input"):
            os.close(self.input)
        self.report = self.read_report()

    def read_report(self):
        err = read(self.path("err"))
        text = read(self.path("report"))
        if self.attack.says.get("report"):
            text = "".join(err.split("\n")[-2:-1]) + "\n"
        try:
            return json.loads(text) if text.count("\n") == 1 else None
        except ValueError:
            return None

    def detail(self):
        r = self.report
        code = r.get("exit_code")
        return [str(x) for x in (r.get("syscall"), r.get("limit"),
                                 r.get("signal"), code) if x is not None]

    def expected(self):
        for way in self.attack.says["expect"].split("|"):
            want, *detail = way.strip().replace("WORD", self.word).split()
            if want == self.report["verdict"] and \
                    all(d in self.detail() for d in detail):
                return True
        return False

    def right_status(self):
        r = self.report
        own = r.get("exit_code")
        if r["verdict"] in STATUS:
            return self.status == STATUS[r["verdict"]]
        if own is not None and own >= 0:
            return self.status == own
        return self.status == 128 + getattr(signal, r["signal"])

    def wrong(self):
        """All that is wrong with it, in words."""
        bad = traces(self.mark, self.key)
        if bad:
            clean(self.mark, self.key)
        out = b"".join(self.lines)
        err = read(self.path("err"))
        bad += [f"says {line.decode(errors='replace').strip()}"[:300]
                for line in self.lines if b"LEAK" in line][:5]
        if self.host.token in out.decode(errors="replace") + err:
            bad.append("shows the host's secret")
        if self.late:
            return bad + [f"has not ended after {RUN_S} s"]
        if self.report is None:
            return bad + [f"has no report of one line (status {self.status})"]
        if not self.expected():
            bad.append(f"ends as {self.report['verdict']} "
                       f"{' '.join(self.detail())}, status {self.status}")
            bad += err.splitlines()[-3:]
        elif not self.right_status():
            bad.append(f"exit status {self.status} is not the report's")
        bad += self.wrong_output(out, err)
        now = {name: read(self.path("dir/" + name))
               for name in os.listdir(self.path("dir"))}
        if now != self.files:
            bad.append("has changed its directory on the host")
        return bad

    def wrong_output(self, out, err):
        want = self.attack.says.get("prints")
        if want is None and self.report["verdict"] == "ok":
            want = "held"
        last = (out.decode(errors="replace").splitlines() or [""])[-1]
        limit = 1024 * int(
            re.findall(r"--output-kb (\d+)", " ".join(self.process.args))[-1])
        bad = []
        if want is not None and last != want.replace("WORD", self.word):
            bad.append(f"says at last {last[:100]!r}")
        size = len(out) + (0 if "report" in self.attack.says else len(err))
        if size > limit:
            bad.append(f"has written {size} bytes")
        return bad


class Pair:
    """Lets two runs go on when each has come to its next step or ended."""

    def __init__(self, runs):
        self.runs, self.lock = runs, threading.Lock()
        self.waiting, self.ended = set(), set()
        for run in runs:
            run.on_line = lambda text, run=run: self.heard(run, text)

    def heard(self, run, text):
        with self.lock:
            if text is None:
                self.ended.add(run)
            elif text == "step":
                self.waiting.add(run)
            if self.waiting and len(self.waiting | self.ended) == 2:
                for other in self.waiting:
                    other.go_on()
                self.waiting.clear()

    def wrong(self):
        own = [{line for line in run.lines if line.startswith(b"own")}
               for run in self.runs]
        bad = [w for run in self.runs for w in run.wrong()]
        if self.runs[0].attack.says.get("differ"):
            if not own[0] or not own[1]:
                bad.append("says nothing of its own")
            bad += [f"both say {line}" for line in own[0] & own[1]]
        return bad


class Judge:
    def __init__(self, top):
        self.top = top
        self.jail = os.environ["JAIL_COMMAND"].split()
        self.numbers = call_numbers()
        self.wall = read(os.path.join(HERE, "wall.py"))
        self.host = Host(top)
        self.n = self.runs = 0

    def command(self, user):
        if not user:
            return self.jail
        return ["setpriv", "--reuid", str(USER), "--regid", str(USER),
                "--clear-groups", *self.user_jail]

    def prepare_user(self):
        """The program may lie where that user cannot go."""
        os.chmod(self.top, 0o755)
        self.user_jail = self.jail
        if len(self.jail) == 1:
            copy = os.path.join(self.top, os.path.basename(self.jail[0]))
            shutil.copy(self.jail[0], copy)
            self.user_jail = [copy]

    def plan(self, names):
        """(attack, word, user) of each run."""
        found = sorted(os.listdir(os.path.join(HERE, "attack")))
        attacks = [Attack(os.path.join(HERE, "attack", name))
                   for name in found if name.endswith(".py")
                   and (not names or name[:-3] in names)]
        runs = [(a, w, False) for a in attacks for w in a.words()]
        if os.geteuid() == 0 and shutil.which("setpriv"):
            self.prepare_user()
            runs += [(a, w, True) for a in attacks if a.says.get("user")
                     for w in a.words()]
        return runs

    def run(self, item):
        """What is wrong with one run, and its report."""
        number, (attack, word, user) = item
        if attack.says.get("only", platform.machine()) != platform.machine():
            return None, "for another machine"
        where = os.path.join(self.top, f"run{number}")
        runs = [Run(self, attack, word, user, os.path.join(where, role))
                for role in (("a", "b") if "pair" in attack.says else ("a",))]
        if len(runs) == 2:
            # each is told the same marks, its own and the other's
            marks = [(r.mark, r.key) for r in runs]
            for i, run in enumerate(runs):
                run.files["made.py"] = run.made(
                    self, ROLE="ab"[i], OTHER_MARK=marks[1 - i][0],
                    OTHER_KEY=marks[1 - i][1])
        whole = Pair(runs) if len(runs) == 2 else runs[0]
        for run in runs:
            run.start()
        for run in runs:
            run.finish()
        wrong = whole.wrong()
        shutil.rmtree(where, ignore_errors=True)
        return wrong, (runs[0].report or {}).get("tier")

    def say(self, name, wrong, skip=None):
        self.n += 1
        if skip:
            print(f"ok {self.n} - {name} # SKIP {skip}", flush=True)
            return
        print(f"{'not ok' if wrong else 'ok'} {self.n} - {name}", flush=True)
        for what in wrong:
            print("#  ", str(what).replace("\n", " "), flush=True)

    def verdict(self, run, wrong, tier):
        attack, word, user = run
        name = " ".join([attack.name, *([word] if word != "-" else []),
                         *(["as a user"] if user else [])])
        why = attack.says.get("rlimits")
        if not metered():
            why = why or attack.says.get("unmetered")
        if wrong is None:
            self.say(name, [], tier)
        elif wrong and why and tier == "rlimits":
            self.say(name, [], f"{why}; without a control group: {wrong[0]}")
        elif wrong and attack.says.get("root") and os.geteuid() != 0:
            self.say(name, [], f"{attack.says['root']}: {wrong[0]}")
        else:
            self.say(name, wrong)

    def judge(self, names):
        plan = self.plan(names)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            results = pool.map(self.run, enumerate(plan))
            for run, (wrong, tier) in zip(plan, results):
                self.verdict(run, wrong, tier)
        self.judge_host()
        print(f"1..{self.n}")

    def judge_host(self):
        host = self.host
        self.say("no process is left, dead or alive", settled(orphans))
        self.say("no mount is left", settled(host.new_mounts))
        self.say("no control group is left", settled(host.new_groups))
        self.say("no temporary file is left", os.listdir(host.tmp))
        self.say("nothing is left in the working directory",
                 host.state()["here"] - host.before["here"])
        self.say("nobody has called the host",
                 ["a connection"] * host.visitors())
        self.say("nobody has sent the host a signal", host.signals)
        self.say("the host keeps its name",
                 {os.uname().nodename} - {host.name})


def orphans():
    """Our children, to whom orphans below us are added."""
    return [pid for task in os.listdir("/proc/self/task")
            for pid in (read(f"/proc/self/task/{task}/children") or "").split()]


def main():
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    Judge(sys.argv[1]).judge(sys.argv[2:])


main()
