// The frame of the yardsticks that look at every process: the clock, and the walk through /proc.
#include <dirent.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

// Gives each process's folder in /proc to `look_at`. Returns milliseconds, below 0 where there is no /proc.
static double time_of_each_process(void (*look_at)(int process)) {
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  DIR *proc = opendir("/proc");
  if (proc == NULL) return -1;
  for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    int process = openat(dirfd(proc), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (process < 0) continue;
    look_at(process);
    close(process);
  }
  closedir(proc);
  clock_gettime(CLOCK_MONOTONIC, &end);
  return (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
}
