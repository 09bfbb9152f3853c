#include "named_semaphore.h"

#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>

#include <cerrno>

#include "descriptor.h"
#include "guarded_child.h"

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

Failure change(const std::string& path, const ExpectedObject& expected, Operation operation,
               const char* name) {
  Descriptor file;
  FileFacts facts;
  if (Failure failure = openSemaphore(path, O_RDWR, &file, &facts)) return failure;
  if (facts.dev != expected.dev || facts.ino != expected.ino) return {ESTALE, "statx"};
  void* base = ::mmap64(nullptr, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (base == MAP_FAILED) return {errno, "mmap"};
  // sem_post(3) and sem_trywait(3) are plain atomic operations and a futex(2).
  auto* semaphore = static_cast<sem_t*>(base);
  const Failure failure = inChild([&] { return operation(semaphore) == 0 ? 0 : errno; }, name);
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
