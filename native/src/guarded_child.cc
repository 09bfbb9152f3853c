#include "guarded_child.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace memglass {
namespace {

/** Room for a signal's frame, which on some machines has 11 KiB of registers. */
constexpr size_t kStackBytes = size_t{1} << 16;

void endChild(int) { ::_exit(EFAULT); }

/** In the child, whose handlers are its own. */
int runInChild(void* operation) {
  struct sigaction action = {};
  action.sa_handler = &endChild;
  sigset_t faults;
  ::sigemptyset(&faults);
  for (const int fault : {SIGBUS, SIGSEGV}) {
    ::sigaction(fault, &action, nullptr);
    ::sigaddset(&faults, fault);
  }
  ::sigprocmask(SIG_UNBLOCK, &faults, nullptr);
  return (*static_cast<const std::function<int()>*>(operation))();
}

}  // namespace

Failure inChild(const std::function<int()>& operation, const char* name) {
  void* stack =
      ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return {errno, "mmap"};
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  // As posix_spawn(3) does it: fork(2) would copy the page tables of the whole host, and stop it meanwhile.
  // Without a signal to tell of its end: Node has handlers for those.
  const auto argument = const_cast<void*>(static_cast<const void*>(&operation));
  const pid_t child =
      ::clone(&runInChild, static_cast<char*>(stack) + kStackBytes, CLONE_VM | CLONE_VFORK, argument);
  const int error = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  int status = 0;
  Failure failure{error, "clone"};
  if (child > 0) {
    pid_t ended;
    do {
      ended = ::waitpid(child, &status, __WALL);
    } while (ended < 0 && errno == EINTR);
    failure = ended < 0 ? Failure{errno, "waitpid"}
                        : Failure{WIFEXITED(status) ? WEXITSTATUS(status) : EFAULT, name};
  }
  ::munmap(stack, kStackBytes);
  return failure;
}

}  // namespace memglass
