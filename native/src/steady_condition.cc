#include "steady_condition.h"

#include <ctime>

namespace memglass {

SteadyCondition::SteadyCondition() {
  pthread_condattr_t attributes;
  ::pthread_condattr_init(&attributes);
  ::pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  ::pthread_cond_init(&condition_, &attributes);
  ::pthread_condattr_destroy(&attributes);
}

SteadyCondition::~SteadyCondition() { ::pthread_cond_destroy(&condition_); }

void SteadyCondition::notifyOne() { ::pthread_cond_signal(&condition_); }

void SteadyCondition::wait(std::unique_lock<std::mutex>& lock) {
  ::pthread_cond_wait(&condition_, lock.mutex()->native_handle());
}

void SteadyCondition::waitUntil(std::unique_lock<std::mutex>& lock, SteadyClock::time_point due) {
  const auto since = due.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds);
  const timespec deadline{static_cast<time_t>(seconds.count()), static_cast<long>(rest.count())};
  ::pthread_cond_timedwait(&condition_, lock.mutex()->native_handle(), &deadline);
}

}  // namespace memglass
