#!/usr/bin/python3
"""rough.py WHAT ... - what no honest client sends; each stream on a connection
of its own. It prints the names of streams that were not answered by closing.

  ssh PORT             to the ssh port
  reset PORT N         N clients that are cut off at some point of the handshake
  offers PORT          prints the server's algorithms, a line per kind
  crowd PORT N         N connections at once: prints how many are greeted, then
                       holds them until its stdin ends
  sp DIR NAME PEER     to a socket of the host; PEER is our protocol's number
  seats DIR ROOM N     N watchers' endpoints, with broken messages
  half DIR NAME PEER N N unfinished messages, held until its stdin ends
  unread DIR N         N times 200 requests whose answers nobody waits for
"""
import json
import os
import random
import socket
import struct
import sys

PAIR, REQ = 16, 48  # nng's numbers
BYE = b'\x4b'
PATIENCE_S = 10
random.seed(1)
noise = random.randbytes


def string(b):
    return struct.pack('>I', len(b)) + b


def packet(payload):
    pad = 8 - (5 + len(payload)) % 8
    pad += 8 * (pad < 4)
    return struct.pack('>IB', len(payload) + pad + 1, pad) + payload + bytes(pad)


HELLO = b'SSH-2.0-rough\r\n'
KEXINIT = b'\x14' + bytes(16) + b''.join(map(string, (
    b'curve25519-sha256', b'ssh-ed25519', b'aes256-ctr', b'aes256-ctr', b'hmac-sha2-256-etm@openssh.com',
    b'hmac-sha2-256-etm@openssh.com', b'none', b'none', b'', b''))) + bytes(5)
BEGUN = HELLO + packet(KEXINIT)
SSH = {
    'http': b'GET / HTTP/1.0\r\n\r\n',
    'tls': bytes.fromhex('16030100a5010000a10303') + noise(160),
    'ssh 1': b'SSH-1.5-old\r\n',
    'endless line': b'S' * 100000,
    'endless lines': b'hello\r\n' * 20000,
    'noise': noise(65536),
    'noise after the greeting': HELLO + noise(65536),
    'length 0': HELLO + bytes(32),
    'length 2^32': HELLO + b'\xff' * 64,
    'length 1 MiB': HELLO + struct.pack('>IB', 1 << 20, 4) + bytes(65536),
    'more padding than packet': HELLO + struct.pack('>IB', 12, 255) + bytes(11),
    'half a KEXINIT': HELLO + packet(KEXINIT[:30]),
    'a name list of 4 GiB': HELLO + packet(KEXINIT[:17] + b'\xff\xff\xff\xff' + bytes(20)),
    'a thousand KEXINITs': HELLO + packet(KEXINIT) * 1000,
    'a key of 3 bytes': BEGUN + packet(b'\x1e' + string(b'abc')),
    'a key of zeros': BEGUN + packet(b'\x1e' + string(bytes(32))),
    'NEWKEYS too early': BEGUN + packet(b'\x15'),
    'a user before the keys': BEGUN + packet(b'\x32' + string(b'r-aaaaa') + string(b'ssh-connection') + string(b'none')),
    'success, says the client': BEGUN + packet(b'\x34'),
    'a channel before the keys': BEGUN + packet(b'\x5a' + string(b'session') + bytes(12)),
    'plain text after the keys': BEGUN + packet(b'\x1e' + string(b'\x09' + bytes(31))) + packet(b'\x15') + noise(4096),
    'disconnect': HELLO + packet(b'\x01\0\0\0\x02' + string(b'\x1b[31m\n') + string(b'')),
}


def frame(body):
    return b'\x01' + struct.pack('>Q', len(body)) + body


FRAMES = {
    'another type': b'\x02' + bytes(8),
    'length 2^64 - 1': b'\x01' + b'\xff' * 8,
    'length 2^63': b'\x01\x80' + bytes(7),
    'length 64 MiB': b'\x01' + struct.pack('>Q', 64 << 20) + bytes(65536),
    'noise': b'\xff' + noise(65536),
}


def greeting(protocol):
    return b'\0SP\0' + struct.pack('>HH', protocol, 0)


def closed(s, data):
    """Send DATA: is the connection closed then, or BYE said to a seat?"""
    s.settimeout(PATIENCE_S)
    got = b''
    try:
        s.sendall(data)
        while got[17:18] != BYE:
            more = s.recv(65536)
            if not more:
                break
            got += more
    except socket.timeout:
        return False
    except OSError:
        pass
    finally:
        s.close()
    return True


def tcp(port):
    return socket.create_connection(('127.0.0.1', int(port)))


def unix(name):
    s = socket.socket(socket.AF_UNIX)
    s.connect(name)
    return s


def check(name, s, data):
    if not closed(s, data):
        print('still open:', name)


def ssh(port):
    for name, data in SSH.items():
        check(name, tcp(port), data)


def reset(port, n):
    whole = BEGUN + packet(b'\x1e' + string(b'\x09' + bytes(31)))
    for i in range(int(n)):
        s = tcp(port)
        s.sendall(whole[:i * len(whole) // int(n)])
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        s.close()


def exactly(s, n):
    b = b''
    while len(b) < n:
        got = s.recv(n - len(b))
        if not got:
            raise EOFError
        b += got
    return b


def offers(port):
    kinds = 'kex hostkey cipher-in cipher-out mac-in mac-out compression-in compression-out'
    with tcp(port) as s:
        s.settimeout(PATIENCE_S)
        s.sendall(HELLO)
        while exactly(s, 1) != b'\n':
            pass
        length, pad = struct.unpack('>IB', exactly(s, 5))
        payload = exactly(s, length - 1)[17:]
    for kind in kinds.split():
        n, = struct.unpack('>I', payload[:4])
        print(kind, payload[4:4 + n].decode())
        payload = payload[4 + n:]


def until_stdin_ends(held):
    sys.stdout.flush()
    sys.stdin.read()
    for s in held:
        s.close()


def crowd(port, n):
    held = [tcp(port) for _ in range(int(n))]
    greeted = 0
    for s in held:
        s.settimeout(PATIENCE_S)
        try:
            greeted += s.recv(4) == b'SSH-'
        except OSError:
            pass
    print(greeted)
    until_stdin_ends(held)


def sp(where, name, peer):
    os.chdir(where)
    hello = greeting(int(peer))
    check('noise', unix(name), noise(4096))
    check('another protocol', unix(name), greeting(99))
    for what, data in FRAMES.items():
        check(what, unix(name), hello + data)


def ask(cmd, **args):
    question = json.dumps({'cmd': cmd, 'args': args}).encode()
    with unix('control.sock') as s:
        s.settimeout(PATIENCE_S)
        s.sendall(greeting(REQ) + frame(b'\x80\0\0\x01' + struct.pack('<I', len(question)) + question))
        exactly(s, 8)
        n, = struct.unpack('>xQ', exactly(s, 9))
        answer = exactly(s, n)[8:]
    return json.loads(answer)


def seats(where, room, n):
    os.chdir(where)
    for i in range(int(n)):
        ticket = ask('room watch', room=room)['result']['ticket']
        body = bytes([random.randrange(1, 9)]) + noise(random.randrange(60))
        check('message %s' % body.hex(), unix('s/' + ticket), greeting(PAIR) + frame(body) + frame(b'\xff') * 50)


def half(where, name, peer, n):
    os.chdir(where)
    held = []
    for i in range(int(n)):
        s = unix(name)
        s.sendall((greeting(int(peer)) + frame(noise(60000)))[:2 + i * 500])
        held.append(s)
    print('held')
    until_stdin_ends(held)


def unread(where, n):
    os.chdir(where)
    for i in range(int(n)):
        with unix('control.sock') as s:
            s.sendall(greeting(REQ) + b''.join(frame(b'\x80\0\0\x01' + noise(k)) for k in range(1, 200)))


if __name__ == '__main__':
    {f.__name__: f for f in (ssh, reset, offers, crowd, sp, seats, half, unread)}[sys.argv[1]](*sys.argv[2:])
