#pragma once
// How an answer gets into the Uint8Array that the caller brought.

#include <napi.h>

#include <memory>

#include "buckets.h"
#include "calls.h"
#include "file_read.h"

namespace memglass {

/** A read is copied twice and held while it waits; whole-source jobs are the sweeper's. */
constexpr size_t kMaxReadBytes = size_t{64} << 20;
constexpr size_t kMaxBuckets = 65536;

/** A thread fills memory of its own, since the caller's could be detached under it; JavaScript's thread
 * copies. */
using Bytes = std::shared_ptr<uint8_t[]>;
/** Zeroed; null where there is no memory. */
Bytes allocate(size_t length);

/** Moves the answer into the caller's array and zeroes the rest of it; false where it is gone. */
bool deliver(Napi::Env env, PendingCall& call, const uint8_t* bytes, size_t length);

/** Delivers what was read from `offset` on, with zeros for what could not be. */
Settle settleRead(const Bytes& bytes, uint64_t offset, ReadOutcome outcome);

/** `(offset, length, into)` */
bool takeBuckets(const Napi::CallbackInfo& info, Buckets* buckets, Napi::Object* into);

}  // namespace memglass
