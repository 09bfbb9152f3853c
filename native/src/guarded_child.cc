#include "guarded_child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace memglass {

Failure inChild(const std::function<int()>& operation, const char* name) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_DUMPABLE, 0);  // No core file of the whole host.
    ::_exit(operation());
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

}  // namespace memglass
