#pragma once
// Named semaphores that exist: their value, and the real calls on them, so that who waits wakes.

#include <cstdint>
#include <string>

#include "failure.h"
#include "posix_object.h"

namespace memglass {

struct SemaphoreState {
  uint32_t value = 0;
  /** Waiting now, or killed while they waited. */
  uint32_t waiters = 0;
  uint64_t dev = 0;
  uint64_t ino = 0;
};

/** By pread(2). EINVAL for a file that is not as long as a semaphore. */
Failure readSemaphore(const std::string& path, SemaphoreState* state);

/** sem_post(3). EOVERFLOW at its largest value. */
Failure postSemaphore(const std::string& path, const ExpectedObject& expected);
/** sem_trywait(3): EAGAIN at 0. */
Failure tryWaitSemaphore(const std::string& path, const ExpectedObject& expected);

}  // namespace memglass
