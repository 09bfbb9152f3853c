#pragma once
// Calls that can be given up while they run.

#include <napi.h>

#include <atomic>
#include <functional>

#include "calls.h"

namespace memglass {

/** Looks at the flag between its steps, and fails with ECANCELED once it is set. */
using CancellableWork = std::function<Settle(const std::atomic<bool>& canceled)>;

/** The same for work that tells of what it finds meanwhile. */
using CancellableTellingWork = std::function<Settle(const std::atomic<bool>& canceled, const Tell& tell)>;

/** `{result, cancel}`: runs the work on a thread of its own. Nothing where an exception is pending. */
Napi::Value startCancellable(Napi::Env env, CancellableWork work);
/** `hear` is in the PendingCall. */
Napi::Value startCancellable(Napi::Env env, Napi::Function hear, CancellableTellingWork work);

}  // namespace memglass
