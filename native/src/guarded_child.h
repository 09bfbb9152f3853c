#pragma once
// Touching mapped memory whose file another process may cut in the same moment: that SIGBUS must be somebody
// else's.

#include <functional>

#include "failure.h"

namespace memglass {

/**
 * Runs the operation, which answers 0 or an errno, in a child that has this process's memory and signal
 * handlers of its own: it may do plain loads, stores and system calls, and nothing that takes a lock. What it
 * writes is there when it ends. EFAULT where a fault ended it.
 */
Failure inChild(const std::function<int()>& operation, const char* name);

}  // namespace memglass
