// The yardstick for finding who uses shared memory: nothing but the system calls that it takes. For each process, all
// mappings of files by PROCMAP_QUERY (a private one may be of a shared object, too), the names of those that are shared
// or on a tmpfs, and all descriptors by stat, with the names of those that are on a tmpfs or deleted. Nothing is kept.
//
// Says `MILLISECONDS MAPPINGS DESCRIPTORS`. Compiled by the bench.
#define _GNU_SOURCE
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "each_process.h"

// linux/fs.h of Linux 6.11; older headers have none.
struct procmap_query {
  uint64_t size, flags, address, start, end, rights, page_size, offset, inode;
  uint32_t dev_major, dev_minor, name_size, build_id_size;
  uint64_t name_address, build_id_address;
};
#define PROCMAP_QUERY 0xc0686611
#define COVERING_OR_NEXT 0x10
#define FILE_BACKED 0x20
#define SHARED 8

static dev_t shm, kernel;
static long mappings, descriptors;

static int is_memory(dev_t device) { return device == shm || device == kernel; }

static int query(int maps, uint64_t address, char *name, struct procmap_query *found) {
  memset(found, 0, sizeof *found);
  found->size = sizeof *found;
  found->flags = COVERING_OR_NEXT | FILE_BACKED;
  found->address = address;
  if (name != NULL) {
    found->name_size = PATH_MAX;
    found->name_address = (uint64_t)name;
  }
  return ioctl(maps, PROCMAP_QUERY, found) == 0;
}

static void look_at_mappings(int process) {
  int maps = openat(process, "maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0) return;
  struct procmap_query found;
  char name[PATH_MAX];
  for (uint64_t address = 0; query(maps, address, NULL, &found); address = found.end) {
    int wanted = (found.rights & SHARED) || is_memory(makedev(found.dev_major, found.dev_minor));
    if (wanted && query(maps, found.start, name, &found)) ++mappings;
  }
  close(maps);
}

static void look_at_descriptors(int process) {
  int folder = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *stream = folder < 0 ? NULL : fdopendir(folder);
  if (stream == NULL) return;
  char name[PATH_MAX];
  for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    struct stat status;
    if (entry->d_name[0] == '.' || fstatat(folder, entry->d_name, &status, 0) != 0) continue;
    if (!S_ISREG(status.st_mode) || (status.st_nlink != 0 && !is_memory(status.st_dev))) continue;
    if (readlinkat(folder, entry->d_name, name, sizeof name) > 0) ++descriptors;
  }
  closedir(stream);
}

static void look_at_process(int process) {
  look_at_mappings(process);
  look_at_descriptors(process);
}

int main(void) {
  struct stat status;
  if (stat("/dev/shm", &status) == 0) shm = status.st_dev;
  int memory = memfd_create("loop", 0);
  if (memory >= 0 && fstat(memory, &status) == 0) kernel = status.st_dev;
  double milliseconds = time_of_each_process(look_at_process);
  if (milliseconds < 0) return 1;
  printf("%.3f %ld %ld\n", milliseconds, mappings, descriptors);
  return 0;
}
