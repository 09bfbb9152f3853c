// Marshals; the system calls are in posix_object.cc and file_write.cc.

#include "object_calls.h"

#include <cerrno>

#include "arguments.h"
#include "file_write.h"
#include "marshal.h"
#include "named_semaphore.h"
#include "posix_object.h"

namespace memglass {
namespace {

using Handle = std::shared_ptr<FileHandle>;

Calls& callsOf(Napi::Env env) { return *env.GetInstanceData<Calls>(); }

Napi::Value createSharedMemory(const Napi::CallbackInfo& info) {
  std::string name;
  NewObject wanted;
  double mode = 0;
  std::string folder = "/dev/shm";
  if (!takePath(info, 0, &name)) return {};
  if (!takeBigInt(info, 1, "size", &wanted.size)) return {};
  if (!takeBoolean(info, 2, "reserve", &wanted.reserve)) return {};
  if (!takeInteger(info, 3, "mode", 0, 07777, &mode)) return {};
  if (info.Length() > 4 && !info[4].IsUndefined() && !takePath(info, 4, &folder)) return {};
  wanted.mode = static_cast<uint32_t>(mode);
  return callsOf(info.Env()).startAlone(info.Env(), name, [name, wanted, folder](OpenFile&) -> Settle {
    std::string plain = name;
    FileFacts facts;
    if (const Failure failure = normalizeName(&plain)) return rejectWith(failure);
    if (const Failure failure = createObject(folder, plain, wanted, &facts)) return rejectWith(failure);
    return [facts](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, facts)); };
  });
}

Napi::Value unlinkSharedMemory(const Napi::CallbackInfo& info) {
  std::string path;
  ExpectedObject expected;
  if (!takePath(info, 0, &path) || !takeExpected(info, 1, false, &expected)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), path, [path, expected](OpenFile&) {
    return resolveUnless(unlinkObject(path, expected));
  });
}

Napi::Value changeSharedMemory(const Napi::CallbackInfo& info) {
  std::string path;
  ExpectedObject expected;
  OwnerChange change;
  if (!takePath(info, 0, &path) || !takeExpected(info, 1, false, &expected)) return {};
  if (!takeChange(info, 2, &change)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), path, [path, expected, change](OpenFile&) {
    return resolveUnless(changeObject(path, expected, change));
  });
}

Napi::Value inspectSemaphore(const Napi::CallbackInfo& info) {
  std::string path;
  if (!takePath(info, 0, &path)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), path, [path](OpenFile&) -> Settle {
    SemaphoreState state;
    if (const Failure failure = readSemaphore(path, &state)) return rejectWith(failure);
    return [state](Napi::Env env, PendingCall& call) {
      Napi::Object object = Napi::Object::New(env);
      object.Set("value", Napi::Number::New(env, state.value));
      object.Set("waiters", Napi::Number::New(env, state.waiters));
      object.Set("dev", Napi::BigInt::New(env, state.dev));
      object.Set("ino", Napi::BigInt::New(env, state.ino));
      call.resolve(env, object);
    };
  });
}

Napi::Value post(const Napi::CallbackInfo& info) {
  std::string path;
  ExpectedObject expected;
  if (!takePath(info, 0, &path) || !takeExpected(info, 1, false, &expected)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), path, [path, expected](OpenFile&) {
    return resolveUnless(postSemaphore(path, expected));
  });
}

Napi::Value tryWait(const Napi::CallbackInfo& info) {
  std::string path;
  ExpectedObject expected;
  if (!takePath(info, 0, &path) || !takeExpected(info, 1, false, &expected)) return {};
  return callsOf(info.Env()).startAlone(info.Env(), path, [path, expected](OpenFile&) -> Settle {
    const Failure failure = tryWaitSemaphore(path, expected);
    if (failure && failure.error != EAGAIN) return rejectWith(failure);
    const bool taken = !failure;
    return [taken](Napi::Env env, PendingCall& call) { call.resolve(env, Napi::Boolean::New(env, taken)); };
  });
}

}  // namespace

Napi::Value writeFile(const Napi::CallbackInfo& info, const Handle& file) {
  uint64_t offset = 0;
  std::shared_ptr<std::string> bytes;
  ExpectedObject expected;
  if (!takeOffset(info, 0, "offset", &offset) || !takeContents(info, 1, &bytes)) return {};
  if (!takeExpected(info, 2, true, &expected)) return {};
  return callsOf(info.Env())
      .start(info.Env(), file, {}, 0, [offset, bytes, expected](OpenFile& open) -> Settle {
        size_t written = 0;
        const auto* data = reinterpret_cast<const uint8_t*>(bytes->data());
        const Failure failure = writeRange(open, offset, data, bytes->size(), expected, &written);
        return settleWrite(failure, written);
      });
}

Napi::Value resizeFile(const Napi::CallbackInfo& info, const Handle& file) {
  uint64_t size = 0;
  bool reserve = true;
  ExpectedObject expected;
  if (!takeBigInt(info, 0, "size", &size) || !takeBoolean(info, 1, "reserve", &reserve)) return {};
  if (!takeExpected(info, 2, true, &expected)) return {};
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [size, reserve, expected](OpenFile& open) {
    return resolveUnless(resizeFile(open, size, reserve, expected));
  });
}

Napi::Value flushFile(const Napi::CallbackInfo& info, const Handle& file) {
  const std::string how =
      info.Length() > 0 && info[0].IsString() ? info[0].As<Napi::String>().Utf8Value() : "";
  Flush kind = Flush::kSync;
  if (how == "async") {
    kind = Flush::kAsync;
  } else if (how == "invalidate") {
    kind = Flush::kInvalidate;
  } else if (how != "sync") {
    Napi::TypeError::New(info.Env(), "how must be sync, async or invalidate").ThrowAsJavaScriptException();
    return {};
  }
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [kind](OpenFile& open) {
    return resolveUnless(flushFile(open, kind));
  });
}

Napi::Value fileSeals(const Napi::CallbackInfo& info, const Handle& file) {
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [](OpenFile& open) -> Settle {
    int seals = -1;
    if (const Failure failure = readSeals(open, &seals)) return rejectWith(failure);
    return [seals](Napi::Env env, PendingCall& call) {
      call.resolve(env, seals < 0 ? env.Undefined() : Napi::Number::New(env, seals));
    };
  });
}

void addObjectCalls(Napi::Env env, Napi::Object exports) {
  exports.Set("createSharedMemory", Napi::Function::New(env, &createSharedMemory, "createSharedMemory"));
  exports.Set("unlinkSharedMemory", Napi::Function::New(env, &unlinkSharedMemory, "unlinkSharedMemory"));
  exports.Set("inspectSemaphore", Napi::Function::New(env, &inspectSemaphore, "inspectSemaphore"));
  exports.Set("postSemaphore", Napi::Function::New(env, &post, "postSemaphore"));
  exports.Set("tryWaitSemaphore", Napi::Function::New(env, &tryWait, "tryWaitSemaphore"));
  exports.Set("changeSharedMemory", Napi::Function::New(env, &changeSharedMemory, "changeSharedMemory"));
}

}  // namespace memglass
