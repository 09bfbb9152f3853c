#include "caller_buffer.h"

#include <cstring>
#include <new>
#include <utility>

#include "marshal.h"

namespace memglass {

Bytes allocate(size_t length) { return Bytes(new (std::nothrow) uint8_t[length]()); }

/** Moves the answer into the caller's array and zeroes the rest of it; false where it is gone. */
bool deliver(Napi::Env env, PendingCall& call, const uint8_t* bytes, size_t length) {
  uint8_t* into = bytesStillThere(env, call);
  if (into == nullptr) {
    rejectGone(env, call);
    return false;
  }
  if (length > 0) std::memcpy(into, bytes, length);
  if (length < call.length) std::memset(into + length, 0, call.length - length);
  return true;
}

Settle settleRead(const Bytes& bytes, uint64_t offset, ReadOutcome outcome) {
  for (const ReadFault& fault : outcome.faults) {
    std::memset(bytes.get() + (fault.offset - offset), 0, fault.length);
  }
  return [bytes, outcome = std::move(outcome)](Napi::Env env, PendingCall& call) {
    if (deliver(env, call, bytes.get(), outcome.length)) call.resolve(env, toObject(env, outcome));
  };
}

bool takeBuckets(const Napi::CallbackInfo& info, Buckets* buckets, Napi::Object* into) {
  if (!takeOffset(info, 0, "offset", &buckets->offset)) return false;
  if (!takeOffset(info, 1, "length", &buckets->length)) return false;
  return takeBytes(info, 2, kMaxBuckets, into, &buckets->count);
}

}  // namespace memglass
