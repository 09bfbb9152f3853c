#include "native_file.h"

#include <cerrno>
#include <cstring>
#include <new>

#include "allocation.h"
#include "buckets.h"
#include "marshal.h"
#include "object_calls.h"

namespace memglass {
namespace {

/** A read is copied twice and held while it waits; whole-source jobs are the sweeper's. */
constexpr size_t kMaxReadBytes = size_t{64} << 20;
constexpr size_t kMaxBuckets = 65536;

using Handle = std::shared_ptr<FileHandle>;
using Bytes = std::shared_ptr<uint8_t[]>;

// The file's thread fills memory of its own, since the caller's could be detached under it; JavaScript's
// thread copies.
Bytes allocate(size_t length) { return Bytes(new (std::nothrow) uint8_t[length]()); }

Calls& callsOf(Napi::Env env) { return *env.GetInstanceData<Calls>(); }

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

Settle readInto(OpenFile& file, uint64_t offset, size_t length) {
  const Bytes bytes = allocate(length);
  if (!bytes) return rejectWith({ENOMEM, "malloc"});
  const ReadOutcome outcome = readRange(file, offset, bytes.get(), length);
  for (const ReadFault& fault : outcome.faults)
    std::memset(bytes.get() + (fault.offset - offset), 0, fault.length);
  return [bytes, outcome](Napi::Env env, PendingCall& call) {
    if (deliver(env, call, bytes.get(), outcome.length)) call.resolve(env, toObject(env, outcome));
  };
}

Napi::Value read(const Napi::CallbackInfo& info, const Handle& file) {
  uint64_t offset = 0;
  size_t length = 0;
  Napi::Object into;
  if (!takeOffset(info, 0, "offset", &offset)) return {};
  if (!takeBytes(info, 1, kMaxReadBytes, &into, &length)) return {};
  return callsOf(info.Env()).start(info.Env(), file, into, length, [offset, length](OpenFile& open) {
    return readInto(open, offset, length);
  });
}

Napi::Value probe(const Napi::CallbackInfo& info, const Handle& file) {
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [](OpenFile& open) -> Settle {
    FileProbe found;
    if (const Failure failure = probeFile(open, &found)) return rejectWith(failure);
    return [found](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, found)); };
  });
}

bool takeBuckets(const Napi::CallbackInfo& info, Buckets* buckets, Napi::Object* into) {
  if (!takeOffset(info, 0, "offset", &buckets->offset)) return false;
  if (!takeOffset(info, 1, "length", &buckets->length)) return false;
  return takeBytes(info, 2, kMaxBuckets, into, &buckets->count);
}

Napi::Value residency(const Napi::CallbackInfo& info, const Handle& file) {
  Buckets buckets{};
  Napi::Object into;
  if (!takeBuckets(info, &buckets, &into)) return {};
  return callsOf(info.Env())
      .start(info.Env(), file, into, buckets.count, [buckets](OpenFile& open) -> Settle {
        const Bytes shares = allocate(buckets.count);
        if (!shares) return rejectWith({ENOMEM, "malloc"});
        const ResidencyAnswer answer = readResidency(open, buckets, shares.get());
        return [shares, answer](Napi::Env env, PendingCall& call) {
          if (deliver(env, call, shares.get(), call.length)) call.resolve(env, toObject(env, answer));
        };
      });
}

Napi::Value allocation(const Napi::CallbackInfo& info, const Handle& file) {
  Buckets buckets{};
  Napi::Object into;
  if (!takeBuckets(info, &buckets, &into)) return {};
  return callsOf(info.Env())
      .start(info.Env(), file, into, buckets.count, [buckets](OpenFile& open) -> Settle {
        const Bytes shares = allocate(buckets.count);
        if (!shares) return rejectWith({ENOMEM, "malloc"});
        const bool told = readAllocation(open, buckets, shares.get());
        return [shares, told](Napi::Env env, PendingCall& call) {
          // Where the file system cannot tell, what was counted before it said so is not shown.
          if (deliver(env, call, shares.get(), told ? call.length : 0)) {
            call.resolve(env, Napi::Boolean::New(env, told));
          }
        };
      });
}

}  // namespace

// Closures, not a class with `this`: a method taken off its object, or called on another, can then do no
// harm.
Napi::Object makeNativeFile(Napi::Env env, const Handle& file, const FileFacts& facts, Strategy strategy) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("facts", toObject(env, facts));
  object.Set("strategy", Napi::String::New(env, strategy == Strategy::kMap ? "map" : "read"));
  const auto method = [&](const char* name, Napi::Value (*body)(const Napi::CallbackInfo&, const Handle&)) {
    object.Set(name,
               Napi::Function::New(
                   env, [file, body](const Napi::CallbackInfo& info) { return body(info, file); }, name));
  };
  method("read", &read);
  method("probe", &probe);
  method("residency", &residency);
  method("allocation", &allocation);
  method("write", &writeFile);
  method("resize", &resizeFile);
  method("flush", &flushFile);
  method("seals", &fileSeals);
  method("close", [](const Napi::CallbackInfo& info, const Handle& closing) -> Napi::Value {
    closing->worker->close();
    return info.Env().Undefined();
  });
  return object;
}

}  // namespace memglass
