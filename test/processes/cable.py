"""A network cable between this process's network namespace and another's: what tc-netem(8) does, for kernels without it.

Both ends are TUN devices, so that the TCP of the kernel is at either end; between them packets are lost, held back or not
let through at all. Ends, and takes the cable away, when its input ends.
Usage: cable.py PID NEAR FAR: PID is a process in the other namespace, NEAR and FAR the addresses there and here.
Prints a line when it is plugged in, and one for each line that it reads and follows:
  loss SHARE      of the packets, either way, drawn from the same numbers every time
  delay SECONDS   for every packet, either way, and up to a quarter more; their order stays
  cut, mend
"""

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
LONGEST = 65536

pid, near, far = sys.argv[1:]
numbers = random.Random(7)
loss = delay = 0.0
whole = True


def plug(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def ip(*words, inside=()):
    subprocess.run([*inside, "ip", *words], check=True, timeout=10)


def put_up(name, own, other, inside=()):
    ip("address", "add", own, "peer", other, "dev", name, inside=inside)
    ip("link", "set", name, "up", inside=inside)


ends = {plug("near"): None, plug("far"): None}
first, second = ends
ends[first], ends[second] = second, first
there = ("nsenter", f"--target={pid}", "--net")
ip("link", "set", "near", "netns", pid)
put_up("near", near, far, inside=there)
put_up("far", far, near)
ip("link", "set", "lo", "up")
print("plugged in", flush=True)

# By when a packet is due; the number keeps those in order that are due at once.
held, number, due = [], 0, {first: 0.0, second: 0.0}
orders = b""
while True:
    wait = max(0.0, held[0][0] - time.monotonic()) if held else None
    ready, _, _ = select.select([0, *ends], [], [], wait)
    for end in ready:
        if end == 0:
            read = os.read(0, 4096)
            if not read:
                sys.exit()
            *lines, orders = (orders + read).split(b"\n")
            for line in lines:
                match line.decode().split():
                    case ["loss", share]:
                        loss = float(share)
                    case ["delay", seconds]:
                        delay = float(seconds)
                    case ["cut"]:
                        whole, held = False, []
                    case ["mend"]:
                        whole = True
                    case _:
                        sys.exit(f"Not an order: {line}")
                print(line.decode(), flush=True)
            continue
        packet = os.read(end, LONGEST)
        if not whole or numbers.random() < loss:
            continue
        due[end] = max(due[end], time.monotonic() + delay * (1 + numbers.random() / 4))
        heapq.heappush(held, (due[end], number, ends[end], packet))
        number += 1
    while held and held[0][0] <= time.monotonic():
        _, _, end, packet = heapq.heappop(held)
        try:
            os.write(end, packet)
        except BlockingIOError:
            pass  # A queue that is full loses packets, as that of any network device.
