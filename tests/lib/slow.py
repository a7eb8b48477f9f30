#!/usr/bin/python3
"""slow.py PORT DELAY_MS - a long line to 127.0.0.1:PORT: what goes through, either
way, comes out DELAY_MS later. Prints its own port. On its stdin: "down" cuts all
connections and lets none through, "up" ends that; "hold" keeps what comes in, "go"
lets it out. Each is answered by a line."""
import asyncio
import os
import sys

port, delay = int(sys.argv[1]), int(sys.argv[2]) / 1000
up = True
flowing = asyncio.Event()
flowing.set()
lines = set()


async def one_way(reader, writer, queue):
    async def later():
        while True:
            at, data = await queue.get()
            await asyncio.sleep(max(0, at - loop.time()))
            await flowing.wait()
            if not data:
                writer.close()
                return
            writer.write(data)

    loop = asyncio.get_running_loop()
    out = asyncio.create_task(later())
    try:
        while data := await reader.read(65536):
            queue.put_nowait((loop.time() + delay, data))
    except OSError:
        pass
    queue.put_nowait((loop.time() + delay, b''))
    await out


async def client(reader, writer):
    if not up:
        writer.transport.abort()
        return
    there, to = await asyncio.open_connection('127.0.0.1', port)
    line = (writer, to)
    lines.add(line)
    await asyncio.gather(one_way(reader, to, asyncio.Queue()), one_way(there, writer, asyncio.Queue()), return_exceptions=True)
    lines.discard(line)


async def main():
    global up
    server = await asyncio.start_server(client, '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    stdin = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    while word := (await stdin.readline()).decode().strip():
        if word in ('hold', 'go'):
            (flowing.set if word == 'go' else flowing.clear)()
        else:
            up = word == 'up'
        for line in list(lines) if not up else ():
            for w in line:
                w.transport.abort()
        print(word, flush=True)
    os._exit(0)  # whoever is still connected


asyncio.run(main())
