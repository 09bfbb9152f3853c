// Marshals; the system calls are in sysv_segment.cc.

#include "sysv_calls.h"

#include <cerrno>
#include <limits>

#include "arguments.h"
#include "caller_buffer.h"
#include "change_wait.h"
#include "marshal.h"
#include "store_arguments.h"
#include "sysv_segment.h"

namespace memglass {
namespace {

using Handle = std::shared_ptr<FileHandle>;

Calls& callsOf(Napi::Env env) { return *env.GetInstanceData<Calls>(); }

Napi::Object toObject(Napi::Env env, int id, const SegmentFacts& facts) {
  const auto number = [env](double value) { return Napi::Number::New(env, value); };
  Napi::Object object = Napi::Object::New(env);
  object.Set("id", number(id));
  object.Set("key", number(facts.key));
  object.Set("mode", number(facts.mode));
  object.Set("uid", number(facts.uid));
  object.Set("gid", number(facts.gid));
  object.Set("creatorUid", number(facts.creatorUid));
  object.Set("creatorGid", number(facts.creatorGid));
  object.Set("size", Napi::BigInt::New(env, facts.size));
  object.Set("attachedAt", number(static_cast<double>(facts.attached)));
  object.Set("detachedAt", number(static_cast<double>(facts.detached)));
  object.Set("changedAt", number(static_cast<double>(facts.changed)));
  object.Set("creatorPid", number(facts.creatorPid));
  object.Set("lastPid", number(facts.lastPid));
  object.Set("attachments", number(static_cast<double>(facts.attachments)));
  return object;
}

bool takeId(const Napi::CallbackInfo& info, int* id) {
  double value = 0;
  if (!takeInteger(info, 0, "id", 0, std::numeric_limits<int32_t>::max(), &value)) return false;
  *id = static_cast<int>(value);
  return true;
}

/** `{size, creatorPid}` */
bool takeExpectedSegment(const Napi::CallbackInfo& info, size_t index, ExpectedSegment* expected) {
  Napi::Object object;
  if (!takeObject(info, index, "expected", &object)) return false;
  if (!takeBigIntField(info.Env(), object, "size", &expected->size)) return false;
  const Napi::Value creator = object.Get("creatorPid");
  if (info.Env().IsExceptionPending()) return false;
  if (!creator.IsNumber()) {
    Napi::TypeError::New(info.Env(), "creatorPid must be a number").ThrowAsJavaScriptException();
    return false;
  }
  expected->creatorPid = creator.As<Napi::Number>().Int32Value();
  return true;
}

Napi::Value create(const Napi::CallbackInfo& info) {
  double key = 0;
  uint64_t size = 0;
  double mode = 0;
  // A key is written as the kernel lists it, signed, or as people do, unsigned.
  if (!takeInteger(info, 0, "key", std::numeric_limits<int32_t>::min(), std::numeric_limits<uint32_t>::max(),
                   &key)) {
    return {};
  }
  if (!takeBigInt(info, 1, "size", &size) || !takeInteger(info, 2, "mode", 0, 0777, &mode)) return {};
  const auto plainKey = static_cast<int32_t>(static_cast<uint32_t>(static_cast<int64_t>(key)));
  const auto plainMode = static_cast<uint32_t>(mode);
  return callsOf(info.Env()).startAlone(info.Env(), "", [plainKey, size, plainMode](OpenFile&) -> Settle {
    int id = -1;
    SegmentFacts facts;
    if (const Failure failure = createSegment(plainKey, size, plainMode, &id)) return rejectWith(failure);
    if (const Failure failure = readSegment(id, &facts)) return rejectWith(failure);
    return [id, facts](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, id, facts)); };
  });
}

Napi::Value inspect(const Napi::CallbackInfo& info) {
  int id = 0;
  if (!takeId(info, &id)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), "", [id](OpenFile&) -> Settle {
    SegmentFacts facts;
    if (const Failure failure = readSegment(id, &facts)) return rejectWith(failure);
    return [id, facts](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, id, facts)); };
  });
}

Napi::Value change(const Napi::CallbackInfo& info) {
  int id = 0;
  ExpectedSegment expected;
  OwnerChange wanted;
  if (!takeId(info, &id) || !takeExpectedSegment(info, 1, &expected) || !takeChange(info, 2, &wanted))
    return {};
  return callsOf(info.Env()).startAlone(info.Env(), "", [id, expected, wanted](OpenFile&) {
    return resolveUnless(changeSegment(id, expected, wanted));
  });
}

Napi::Value remove(const Napi::CallbackInfo& info) {
  int id = 0;
  ExpectedSegment expected;
  if (!takeId(info, &id) || !takeExpectedSegment(info, 1, &expected)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), "", [id, expected](OpenFile&) {
    return resolveUnless(removeSegment(id, expected));
  });
}

Napi::Value write(const Napi::CallbackInfo& info) {
  int id = 0;
  uint64_t offset = 0;
  std::shared_ptr<std::string> bytes;
  ExpectedSegment expected;
  if (!takeId(info, &id) || !takeOffset(info, 1, "offset", &offset)) return {};
  if (!takeContents(info, 2, &bytes) || !takeExpectedSegment(info, 3, &expected)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), "", [id, offset, bytes, expected](OpenFile&) {
    size_t written = 0;
    const auto* data = reinterpret_cast<const uint8_t*>(bytes->data());
    const Failure failure = writeSegment(id, offset, data, bytes->size(), expected, &written);
    return settleWrite(failure, written);
  });
}

/** `(id, expected, offset, bytes, ifStill?)` */
Napi::Value store(const Napi::CallbackInfo& info) {
  int id = 0;
  ExpectedSegment expected;
  const auto wanted = std::make_shared<Store>();
  if (!takeId(info, &id) || !takeExpectedSegment(info, 1, &expected) || !takeStore(info, 2, wanted.get())) {
    return {};
  }
  return callsOf(info.Env()).startAlone(info.Env(), "", [id, expected, wanted](OpenFile&) {
    Stored stored;
    const Failure failure = storeInSegment(id, *wanted, expected, &stored);
    return settleStore(failure, std::move(stored));
  });
}

Napi::Value readAttached(const Napi::CallbackInfo& info, const Handle& segment) {
  uint64_t offset = 0;
  size_t length = 0;
  Napi::Object into;
  bool skipAbsent = false;
  if (!takeOffset(info, 0, "offset", &offset) || !takeBytes(info, 1, kMaxReadBytes, &into, &length))
    return {};
  if (!takeBoolean(info, 2, "skipAbsent", &skipAbsent)) return {};
  return callsOf(info.Env())
      .start(info.Env(), segment, into, length, [offset, length, skipAbsent](OpenFile& open) -> Settle {
        const Bytes bytes = allocate(length);
        if (!bytes) return rejectWith({ENOMEM, "malloc"});
        return settleRead(bytes, offset, open.attachment->read(offset, bytes.get(), length, skipAbsent));
      });
}

ReadOutcome readPresent(OpenFile& open, uint64_t offset, uint8_t* into, size_t length) {
  return open.attachment->read(offset, into, length, true);
}

Napi::Value presence(const Napi::CallbackInfo& info, const Handle& segment) {
  Buckets buckets{};
  Napi::Object into;
  if (!takeBuckets(info, &buckets, &into)) return {};
  return callsOf(info.Env())
      .start(info.Env(), segment, into, buckets.count, [buckets](OpenFile& open) -> Settle {
        const Bytes shares = allocate(buckets.count);
        if (!shares) return rejectWith({ENOMEM, "malloc"});
        const ResidencyAnswer answer = open.attachment->presence(buckets, shares.get());
        return [shares, answer](Napi::Env env, PendingCall& call) {
          if (deliver(env, call, shares.get(), call.length))
            call.resolve(env, memglass::toObject(env, answer));
        };
      });
}

Napi::Object makeSegment(Napi::Env env, const Handle& segment, int id, const SegmentFacts& facts) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("facts", toObject(env, id, facts));
  const auto method = [&](const char* name, Napi::Value (*body)(const Napi::CallbackInfo&, const Handle&)) {
    object.Set(name, Napi::Function::New(
                         env, [segment, body](const Napi::CallbackInfo& info) { return body(info, segment); },
                         name));
  };
  method("read", &readAttached);
  method("waitForChange", [](const Napi::CallbackInfo& info, const Handle& watched) {
    return waitForChange(info, watched, &readPresent);
  });
  method("presence", &presence);
  method("close", [](const Napi::CallbackInfo& info, const Handle& closing) -> Napi::Value {
    closing->worker->close();
    return info.Env().Undefined();
  });
  return object;
}

Napi::Value attach(const Napi::CallbackInfo& info) {
  int id = 0;
  if (!takeId(info, &id)) return {};
  // The attachment lives on the thread, as an open file does, and is detached there.
  return callsOf(info.Env()).startAlone(info.Env(), "", [id](OpenFile& open) -> Settle {
    if (const Failure failure = Attachment::attach(id, true, &open.attachment)) {
      open.attachment.reset();
      return rejectWith(failure);
    }
    const SegmentFacts facts = open.attachment->facts();
    return [id, facts](Napi::Env env, PendingCall& call) {
      call.resolve(env, makeSegment(env, call.file, id, facts));
    };
  });
}

}  // namespace

void addSysvCalls(Napi::Env env, Napi::Object exports) {
  exports.Set("createSegment", Napi::Function::New(env, &create, "createSegment"));
  exports.Set("inspectSegment", Napi::Function::New(env, &inspect, "inspectSegment"));
  exports.Set("changeSegment", Napi::Function::New(env, &change, "changeSegment"));
  exports.Set("removeSegment", Napi::Function::New(env, &remove, "removeSegment"));
  exports.Set("writeSegment", Napi::Function::New(env, &write, "writeSegment"));
  exports.Set("storeInSegment", Napi::Function::New(env, &store, "storeInSegment"));
  exports.Set("attachSegment", Napi::Function::New(env, &attach, "attachSegment"));
}

}  // namespace memglass
