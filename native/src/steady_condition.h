#pragma once
// Waiting for another thread, or for a time.

#include <pthread.h>

#include <chrono>
#include <mutex>

namespace memglass {

using SteadyClock = std::chrono::steady_clock;

/**
 * What std::condition_variable is, with deadlines that no change of the machine's time moves: libstdc++ needs
 * glibc 2.30 for that (pthread_cond_clockwait).
 */
class SteadyCondition {
 public:
  SteadyCondition();
  ~SteadyCondition();
  SteadyCondition(const SteadyCondition&) = delete;
  SteadyCondition& operator=(const SteadyCondition&) = delete;

  void notifyOne();
  /** Both may return for no reason, too. */
  void wait(std::unique_lock<std::mutex>& lock);
  void waitUntil(std::unique_lock<std::mutex>& lock, SteadyClock::time_point due);

 private:
  pthread_cond_t condition_;
};

}  // namespace memglass
