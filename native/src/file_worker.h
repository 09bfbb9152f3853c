#pragma once
// A file's own thread. A call that hangs (a dead NFS server, a stuck FUSE daemon) holds up this file and no
// other.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "file_open.h"
#include "steady_condition.h"

namespace memglass {

class FileWorker {
 public:
  /** Gets the file on its thread; or null, on another thread, where the worker was closed before the job's
   * turn. */
  using Job = std::function<void(OpenFile*)>;

  /** Starts a detached thread: nobody ever waits for it, so that one which hangs cannot hold up exit(3). */
  static std::shared_ptr<FileWorker> start(Failure* failure);
  FileWorker(const FileWorker&) = delete;
  FileWorker& operator=(const FileWorker&) = delete;

  void post(Job job);
  /** Not before `due`. Other jobs run meanwhile, and those that wait already then run first. */
  void postAt(SteadyClock::time_point due, Job job);
  /**
   * Ends the thread after the running job, which also closes the file there, since close(2) can hang too.
   * Jobs that wait are given null at once. Idempotent; from any thread.
   */
  void close();

  /** What `close` calls to end a job that would run for ever. Any thread; at once where it is closed already.
   */
  void interruptBy(std::function<void()> interrupt);

  /** Threads that run right now in the process. */
  static size_t count();

 private:
  FileWorker() = default;
  static void* main(void* argument);
  void run();
  /** Waits for a job whose time has come; false once closed. */
  bool take(Job* job);

  std::mutex mutex_;
  SteadyCondition wake_;
  std::deque<Job> jobs_;
  std::multimap<SteadyClock::time_point, Job> later_;
  std::function<void()> interrupt_;
  bool closed_ = false;
};

}  // namespace memglass
