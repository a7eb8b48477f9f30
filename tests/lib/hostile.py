#!/usr/bin/python3
"""hostile.py PORT KEY USER ROOM CODE CASE... - clients that mean no good, after the
key exchange; each on a connection of its own, from paramiko's transport and by
messages of our own. KEY is USER's public key file, whose private key we do not
have; our own key is made here. Prints "CASE: what came of it" for each."""
import base64
import os
import queue
import socket
import sys
import threading
import time

import paramiko
from paramiko.message import Message

PORT, KEY, USER, ROOM, CODE = int(sys.argv[1]), sys.argv[2], *sys.argv[3:6]
PATIENCE_S = 8  # more than it takes the host to notice what libssh drops
IGNORE, SERVICE, ACCEPT, AUTH, FAILURE, SUCCESS, BANNER, INFO, ANSWER = 2, 5, 6, 50, 51, 52, 53, 60, 61
GLOBAL, GLOBAL_NO, OPEN, OPENED, OPEN_NO, ADJUST, DATA, EOF, CLOSE, REQUEST, CH_OK, CH_NO = (80, 82, 90, 91, 92, 93, 94, 96, 97, 98, 99, 100)
NAMES = {FAILURE: 'failure', SUCCESS: 'success', INFO: 'asked', ACCEPT: 'accepted', OPEN_NO: 'no channel', OPENED: 'a channel',
         GLOBAL_NO: 'refused', CH_OK: 'granted', CH_NO: 'refused', 81: 'granted', 3: 'not understood'}
theirs = base64.b64decode(open(KEY).read().split()[1])
ours = paramiko.ECDSAKey.generate()


class Client:
    """What the host says lands in a queue."""

    def __init__(self):
        self.got = queue.Queue()
        self.t = paramiko.Transport(socket.create_connection(('127.0.0.1', PORT)))
        self._handler_table = {n: (lambda _, m, n=n: self.got.put((n, m))) for n in NAMES}
        self.t.start_client(timeout=PATIENCE_S)
        self.t.auth_handler = self
        self.t._handler_table = dict(self.t._handler_table)
        for n in (3, 81, GLOBAL_NO, OPENED, OPEN_NO):
            self.t._handler_table[n] = lambda _, m, n=n: self.got.put((n, m))
        self.t._channel_handler_table = {}
        for n in (ADJUST, DATA, 95, EOF, CLOSE, REQUEST, CH_OK, CH_NO):
            self.t._handler_table[n] = lambda _, m, n=n: n in NAMES and self.got.put((n, m))
        self.t._parse_disconnect = self.told
        self.reason = None

    def is_authenticated(self):
        return False

    def abort(self):
        pass

    def told(self, m):
        m.get_int()
        self.reason = m.get_text()

    def send(self, *parts):
        m = Message()
        m.add_byte(bytes([parts[0]]))
        for p in parts[1:]:
            if isinstance(p, bool):
                m.add_boolean(p)
            elif isinstance(p, int):
                m.add_int(p)
            else:
                m.add_string(p)
        try:
            self.t._send_message(m)
        except (OSError, EOFError):
            pass  # hear() says why

    def hear(self, patience_s=PATIENCE_S):
        """The next word of the host."""
        end = time.time() + patience_s
        while time.time() < end:
            try:
                self.last = self.got.get(timeout=0.05)
                return NAMES[self.last[0]]
            except queue.Empty:
                if not self.t.is_active():
                    return 'sent away: ' + self.reason if self.reason else 'sent away'
        return 'silence'

    def begin(self):
        self.send(SERVICE, 'ssh-userauth')
        self.hear()
        return self

    def auth(self, user, method, *more):
        self.send(AUTH, user, 'ssh-connection', method, *more)
        return self.hear()

    def signed(self, blob, algorithm, key, user=USER, over=None):
        m = Message()
        m.add_string(self.t.session_id)
        m.add_byte(b'\x32')
        for s in (over or user, 'ssh-connection', 'publickey'):
            m.add_string(s)
        m.add_boolean(True)
        m.add_string(algorithm)
        m.add_string(blob)
        return self.auth(user, 'publickey', True, algorithm, blob, key.sign_ssh_data(m.asbytes()).asbytes())

    def enter(self):
        self.begin()
        self.auth(ROOM, 'keyboard-interactive', '', '')
        self.send(ANSWER, 1, CODE)
        assert self.hear() == 'success'
        return self

    def open(self, window=1 << 20, packet=32768, kind='session', *more):
        self.send(OPEN, kind, 0, window, packet, *more)
        said = self.hear()
        if said == 'a channel':
            m = self.last[1]
            m.get_int()
            self.channel, self.window = m.get_int(), m.get_int()
        return said


def offered_then_another():
    """ann's key is offered, ours signs"""
    c = Client().begin()
    return c.auth(USER, 'publickey', False, 'ssh-ed25519', theirs), c.signed(ours.asbytes(), ours.get_name(), ours)


def their_key_our_signature():
    c = Client().begin()
    return c.signed(theirs, 'ssh-ed25519', ours),


def a_signature_over_another_name():
    c = Client().begin()
    return c.signed(ours.asbytes(), ours.get_name(), ours, over='somebody'),


def a_signature_that_is_noise():
    c = Client().begin()
    return c.auth(USER, 'publickey', True, 'ssh-ed25519', theirs, os.urandom(83)),


def a_key_that_cannot_be_read():
    c = Client().begin()
    return c.auth(USER, 'publickey', False, 'ssh-ed448', b'\0\0\0\x09ssh-ed448' + b'\0\0\0\x39' + bytes(57)),


def a_key_for_a_room():
    c = Client().begin()
    return c.auth(ROOM, 'publickey', False, 'ssh-ed25519', theirs),


def another_name():
    c = Client().begin()
    return c.auth('somebody', 'none'), c.signed(ours.asbytes(), ours.get_name(), ours)


def another_name_for_the_answer():
    c = Client().begin()
    return c.auth('r-zzzzz', 'keyboard-interactive', '', ''), c.auth(ROOM, 'keyboard-interactive', '', '')


def too_many_keys():
    c, said = Client().begin(), 'failure'
    n = 0
    while said == 'failure' and n < 100:
        said = c.auth(USER, 'publickey', False, ours.get_name(), ours.asbytes())
        n += 1
    return 'no end' if n == 100 else 'some', said


def no_answer():
    c = Client().begin()
    return c.auth(ROOM, 'keyboard-interactive', '', ''), (c.send(ANSWER, 0), c.hear())[1]


def an_answer_to_nothing():
    c = Client().begin()
    c.send(ANSWER, 1, CODE)
    return c.hear(),


def processor_time():
    """Of the busiest session, in s"""
    most = 0
    for p in os.listdir('/proc'):
        try:
            if p.isdigit() and open('/proc/%s/comm' % p).read() == 'codesync-sessio\n':
                most = max(most, sum(map(int, open('/proc/%s/stat' % p).read().split()[13:15])))
        except OSError:
            pass
    return most / os.sysconf('SC_CLK_TCK')


def a_packet_that_wants_no_answer():
    """before a question; while that is open the host has nothing to do"""
    c = Client().begin()
    c.send(IGNORE, 'x')
    c.hear(0.3)  # so that it comes by itself
    said = c.auth(USER, 'keyboard-interactive', '', '')
    before = processor_time()
    return said, c.hear(5), 'at rest' if processor_time() - before < 0.3 else 'busy'


def gssapi():
    c = Client().begin()
    oid = b'\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02'
    return c.auth(USER, 'gssapi-with-mic', 1, oid),


def success_says_the_client():
    c = Client().begin()
    c.send(SUCCESS)
    return c.open(),


def a_channel_before():
    return Client().begin().open(),


def data_before():
    c = Client().begin()
    c.send(DATA, 0, 'x' * 1000)
    return c.hear(),


def forwarding_before():
    c = Client().begin()
    c.send(GLOBAL, 'tcpip-forward', True, '0.0.0.0', 0)
    return c.hear(),


def forwarding():
    c = Client().enter()
    c.send(GLOBAL, 'tcpip-forward', True, '0.0.0.0', 0)
    return c.hear(), c.open(1 << 20, 32768, 'direct-tcpip', '127.0.0.1', PORT, '127.0.0.1', 1), c.open(1 << 20, 32768, 'x11', '127.0.0.1', 1)


def a_second_channel():
    c = Client().enter()
    return c.open(), c.open()


def a_second_wish():
    c = Client().enter()
    said = [c.open()]
    for wish in 'exec', 'exec', 'shell':
        c.send(REQUEST, c.channel, wish, True, *(['room get'] if wish == 'exec' else []))
        said.append(c.hear())
    return said


def wishes_that_are_not_granted():
    c, said = Client().enter(), []
    said.append(c.open())
    for wish in (('env', 'LD_PRELOAD', '/x'), ('x11-req', False, 'MIT', '00', 0), ('auth-agent-req@openssh.com',), ('subsystem', 'sftp')):
        c.send(REQUEST, c.channel, wish[0], True, *wish[1:])
        said.append(c.hear())
    return said


def packets_of_size_0():
    c = Client().enter()
    return c.open(1 << 20, 0),


def memory():
    """Of the largest session, at any time, in MiB"""
    most = 0
    for p in os.listdir('/proc'):
        try:
            if p.isdigit() and open('/proc/%s/comm' % p).read() == 'codesync-sessio\n':
                most = max([most] + [int(line.split()[1]) for line in open('/proc/%s/status' % p) if line.startswith('VmHWM:')])
        except OSError:
            pass
    return most // 1024


def more_than_the_window():
    """128 MiB, whatever the host has room for: it may read no more, or pass on what
    it reads, but not keep it"""
    c = Client().enter()
    c.open()
    c.send(REQUEST, c.channel, 'pty-req', True, 'xterm', 80, 24, 0, 0, '')
    c.hear()
    c.send(REQUEST, c.channel, 'shell', True)
    c.hear()
    sending = threading.Thread(target=lambda: [c.send(DATA, c.channel, 'x' * 32768) for _ in range(4000)], daemon=True)
    sending.start()
    sending.join(5)
    return 'not kept' if 0 < memory() < 100 else 'kept: %d MiB' % memory(),


def a_packet_that_is_too_large():
    c = Client().enter()
    c.send(DATA, 0, 'x' * 300000)
    return c.hear(),


def an_unknown_message():
    c = Client().begin()
    c.send(200)
    return c.hear(),


def wrong_codes():
    """A thousand of them, each connection three"""
    n, began = 0, time.time()
    while n < 1000:
        try:
            c = Client().begin()
        except (paramiko.SSHException, EOFError, OSError):
            continue
        said = c.auth(ROOM, 'keyboard-interactive', '', '')
        while said == 'asked' and n < 1000:
            c.send(ANSWER, 1, '0000-0000-%04d' % n)
            said = c.hear()
            n += 1
            assert said != 'success'
        c.t.close()
    print('# 1000 wrong codes took %.1f s' % (time.time() - began))
    return 'none was right',


def median(user, n=30):
    times = []
    for i in range(n):
        c = Client().begin()
        c.auth(user, 'keyboard-interactive', '', '')
        began = time.perf_counter()
        c.send(ANSWER, 1, '0000-0000-0000')
        c.hear()
        times.append(time.perf_counter() - began)
        c.t.close()
    return 1000 * sorted(times)[n // 2]


def times():
    for name, user in ('the room', ROOM), ('no room', 'r-zzzzz'), ('an account', USER), ('no account', 'somebody'):
        print('# a wrong answer for %s takes %.2f ms' % (name, median(user)))
    return 'told',


paramiko.util.logging.getLogger('paramiko').setLevel(100)
for case in sys.argv[6:]:
    try:
        said = globals()[case]()
    except Exception as e:  # so that the others have their turn
        said = '%s: %s' % (type(e).__name__, e),
    print('%s: %s' % (case, ', '.join(said)), flush=True)
os._exit(0)
