// The second processes of the tests: programs that share memory in each of the ways there are. Compiled by the test.
//
//   shared_memory MODE ARGUMENTS…
//
// Says one line of JSON when it is ready, then obeys lines on its input and cleans up and ends when the input does:
// `poke OFFSET BYTE` stores a byte through its mapping, `peek OFFSET` says one, `pattern OFFSET SIZE` stores bytes that a
// test can tell, `unmap SIZE` unmaps so much of it, `close FD` closes, `seal FD` seals a memfd's size, `exec` becomes `cat`;
// and those of rivals.h.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rivals.h"

static void check(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
  fflush(stdout);
}

/** A child that lives until its parent dies. */
static pid_t lasting_child(void) {
  pid_t parent = getpid();
  pid_t child = fork();
  check(child >= 0, "fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
  }
  return child;
}

static void obey(volatile unsigned char *memory) {
  char line[256];
  char answer[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    unsigned long offset = 0;
    unsigned long size = 0;
    unsigned byte = 0;
    if (sscanf(line, "poke %lu %u", &offset, &byte) == 2) {
      memory[offset] = (unsigned char)byte;
      say("ok");
    } else if (sscanf(line, "peek %lu", &offset) == 1) {
      say("%u", memory[offset]);
    } else if (sscanf(line, "pattern %lu %lu", &offset, &size) == 2) {
      for (unsigned long at = offset; at < offset + size; ++at) memory[at] = (unsigned char)(at * 31 + (at >> 12) + 1);
      say("ok");
    } else if (sscanf(line, "unmap %lu", &offset) == 1) {
      check(munmap((void *)memory, offset) == 0, "munmap");
      say("ok");
    } else if (sscanf(line, "close %lu", &offset) == 1) {
      check(close((int)offset) == 0, "close");
      say("ok");
    } else if (sscanf(line, "seal %lu", &offset) == 1) {
      check(fcntl((int)offset, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0, "F_ADD_SEALS");
      say("ok");
    } else if (obey_rival(line, memory, answer, sizeof answer)) {
      say("%s", answer);
    } else if (strcmp(line, "exec\n") == 0) {
      execlp("cat", "cat", (char *)NULL);
      check(0, "exec");
    }
  }
}

static void *map(int fd, size_t size, int rights, int flags) {
  void *memory = mmap(NULL, size, rights, flags, fd, 0);
  check(memory != MAP_FAILED, "mmap");
  return memory;
}

/** The producer: makes the object and removes it at the end. */
static void create(const char *name, size_t size) {
  int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
  check(fd >= 0, "shm_open");
  check(ftruncate(fd, (off_t)size) == 0, "ftruncate");
  unsigned char *memory = map(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED);
  memory[0] = 'p';
  say("{\"pid\": %d, \"address\": \"%p\", \"fd\": %d}", getpid(), (void *)memory, fd);
  obey(memory);
  shm_unlink(name);
}

/** The consumer: `attach`, `private` (a mapping of its own), or `hold` (a descriptor and no mapping). */
static void use(const char *mode, const char *name, size_t size) {
  int fd = shm_open(name, O_RDONLY, 0);
  check(fd >= 0, "shm_open");
  void *memory = NULL;
  if (strcmp(mode, "attach") == 0) memory = map(fd, size, PROT_READ, MAP_SHARED);
  if (strcmp(mode, "private") == 0) memory = map(fd, size, PROT_READ | PROT_WRITE, MAP_PRIVATE);
  if (strcmp(mode, "hold") != 0) {
    close(fd);
    fd = -1;
  }
  say("{\"pid\": %d, \"address\": \"%p\", \"fd\": %d}", getpid(), memory, fd);
  obey(memory);
}

static void anonymous(size_t size) {
  unsigned char *memory = map(-1, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
  pid_t child = lasting_child();
  if (child == 0) {
    memory[1] = 'c';
    for (;;) pause();
  }
  while (((volatile unsigned char *)memory)[1] != 'c') usleep(1000);
  say("{\"pid\": %d, \"child\": %d, \"address\": \"%p\"}", getpid(), child, (void *)memory);
  obey(memory);
}

/** A memfd made here and passed over a socket to a child that was there before it. */
static void pass_memfd(const char *name, size_t size) {
  int sockets[2];
  check(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0, "socketpair");
  pid_t child = lasting_child();
  char byte = 0;
  struct iovec data = {&byte, 1};
  union {
    char space[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {0};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.space;
  message.msg_controllen = sizeof control.space;
  if (child == 0) {
    check(recvmsg(sockets[1], &message, 0) == 1, "recvmsg");
    int fd;
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    unsigned char *memory = map(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED);
    memory[1] = 'c';
    check(write(sockets[1], &fd, sizeof fd) == sizeof fd, "write");
    for (;;) pause();
  }
  int fd = memfd_create(name, MFD_ALLOW_SEALING | MFD_CLOEXEC);
  check(fd >= 0, "memfd_create");
  check(ftruncate(fd, (off_t)size) == 0, "ftruncate");
  unsigned char *memory = map(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  check(sendmsg(sockets[0], &message, 0) == 1, "sendmsg");
  int child_fd = -1;
  check(read(sockets[0], &child_fd, sizeof child_fd) == sizeof child_fd, "read");
  say("{\"pid\": %d, \"child\": %d, \"fd\": %d, \"childFd\": %d, \"address\": \"%p\"}", getpid(), child, fd, child_fd,
      (void *)memory);
  obey(memory);
}

/** A segment that parent and child attach; `removed` while both are attached, or at the end. */
static void sysv(long key, size_t size, int mode, int removed) {
  int id = shmget((key_t)key, size, IPC_CREAT | (key == IPC_PRIVATE ? 0 : IPC_EXCL) | mode);
  check(id >= 0, "shmget");
  unsigned char *memory = shmat(id, NULL, 0);
  check(memory != (void *)-1, "shmat");
  memory[0] = 'p';
  pid_t child = lasting_child();
  if (child == 0) {
    unsigned char *again = shmat(id, NULL, SHM_RDONLY);
    if (again == (void *)-1) _exit(1);
    memory[1] = 'c';
    for (;;) pause();
  }
  while (((volatile unsigned char *)memory)[1] != 'c') usleep(1000);
  if (removed) shmctl(id, IPC_RMID, NULL);
  say("{\"pid\": %d, \"child\": %d, \"id\": %d, \"address\": \"%p\"}", getpid(), child, id, (void *)memory);
  obey(memory);
  if (!removed) shmctl(id, IPC_RMID, NULL);
}

/** The temporary file of an object store: made, mapped and unlinked; its descriptor may be closed then. */
static void unlinked(const char *folder, size_t size, int closed) {
  char path[4096];
  snprintf(path, sizeof path, "%s/store-XXXXXX", folder);
  int fd = mkstemp(path);
  check(fd >= 0, "mkstemp");
  check(ftruncate(fd, (off_t)size) == 0, "ftruncate");
  unsigned char *memory = map(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED);
  check(unlink(path) == 0, "unlink");
  memory[0] = 'u';
  if (closed) {
    close(fd);
    fd = -1;
  }
  say("{\"pid\": %d, \"address\": \"%p\", \"fd\": %d}", getpid(), (void *)memory, fd);
  obey(memory);
}

/** A file of the disk, made here and mapped; the test removes it. */
static void file(const char *path, size_t size) {
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  check(fd >= 0, "open");
  check(ftruncate(fd, (off_t)size) == 0, "ftruncate");
  unsigned char *memory = map(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED);
  memory[0] = 'f';
  say("{\"pid\": %d, \"address\": \"%p\", \"fd\": %d}", getpid(), (void *)memory, fd);
  obey(memory);
}

/** Children that map, exec or just end, as fast as they come, a few at a time. */
static void storm(int count) {
  map(-1, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS);
  say("{\"pid\": %d}", getpid());
  int running = 0;
  for (int i = 0; i < count; ++i) {
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
      map(-1, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
      if (i % 3 == 0) execlp("true", "true", (char *)NULL);
      if (i % 3 == 1) usleep(1000);
      _exit(0);
    }
    if (++running == 8) {
      wait(NULL);
      --running;
    }
  }
  while (wait(NULL) > 0) {
  }
  say("done");
  obey(NULL);
}

/** A named semaphore with a child that waits on it, and says so in its own mapping when it is let through. */
static void semaphore(const char *name, unsigned value) {
  sem_t *made = sem_open(name, O_CREAT | O_EXCL, 0600, value);
  check(made != SEM_FAILED, "sem_open");
  unsigned char *memory = map(-1, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
  pid_t child = lasting_child();
  if (child == 0) {
    for (;;) {
      if (sem_wait(made) == 0) ++memory[0];
    }
  }
  say("{\"pid\": %d, \"child\": %d}", getpid(), child);
  obey(memory);
  sem_unlink(name);
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  const char *mode = arguments[1];
  const char *name = arguments[2];
  size_t size = count > 3 ? strtoul(arguments[3], NULL, 0) : 0;
  int mode_bits = count > 4 ? (int)strtoul(arguments[4], NULL, 8) : 0640;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (strcmp(mode, "create") == 0) create(name, size);
  else if (strcmp(mode, "anonymous") == 0) anonymous(strtoul(name, NULL, 0));
  else if (strcmp(mode, "memfd") == 0) pass_memfd(name, size);
  else if (strcmp(mode, "sysv") == 0) sysv(strtol(name, NULL, 0), size, mode_bits, 0);
  else if (strcmp(mode, "sysv-removed") == 0) sysv(strtol(name, NULL, 0), size, mode_bits, 1);
  else if (strcmp(mode, "file") == 0) file(name, size);
  else if (strcmp(mode, "unlinked") == 0) unlinked(name, size, 0);
  else if (strcmp(mode, "unlinked-closed") == 0) unlinked(name, size, 1);
  else if (strcmp(mode, "storm") == 0) storm(atoi(name));
  else if (strcmp(mode, "semaphore") == 0) semaphore(name, (unsigned)size);
  else use(mode, name, size);
  return 0;
}
