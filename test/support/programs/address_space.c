// The second processes of the tests of address spaces: programs with regions that are hard to list.
//
//   address_space MODE ARGUMENTS…
//
// Says one line of JSON when it is ready, then obeys lines on its input (`exec` becomes `cat`; `again` becomes itself anew, which
// says that line once more; `store ADDRESS BYTE`, `load ADDRESS`, `map SIZE`, `unmap ADDRESS SIZE`, `close ADDRESS SIZE`, which
// takes all rights away, `open ADDRESS SIZE`, which gives that to read, `replace ADDRESS SIZE BYTE`, which maps an object of so
// many such bytes there for itself, `share`, which does so for its children too, `flip ADDRESS SIZE`, which goes on doing so until `rest`, `fork`,
// and `split`, whose child stays and is told `child LINE`, are answered with a line) and ends when the input does.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long page;
static char **arguments_given;

static void check(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void *map(void *where, size_t size, int rights, int flags, int fd) {
  void *memory = mmap(where, size, rights, flags, fd, 0);
  check(memory != MAP_FAILED, "mmap");
  return memory;
}

static void say(pid_t child, void *address, unsigned long count) {
  printf("{\"pid\": %d, \"child\": %d, \"address\": \"%p\", \"count\": %lu}\n", getpid(), child, address, count);
  fflush(stdout);
}

static void answer(unsigned long value) {
  printf("%lu\n", value);
  fflush(stdout);
}

/** Maps an object of its own there, in the place of whatever is. */
static void replace(void *address, size_t size, int byte, int flags) {
  const int fd = memfd_create("replaced", MFD_CLOEXEC);
  check(fd >= 0 && ftruncate(fd, (off_t)size) == 0, "memfd_create");
  void *filled = map(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  memset(filled, byte, size);
  munmap(filled, size);
  map(address, size, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd);
  close(fd);
}

static struct {
  char *address;
  size_t size;
  pthread_t thread;
  atomic_int goes_on;
} flipped;

static void *flip(void *nothing) {
  while (atomic_load(&flipped.goes_on)) replace(flipped.address, flipped.size, 'f', MAP_SHARED);
  return nothing;
}

static FILE *child_input;

static pid_t split(void);

static void obey(void) {
  char line[256];
  while (fgets(line, sizeof line, stdin) != NULL) {
    unsigned long address, value, size;
    if (strcmp(line, "exec\n") == 0) {
      execlp("cat", "cat", (char *)NULL);
      check(0, "exec");
    } else if (strcmp(line, "again\n") == 0) {
      execv("/proc/self/exe", arguments_given);
      check(0, "execv");
    } else if (strcmp(line, "split\n") == 0) {
      answer((unsigned long)split());
    } else if (strncmp(line, "child ", 6) == 0) {
      fputs(line + 6, child_input);
      fflush(child_input);
    } else if (sscanf(line, "replace %lx %lx %lx", &address, &size, &value) == 3) {
      replace((void *)address, size, (int)value, MAP_PRIVATE);
      answer(0);
    } else if (sscanf(line, "share %lx %lx %lx", &address, &size, &value) == 3) {
      replace((void *)address, size, (int)value, MAP_SHARED);
      answer(0);
    } else if (sscanf(line, "flip %lx %lx", &address, &size) == 2) {
      flipped.address = (char *)address;
      flipped.size = size;
      atomic_store(&flipped.goes_on, 1);
      check(pthread_create(&flipped.thread, NULL, flip, NULL) == 0, "pthread_create");
      answer(0);
    } else if (strcmp(line, "rest\n") == 0) {
      atomic_store(&flipped.goes_on, 0);
      pthread_join(flipped.thread, NULL);
      answer(0);
    } else if (sscanf(line, "store %lx %lx", &address, &value) == 2) {
      *(volatile unsigned char *)address = (unsigned char)value;
      answer(0);
    } else if (sscanf(line, "load %lx", &address) == 1) {
      answer(*(volatile unsigned char *)address);
    } else if (sscanf(line, "unmap %lx %lx", &address, &size) == 2) {
      check(munmap((void *)address, size) == 0, "munmap");
      answer(0);
    } else if (strcmp(line, "fork\n") == 0) {
      const pid_t child = fork();
      check(child >= 0, "fork");
      if (child == 0) _exit(0);
      waitpid(child, NULL, 0);
      answer((unsigned long)child);
    } else if (sscanf(line, "map %lx", &size) == 1) {
      // Of rights that no neighbour has, so that it is a region of its own.
      answer((unsigned long)map(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1));
    } else if (sscanf(line, "close %lx %lx", &address, &size) == 2) {
      check(mprotect((void *)address, size, PROT_NONE) == 0, "mprotect");
      answer(0);
    } else if (sscanf(line, "open %lx %lx", &address, &size) == 2) {
      check(mprotect((void *)address, size, PROT_READ) == 0, "mprotect");
      answer(0);
    }
  }
}

/** A child that obeys what it is told through this process, and answers by itself. */
static pid_t split(void) {
  int lines[2];
  check(pipe(lines) == 0, "pipe");
  const pid_t child = fork();
  check(child >= 0, "fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(lines[1]);
    // What its parent has read ahead is its parent's.
    __fpurge(stdin);
    check(dup2(lines[0], STDIN_FILENO) >= 0, "dup2");
    obey();
    _exit(0);
  }
  close(lines[0]);
  child_input = fdopen(lines[1], "w");
  return child;
}

/** Pages of other rights than their neighbours, so that each is a region; a store into each that takes one. */
static unsigned long stripe(unsigned long wanted, char **start) {
  *start = map(NULL, wanted * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  unsigned long made = 1;
  // Each but the last makes two more; the kernel's own limit ends it as well (vm.max_map_count).
  for (unsigned long at = 1; at < wanted; at += 2) {
    if (mprotect(*start + at * page, page, PROT_READ | PROT_WRITE) != 0) break;
    (*start)[at * page] = 1;
    made = at + 1 < wanted ? at + 2 : at + 1;
  }
  return made;
}

static void regions(unsigned long wanted) {
  char *start;
  const unsigned long made = stripe(wanted, &start);
  say(0, start, made);
  obey();
}

static void reservation(unsigned long size) {
  char *start = map(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  say(0, start, 0);
  obey();
}

/** Files with names made to confuse, mapped one by one. */
static void names(const char *folder) {
  static const char *const hostile[] = {
      "line\nbreak", "literal\\012", "fake (deleted)", "\033[31mred", "\xff\xfe", "[heap]", "  blanks  ", "tab\tand\rreturn",
  };
  check(chdir(folder) == 0, "chdir");
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; ++i) {
    int fd = open(hostile[i], O_CREAT | O_RDWR, 0600);
    check(fd >= 0 && ftruncate(fd, page) == 0, "open");
    map(NULL, page, PROT_READ, MAP_PRIVATE, fd);
    close(fd);
  }
  say(0, NULL, sizeof hostile / sizeof *hostile);
  obey();
}

/** Eight pages each of its own kind: untouched, read, written, guard (where there are any), then shared memory. */
static void pages(void) {
  volatile char *start = map(NULL, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  // Else the second page may get a huge page with all the others.
  madvise((void *)start, 8 * page, MADV_NOHUGEPAGE);
  int fd = memfd_create("pages", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  check(fd >= 0 && ftruncate(fd, 4 * page) == 0, "memfd_create");
  volatile char *shared = map((void *)(start + 4 * page), 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd);
  volatile char *copy = map((void *)(start + 6 * page), 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd);
  const char read = start[page];
  start[2 * page] = read + 1;
  shared[0] = 1;
  copy[0] = 1;
  const int guard_install = 102;
  const int guards = madvise((void *)(start + 3 * page), page, guard_install) == 0;
  say(0, (void *)start, (unsigned long)guards);
  obey();
}

/** Four pages that nobody else may read, of which the second is what `kind` says. `count` is 0 where there are none. */
static void unreadable(const char *kind) {
  char *start = map(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  madvise(start, 4 * page, MADV_NOHUGEPAGE);
  memset(start, 'a', 4 * page);
  unsigned long made = 1;
  char *second = start + page;
  if (strcmp(kind, "none") == 0) {
    check(mprotect(second, page, PROT_NONE) == 0, "mprotect");
  } else if (strcmp(kind, "execute") == 0) {
    check(mprotect(second, page, PROT_EXEC) == 0, "mprotect");
  } else if (strcmp(kind, "hole") == 0) {
    check(munmap(second, page) == 0, "munmap");
  } else if (strcmp(kind, "guard") == 0) {
    const int guard_install = 102;
    made = madvise(second, page, guard_install) == 0;
  } else if (strcmp(kind, "secret") == 0) {
    const int fd = (int)syscall(SYS_memfd_secret, 0);
    made = fd >= 0 && ftruncate(fd, page) == 0 &&
           mmap(second, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED;
    if (made) memset(second, 's', page);
  } else if (strcmp(kind, "supplied") == 0) {
    const int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | 1);
    struct uffdio_api api = {.api = UFFD_API};
    made = fd >= 0 && ioctl(fd, UFFDIO_API, &api) == 0;
    if (made) {
      map(second, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1);
      struct uffdio_register wanted = {{(unsigned long)second, page}, UFFDIO_REGISTER_MODE_MISSING, 0};
      check(ioctl(fd, UFFDIO_REGISTER, &wanted) == 0, "UFFDIO_REGISTER");
    }
  } else if (strcmp(kind, "device") == 0) {
    // The ring of a counter that counts nothing: of all that drivers map, what is on every machine.
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_DUMMY, .size = sizeof attributes};
    const int fd = (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
    made = fd >= 0 && mmap(second, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED;
  } else if (strcmp(kind, "shrunk") == 0) {
    char name[] = "/tmp/memglass-shrunk-XXXXXX";
    const int fd = mkstemp(name);
    check(fd >= 0 && ftruncate(fd, page) == 0 && unlink(name) == 0, "mkstemp");
    map(second, page, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd);
    check(ftruncate(fd, 0) == 0, "ftruncate");
  } else {
    exit(2);
  }
  say(0, start, made);
  obey();
}

/** A file mapped privately; nothing of it is touched, but where it `copies` the first page, which is its own then. */
static void private_file(const char *path, int copies) {
  int fd = open(path, O_RDWR | O_CLOEXEC);
  check(fd >= 0, path);
  const off_t size = lseek(fd, 0, SEEK_END);
  // Else the pages around the first come with it.
  char *start = map(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
  madvise(start, (size_t)size, MADV_RANDOM);
  if (copies) memset(start, 'C', 16);
  say(0, start, (unsigned long)size / page);
  obey();
}

/** So much memory that nobody touches. */
static void untouched(unsigned long size) {
  char *start = map(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  say(0, start, 0);
  obey();
}

/** A page of pointers: to itself, into the code, to nowhere, and small numbers. Shown and changed by `store`. */
static void pointers(void) {
  unsigned long *start = map(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  start[0] = (unsigned long)(start + 4);
  start[1] = (unsigned long)&check;
  start[2] = 0x10;
  start[3] = 0x123456789abcdef0;
  start[4] = (unsigned long)start;
  say(0, start, 2);
  obey();
}

/** So much private memory, at an address where the program that it becomes `again` has as much. */
static void fixed(unsigned long size) {
  char *start = map((void *)0x20000000, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1);
  madvise(start, size, MADV_NOHUGEPAGE);
  memset(start, 'a', size);
  say(0, start, size / page);
  obey();
}

/** Enters a user namespace of its own that has the users it is to become; another process has to say so. */
static void enter_namespace(void) {
  int ready[2];
  check(pipe(ready) == 0, "pipe");
  const pid_t self = getpid(), helper = fork();
  check(helper >= 0, "fork");
  if (helper == 0) {
    char go, path[64];
    check(read(ready[0], &go, 1) == 1, "read");
    static const char *const maps[] = {"uid_map", "gid_map"};
    for (size_t i = 0; i < 2; ++i) {
      snprintf(path, sizeof path, "/proc/%d/%s", self, maps[i]);
      int fd = open(path, O_WRONLY);
      check(fd >= 0 && write(fd, "0 0 1\n65534 65534 1\n", 20) == 20, path);
    }
    _exit(0);
  }
  check(unshare(CLONE_NEWUSER) == 0 && write(ready[1], "", 1) == 1, "unshare");
  close(ready[0]);
  close(ready[1]);
  int status;
  check(waitpid(helper, &status, 0) == helper && status == 0, "uid_map");
}

/** Becomes a process of user 65534 that this user may not look into all the same, for the reason that `why` names. */
static void fenced(const char *why) {
  if (strcmp(why, "namespace") == 0) enter_namespace();
  if (strcmp(why, "capable") == 0) prctl(PR_SET_KEEPCAPS, 1);
  check(setgroups(0, NULL) == 0 && setresgid(65534, 65534, 65534) == 0, "setresgid");
  check(setresuid(65534, 65534, 65534) == 0, "setresuid");
  // Another user has been forgotten by both.
  prctl(PR_SET_DUMPABLE, strcmp(why, "undumpable") != 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  say(0, NULL, 0);
  obey();
}

static void zombie(void) {
  pid_t child = fork();
  check(child >= 0, "fork");
  if (child == 0) _exit(0);
  siginfo_t info;
  check(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0, "waitid");
  say(child, NULL, 0);
  obey();
}

static void *obey_alone(void *leader) {
  pthread_join(*(pthread_t *)leader, NULL);
  say(0, NULL, 0);
  obey();
  exit(0);
}

/** The first thread ends, and the process lives on. */
static void leaderless(void) {
  static pthread_t leader;
  leader = pthread_self();
  pthread_t other;
  check(pthread_create(&other, NULL, obey_alone, &leader) == 0, "pthread_create");
  pthread_exit(NULL);
}

/** Becomes itself again, `left` times; the first and the last of many regions say which time it is. */
static void generations(const char *self, unsigned long left) {
  char name[32];
  char *const low = (char *)0x10000000;
  snprintf(name, sizeof name, "generation-%lu", left);
  int fd = memfd_create(name, 0);
  check(fd >= 0 && ftruncate(fd, page) == 0, "memfd_create");
  const unsigned long striped = 5000;
  map(low, page, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE, fd);
  char *stripes = low + 2 * page;
  map(stripes, striped * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1);
  for (unsigned long at = 1; at < striped; at += 2) mprotect(stripes + at * page, page, PROT_NONE);
  map(stripes + (striped + 2) * page, page, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE, fd);
  close(fd);
  say(0, low, left);
  if (left == 0) {
    obey();
    return;
  }
  char rest[32];
  snprintf(rest, sizeof rest, "%lu", left - 1);
  execl(self, self, "generations", rest, (char *)NULL);
  check(0, "execl");
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  const char *mode = arguments[1];
  page = sysconf(_SC_PAGESIZE);
  arguments_given = arguments;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (strcmp(mode, "regions") == 0) regions(strtoul(arguments[2], NULL, 0));
  else if (strcmp(mode, "reservation") == 0) reservation(strtoul(arguments[2], NULL, 0));
  else if (strcmp(mode, "names") == 0) names(arguments[2]);
  else if (strcmp(mode, "pages") == 0) pages();
  else if (strcmp(mode, "unreadable") == 0) unreadable(arguments[2]);
  else if (strcmp(mode, "private-file") == 0) private_file(arguments[2], 1);
  else if (strcmp(mode, "mapped-file") == 0) private_file(arguments[2], 0);
  else if (strcmp(mode, "untouched") == 0) untouched(strtoul(arguments[2], NULL, 0));
  else if (strcmp(mode, "pointers") == 0) pointers();
  else if (strcmp(mode, "fixed") == 0) fixed(strtoul(arguments[2], NULL, 0));
  else if (strcmp(mode, "fenced") == 0) fenced(arguments[2]);
  else if (strcmp(mode, "zombie") == 0) zombie();
  else if (strcmp(mode, "leaderless") == 0) leaderless();
  else if (strcmp(mode, "generations") == 0) generations(arguments[0], strtoul(arguments[2], NULL, 0));
  else return 2;
  return 0;
}
