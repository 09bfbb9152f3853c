#pragma once
// The arguments and the answer of a store, as native/saves.d.ts has them.

#include <napi.h>

#include "atomic_store.h"
#include "calls.h"

namespace memglass {

/** `(offset, bytes, ifStill?)` from the argument `index` on; false with a TypeError or RangeError pending. */
bool takeStore(const Napi::CallbackInfo& info, size_t index, Store* store);

/** `{stored, isAtomic, now?}`, or the failure with what was `written`. */
Settle settleStore(Failure failure, Stored stored);

}  // namespace memglass
