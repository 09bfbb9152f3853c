"""What moves in the demo of `npm start`: a shared memory segment that is really mapped and changes ten times a second,
and a log that grows. Ends and removes the segment when its input closes, however its starter ended.

Usage: demo_writer.py SEGMENT_NAME LOG_FILE
"""
import math
import mmap
import os
import select
import struct
import sys
import time

SIZE = 64 * 1024

name, log_path = sys.argv[1:3]
segment_path = os.path.join("/dev/shm", name)
descriptor = os.open(segment_path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
try:
    os.ftruncate(descriptor, SIZE)
    os.posix_fallocate(descriptor, 0, SIZE)
    memory = mmap.mmap(descriptor, SIZE)
    memory[0:16] = b"MEMGLASS DEMO\0\0\0"
    tick = 0
    with open(log_path, "w", encoding="utf-8") as log:
        while not select.select([sys.stdin], [], [], 0.1)[0]:
            tick += 1
            # A counter, the time, a wave, and a ring of records: things to watch live.
            struct.pack_into("<QdffQ", memory, 16, tick, time.time(), math.sin(tick / 10), math.cos(tick / 10), os.getpid())
            struct.pack_into("<Qd48s", memory, 4096 + tick % 64 * 64, tick, time.time(), f"record {tick} – größer".encode())
            if tick % 5 == 0:
                log.write(f"{time.strftime('%H:%M:%S')} tick {tick}: the wave is at {math.sin(tick / 10):+.3f} ∿\n")
                log.flush()
finally:
    os.unlink(segment_path)
