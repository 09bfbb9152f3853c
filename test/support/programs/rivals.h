// What uses shared memory while a test stores into it: a reader that never rests, a counter, and locks of ranges.
//
// `watch OFFSET` has a thread load 8 bytes as one again and again, and `watched` ends it and says how often the two halves
// were not alike, and how many values it saw. `count OFFSET TIMES` has one increment 8 bytes by compare-and-exchange, and
// `counted` waits for its end. `lock FD OFFSET LENGTH` and `ofdlock …` take an exclusive lock of the process or of the open
// file, `unlock FD` gives up both.
#ifndef RIVALS_H
#define RIVALS_H

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static struct {
  pthread_t thread;
  volatile uint64_t *number;
  unsigned long times;
  int stop;
  unsigned long torn;
  unsigned long values;
} rival;

static void *watch(void *unused) {
  uint64_t last = 0;
  while (!__atomic_load_n(&rival.stop, __ATOMIC_RELAXED)) {
    uint64_t now = __atomic_load_n(rival.number, __ATOMIC_RELAXED);
    if ((uint32_t)now != (uint32_t)(now >> 32)) ++rival.torn;
    if (now != last) __atomic_add_fetch(&rival.values, 1, __ATOMIC_RELAXED);
    last = now;
  }
  return unused;
}

static void *count(void *unused) {
  for (unsigned long i = 0; i < rival.times; ++i) {
    uint64_t now = __atomic_load_n(rival.number, __ATOMIC_SEQ_CST);
    while (!__atomic_compare_exchange_n(rival.number, &now, now + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
  }
  return unused;
}

static int begin_rival(void *(*run)(void *), volatile unsigned char *memory, unsigned long offset) {
  rival.number = (volatile uint64_t *)(memory + offset);
  rival.stop = 0;
  rival.torn = 0;
  rival.values = 0;
  return pthread_create(&rival.thread, NULL, run, NULL);
}

static int lock_range(int fd, int command, short type, unsigned long offset, unsigned long length) {
  struct flock range;
  memset(&range, 0, sizeof range);
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = (off_t)offset;
  range.l_len = (off_t)length;
  return fcntl(fd, command, &range);
}

/** Whether the line was one of those above; what is to be said is in `answer`. */
static int obey_rival(const char *line, volatile unsigned char *memory, char *answer, size_t size) {
  unsigned long offset = 0;
  unsigned long length = 0;
  int fd = 0;
  int failed = 0;
  if (sscanf(line, "watch %lu", &offset) == 1) {
    failed = begin_rival(watch, memory, offset);
  } else if (strcmp(line, "seen\n") == 0) {
    snprintf(answer, size, "%lu", __atomic_load_n(&rival.values, __ATOMIC_RELAXED));
    return 1;
  } else if (strcmp(line, "watched\n") == 0) {
    __atomic_store_n(&rival.stop, 1, __ATOMIC_RELAXED);
    pthread_join(rival.thread, NULL);
    snprintf(answer, size, "%lu %lu", rival.torn, rival.values);
    return 1;
  } else if (sscanf(line, "count %lu %lu", &offset, &rival.times) == 2) {
    failed = begin_rival(count, memory, offset);
  } else if (strcmp(line, "counted\n") == 0) {
    failed = pthread_join(rival.thread, NULL);
  } else if (sscanf(line, "lock %d %lu %lu", &fd, &offset, &length) == 3) {
    failed = lock_range(fd, F_SETLK, F_WRLCK, offset, length);
  } else if (sscanf(line, "ofdlock %d %lu %lu", &fd, &offset, &length) == 3) {
    failed = lock_range(fd, F_OFD_SETLK, F_WRLCK, offset, length);
  } else if (sscanf(line, "unlock %d", &fd) == 1) {
    failed = lock_range(fd, F_SETLK, F_UNLCK, 0, 0) | lock_range(fd, F_OFD_SETLK, F_UNLCK, 0, 0);
  } else {
    return 0;
  }
  snprintf(answer, size, failed == 0 ? "ok" : "failed");
  return 1;
}

#endif
