"""What moves in the demo of `npm start`: a producer and a consumer that share memory in each of the ways there are, and a
log that grows. They end and remove what they made when their input closes, however their starter ended.

Usage: demo_programs.py SEGMENT_NAME LOG_FILE
"""
import ctypes
import math
import mmap
import os
import select
import signal
import struct
import sys
import tempfile
import time

KIB = 1024
SIZE = 64 * KIB
LEFT_BEHIND = 16 * 1024 * KIB
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
IPC_CREAT, IPC_EXCL, IPC_RMID = 0o1000, 0o2000, 0

libc = ctypes.CDLL(None, use_errno=True)
libc.sem_open.restype = ctypes.c_void_p
libc.shmat.restype = ctypes.c_void_p
libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]


def call_me(title):
    libc.prctl(PR_SET_NAME, title.encode(), 0, 0, 0)


def new_object(name, size):
    """A POSIX object of zeros."""
    descriptor = os.open(os.path.join("/dev/shm", name), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.ftruncate(descriptor, size)
    return descriptor


def attach(segment):
    address = libc.shmat(segment, None, 0)
    return (ctypes.c_char * SIZE).from_address(address)


def consume(ring, semaphore, counters, frames):
    """Takes each record as soon as it is told of it, and says so in the memory that it inherited."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    call_me("consumer")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    taken = 0
    while True:
        if libc.sem_wait(semaphore) != 0:
            continue
        taken += 1
        (tick,) = struct.unpack_from("<Q", ring, 16)
        struct.pack_into("<QQ", counters, 0, taken, tick)
        frames[tick % 256 * KIB : tick % 256 * KIB + 64] = bytes(tick + i & 0xFF for i in range(64))


def produce(ring, semaphore, numbers, log):
    call_me("producer")
    tick = 0
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        tick += 1
        # A counter, the time, a wave, and a ring of records: things to watch live.
        struct.pack_into("<QdffQ", ring, 16, tick, time.time(), math.sin(tick / 10), math.cos(tick / 10), os.getpid())
        struct.pack_into("<Qd48s", ring, 4096 + tick % 64 * 64, tick, time.time(), f"record {tick} – größer".encode())
        struct.pack_into("<Q", numbers, tick % 512 * 8, tick * tick)
        libc.sem_post(semaphore)
        if tick % 5 == 0:
            log.write(f"{time.strftime('%H:%M:%S')} tick {tick}: the wave is at {math.sin(tick / 10):+.3f} ∿\n")
            log.flush()


def main(name, log_path):
    made = []
    segment = -1
    try:
        descriptor = new_object(name, SIZE)
        made.append(name)
        os.posix_fallocate(descriptor, 0, SIZE)
        ring = mmap.mmap(descriptor, SIZE)
        ring[0:16] = b"MEMGLASS DEMO\0\0\0"
        # Nobody has this one any more: what a program leaves that was killed.
        os.close(new_object(f"{name}-left-behind", LEFT_BEHIND))
        made.append(f"{name}-left-behind")
        semaphore = ctypes.c_void_p(libc.sem_open(f"/{name}".encode(), os.O_CREAT | os.O_EXCL, 0o600, 0))
        made.append(f"sem.{name}")
        segment = libc.shmget(0x4D470000 + os.getpid(), SIZE, IPC_CREAT | IPC_EXCL | 0o600)
        numbers = attach(segment)
        frames_file = os.memfd_create("frames")
        os.ftruncate(frames_file, 256 * KIB)
        frames = mmap.mmap(frames_file, 256 * KIB)
        counters = mmap.mmap(-1, SIZE)
        with tempfile.TemporaryFile(dir="/dev/shm") as buffer, open(log_path, "w", encoding="utf-8") as log:
            buffer.write(b"a buffer without a name".ljust(8 * KIB))
            buffer.flush()
            unnamed = mmap.mmap(buffer.fileno(), 8 * KIB)
            if os.fork() == 0:
                consume(mmap.mmap(descriptor, SIZE, prot=mmap.PROT_READ), semaphore, counters, frames)
            produce(ring, semaphore, numbers, log)
            unnamed.close()
    finally:
        for one in made:
            os.unlink(os.path.join("/dev/shm", one))
        if segment >= 0:
            libc.shmctl(segment, IPC_RMID, None)


main(*sys.argv[1:3])
