"""A second process that stores into a file it has mapped, as told line by line; answers each line once it is done.

    store OFFSET HEX    writes the bytes, and answers with the time just before, nanoseconds since the epoch
    spin OFFSET LENGTH  writes all of it anew as fast as it can, until the next line comes

Ends when its input closes. Usage: live_writer.py PATH
"""
import mmap
import os
import select
import sys
import time

descriptor = os.open(sys.argv[1], os.O_RDWR)
memory = mmap.mmap(descriptor, 0)


def say(words):
    print(words, flush=True)


say("ready")
for line in sys.stdin:
    command, offset, argument = line.split()
    start = int(offset)
    if command == "store":
        data = bytes.fromhex(argument)
        now = time.time_ns()
        memory[start : start + len(data)] = data
        say(now)
    else:
        end = start + int(argument)
        say("spinning")
        rounds = 0
        while not select.select([sys.stdin], [], [], 0)[0]:
            for _ in range(64):
                rounds += 1
                memory[start:end] = bytes([rounds & 0xFF]) * (end - start)
