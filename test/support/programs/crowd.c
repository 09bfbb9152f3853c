// Processes that share memory, as many as are asked for: each maps a POSIX object, a memfd, a System V segment and an
// anonymous piece, has two hundred other mappings of files, as a program with many libraries has, and twenty-five
// descriptors. Compiled by the bench.
//
//   crowd COUNT NAME
//
// Says a line when all are there, and cleans up and ends, with all of them, when its input does.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

enum { kSize = 65536, kLibraries = 200, kDescriptors = 25 };

static void check(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void share(int fd) {
  check(ftruncate(fd, kSize) == 0, "ftruncate");
  check(mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED, "mmap");
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  int processes = atoi(arguments[1]);
  const char *name = arguments[2];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int object = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
  check(object >= 0, "shm_open");
  share(object);
  shm_unlink(name);
  int memory = memfd_create("crowd", MFD_CLOEXEC);
  check(memory >= 0, "memfd_create");
  share(memory);
  int segment = shmget(IPC_PRIVATE, kSize, 0600);
  check(segment >= 0 && shmat(segment, NULL, 0) != (void *)-1, "shmat");
  shmctl(segment, IPC_RMID, NULL);
  check(mmap(NULL, kSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED, "mmap");
  int self = open("/proc/self/exe", O_RDONLY);
  check(self >= 0, "open");
  // Different rights side by side, so that they do not become one.
  for (int i = 0; i < kLibraries; ++i)
    check(mmap(NULL, 4096, i % 2 ? PROT_READ : PROT_READ | PROT_EXEC, MAP_PRIVATE, self, 0) != MAP_FAILED, "mmap");
  for (int i = 0; i < kDescriptors; ++i) check(dup(self) >= 0, "dup");
  pid_t parent = getpid();
  for (int i = 0; i < processes; ++i) {
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child > 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    for (;;) pause();
  }
  puts("ready");
  fflush(stdout);
  while (getchar() != EOF) continue;
  return 0;
}
