#include "named_semaphore.h"

#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "descriptor.h"

namespace memglass {
namespace {

using Operation = int (*)(sem_t*);

/** Never created, followed or waited for; what stands there is looked at before it is mapped. */
Failure openSemaphore(const std::string& path, int rights, Descriptor* file, FileFacts* facts) {
  *file = Descriptor(::open64(path.c_str(), rights | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file->valid()) return {errno, "openat"};
  if (Failure failure = readStat(file->get(), facts)) return failure;
  // A file that is shorter has no semaphore in it, and mapping it is a SIGBUS.
  const bool fits = facts->kind == FileKind::kRegular && facts->size == sizeof(sem_t);
  return fits ? Failure{} : Failure{EINVAL, "sem_open"};
}

/**
 * The call loads from the mapping, and another process may cut the file in the same moment: that SIGBUS must
 * be somebody else's. So a forked child makes the call: sem_post(3) and sem_trywait(3) are plain atomic
 * operations and a futex(2), and with all signals blocked none of Node's handlers runs in it.
 */
Failure inChild(Operation operation, const char* name, sem_t* semaphore) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_DUMPABLE, 0);  // No core file of the whole host.
    ::_exit(operation(semaphore) == 0 ? 0 : errno);
  }
  const int error = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) return {error, "fork"};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return {errno, "waitpid"};
  }
  if (!WIFEXITED(status)) return {EFAULT, name};
  return {WEXITSTATUS(status), name};
}

Failure change(const std::string& path, const ExpectedObject& expected, Operation operation,
               const char* name) {
  Descriptor file;
  FileFacts facts;
  if (Failure failure = openSemaphore(path, O_RDWR, &file, &facts)) return failure;
  if (facts.dev != expected.dev || facts.ino != expected.ino) return {ESTALE, "statx"};
  void* base = ::mmap64(nullptr, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (base == MAP_FAILED) return {errno, "mmap"};
  const Failure failure = inChild(operation, name, static_cast<sem_t*>(base));
  ::munmap(base, sizeof(sem_t));
  return failure;
}

}  // namespace

Failure readSemaphore(const std::string& path, SemaphoreState* state) {
  Descriptor file;
  FileFacts facts;
  if (Failure failure = openSemaphore(path, O_RDONLY, &file, &facts)) return failure;
  // Both glibc (on 64 bits) and musl begin with the value and the number of those who wait; the top bit of
  // the value is a mark of musl's.
  uint32_t words[2] = {0, 0};
  const ssize_t got = ::pread64(file.get(), words, sizeof words, 0);
  if (got != static_cast<ssize_t>(sizeof words)) return {got < 0 ? errno : EINVAL, "pread64"};
  *state = {words[0] & 0x7fffffffu, words[1], facts.dev, facts.ino};
  return {};
}

Failure postSemaphore(const std::string& path, const ExpectedObject& expected) {
  return change(path, expected, &::sem_post, "sem_post");
}

Failure tryWaitSemaphore(const std::string& path, const ExpectedObject& expected) {
  return change(path, expected, &::sem_trywait, "sem_trywait");
}

}  // namespace memglass
