#pragma once
// Touching mapped memory whose file another process may cut in the same moment: that SIGBUS must be somebody
// else's.

#include <functional>

#include "failure.h"

namespace memglass {

/**
 * Runs the operation, which answers 0 or an errno, in a forked child: it may do plain loads, stores and
 * system calls, and nothing that takes a lock. With all signals blocked none of Node's handlers runs in it.
 * EFAULT where a signal ended it.
 */
Failure inChild(const std::function<int()>& operation, const char* name);

}  // namespace memglass
