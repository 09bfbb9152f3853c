#pragma once
// Calls that can be given up while they run.

#include <napi.h>

#include <atomic>
#include <functional>

#include "calls.h"

namespace memglass {

/** Looks at the flag between its steps, and fails with ECANCELED once it is set. */
using CancellableWork = std::function<Settle(const std::atomic<bool>& canceled)>;

/** `{result, cancel}`: runs the work on a thread of its own. Nothing where an exception is pending. */
Napi::Value startCancellable(Napi::Env env, CancellableWork work);

}  // namespace memglass
