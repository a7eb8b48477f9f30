# Tasks, a queue, a time limit, a thread, a subprocess, and streams over a pair.
import asyncio
import socket
import sys


async def worker(q, out):
    while (x := await q.get()) is not None:
        await asyncio.sleep(0)
        out.append(x * 2)


async def main():
    q, out = asyncio.Queue(), []
    tasks = [asyncio.create_task(worker(q, out)) for _ in range(3)]
    for i in [*range(9), None, None, None]:
        await q.put(i)
    await asyncio.gather(*tasks)
    print(sorted(out))
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.01)
    except asyncio.TimeoutError as e:
        print(type(e).__name__)
    print(await asyncio.to_thread(sum, [1, 2, 3]))
    p = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print('child')", stdout=asyncio.subprocess.PIPE)
    print((await p.communicate())[0], p.returncode)
    a, b = socket.socketpair()
    reader, _ = await asyncio.open_connection(sock=a)
    _, writer = await asyncio.open_connection(sock=b)
    writer.write(b"line\n")
    await writer.drain()
    print(await reader.readline())
    writer.close()


asyncio.run(main())
