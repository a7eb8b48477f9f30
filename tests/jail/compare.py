#!/usr/bin/python3
"""compare.py DIR [NAME...] - run the honest programs (all, or those named) under
python3 alone and in the sandbox, and compare output, errors and exit status.

The header of a program is its first comment: one line on what it does, then

    # stdin: TEXT     what it can read, with \\n for the end of a line (else nothing)
    # python: -Es     options of the bare python3 (else -I)
    # options: ...    of codesync-jail
    # needs: MODULE   a skip where python3 does not have it
    # differ: WHY     its output should not be the same: it is by chance

Both have main.py in a directory of its own, with beside.py there too. The bare
directory is told as /work, and the bare one for temporary files as /tmp."""
import codecs
import concurrent.futures
import os
import re
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"
BESIDE = '"""What is beside main.py."""\nNAME = __name__\n\n\n' \
         'def double(x):\n    return x + x\n'
AT_ONCE = 2
RUN_S = 40


class Program:
    def __init__(self, name, top):
        self.name, self.top = name, top
        with open(f"{HERE}/honest/{name}.py", encoding="utf-8") as f:
            self.text = f.read()
        lines = re.match(r"(?:#.*\n)+", self.text).group().splitlines()
        self.says = dict(re.match(r"# (\w+): (.*)", line).groups()
                         for line in lines[1:])
        self.stdin = codecs.decode(self.says.get("stdin", ""), "unicode_escape")

    def lay_out(self, where):
        work, tmp = f"{self.top}/{self.name}/{where}", \
            f"{self.top}/{self.name}/{where}-tmp"
        os.makedirs(work)
        os.mkdir(tmp)
        for name, text in ("main.py", self.text), ("beside.py", BESIDE):
            with open(f"{work}/{name}", "w", encoding="utf-8") as f:
                f.write(text)
        return work, tmp

    def run(self, command, cwd, tmp, fds=()):
        """(output, errors, status) as a shell has it."""
        env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": cwd,
               "TMPDIR": tmp, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=cwd, input=self.stdin.encode(), timeout=RUN_S,
                capture_output=True, check=False, pass_fds=fds, env=env)
        except subprocess.TimeoutExpired as e:
            return "", str(e), -1  # and this differs from whatever bare does
        status = done.returncode
        return (done.stdout.decode(errors="replace"),
                done.stderr.decode(errors="replace"),
                status if status >= 0 else 128 - status)

    def bare(self):
        work, tmp = self.lay_out("bare")
        options = self.says.get("python", "-I").split()
        got = self.run([PYTHON, *options, "main.py"], work, tmp)
        return [x.replace(tmp, "/tmp").replace(work, "/work")
                if isinstance(x, str) else x for x in got]

    def inside(self, jail):
        work, tmp = self.lay_out("inside")
        with open(f"{self.top}/{self.name}/report", "wb") as report:
            return list(self.run(
                [*jail, *self.says.get("options", "").split(), "--dir", work,
                 "--report", str(report.fileno()), "--", PYTHON, "main.py"],
                os.getcwd(), tmp, (report.fileno(),)))

    def compare(self, jail):
        """What differs, in words; None for a skip."""
        module = self.says.get("needs")
        if module and subprocess.run([PYTHON, "-c", "import " + module],
                                     capture_output=True, check=False).returncode:
            return None
        bare, inside = self.bare(), self.inside(jail)
        if "differ" in self.says:
            return self.by_chance(bare, inside, self.inside_again(jail))
        return [f"{what} is {b}, bare it is {a}" for what, a, b in
                zip(("output", "error output", "exit status"),
                    map(brief, bare, inside), map(brief, inside, bare))
                if a != b]

    def inside_again(self, jail):
        again = Program(self.name, self.top + "/again")
        return again.inside(jail)

    @staticmethod
    def by_chance(*results):
        outs = [out for out, _, _ in results]
        wrong = [f"fails: {r[1][-200:]}" for r in results if r[2] != 0]
        lines = [set(out.splitlines()) for out in outs]
        for i, j in (0, 1), (0, 2), (1, 2):
            wrong += [f"twice the same: {line}" for line in lines[i] & lines[j]]
        return wrong


def brief(text, other):
    """From the first difference on."""
    if not isinstance(text, str) or text == other:
        return text
    at = len(os.path.commonprefix([text, other]))
    return f"{text[max(at - 20, 0):at + 100]!r} at {at}"


def main():
    top, names = sys.argv[1], sys.argv[2:]
    # ignored in what a shell runs in the background, and so it is inherited
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    jail = os.environ["JAIL_COMMAND"].split()
    if "/" in jail[0]:
        jail[0] = os.path.abspath(jail[0])
    names = names or sorted(n[:-3] for n in os.listdir(HERE + "/honest")
                            if n.endswith(".py"))
    programs = [Program(name, top) for name in names]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda p: p.compare(jail), programs)
        for n, (p, wrong) in enumerate(zip(programs, found), 1):
            if wrong is None:
                print(f"ok {n} - {p.name} # SKIP no {p.says['needs']} here")
                continue
            print(f"{'not ok' if wrong else 'ok'} {n} - {p.name}", flush=True)
            for what in wrong:
                print("#  ", what.replace("\n", " "))
    print(f"1..{len(programs)}")


main()
