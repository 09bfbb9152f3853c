#include "native_file.h"

#include <fcntl.h>

#include <cerrno>

#include "allocation.h"
#include "buckets.h"
#include "caller_buffer.h"
#include "change_wait.h"
#include "marshal.h"
#include "memory_read.h"
#include "object_calls.h"
#include "save_calls.h"

namespace memglass {
namespace {

using Handle = std::shared_ptr<FileHandle>;

Calls& callsOf(Napi::Env env) { return *env.GetInstanceData<Calls>(); }

Settle readInto(OpenFile& file, uint64_t offset, size_t length) {
  const Bytes bytes = allocate(length);
  if (!bytes) return rejectWith({ENOMEM, "malloc"});
  return settleRead(bytes, offset, readRange(file, offset, bytes.get(), length));
}

/** Opened by its path on the file's thread, and open as long as somebody waits. */
ReadBytes readPresentBy(const std::string& path) {
  const auto pagemap = std::make_shared<Descriptor>();
  return [path, pagemap](OpenFile& file, uint64_t offset, uint8_t* into, size_t length) {
    if (!pagemap->valid()) *pagemap = Descriptor(::open64(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    return pagemap->valid() ? readPresent(file, pagemap->get(), offset, into, length) : ReadOutcome{};
  };
}

Napi::Value probe(const Napi::CallbackInfo& info, const Handle& file) {
  return callsOf(info.Env()).start(info.Env(), file, {}, 0, [](OpenFile& open) -> Settle {
    FileProbe found;
    if (const Failure failure = probeFile(open, &found)) return rejectWith(failure);
    return [found](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, found)); };
  });
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

Napi::Value readFile(const Napi::CallbackInfo& info, const Handle& file) {
  uint64_t offset = 0;
  size_t length = 0;
  Napi::Object into;
  if (!takeOffset(info, 0, "offset", &offset)) return {};
  if (!takeBytes(info, 1, kMaxReadBytes, &into, &length)) return {};
  return callsOf(info.Env()).start(info.Env(), file, into, length, [offset, length](OpenFile& open) {
    return readInto(open, offset, length);
  });
}

Napi::Value waitForFile(const Napi::CallbackInfo& info, const Handle& file) {
  if (info.Length() <= 4 || info[4].IsUndefined()) return waitForChange(info, file, &readRange);
  std::string pagemap;
  if (!takePath(info, 4, &pagemap)) return {};
  return waitForChange(info, file, readPresentBy(pagemap));
}

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
  method("read", &readFile);
  method("waitForChange", &waitForFile);
  method("probe", &probe);
  method("residency", &residency);
  method("allocation", &allocation);
  method("write", &writeFile);
  method("resize", &resizeFile);
  method("flush", &flushFile);
  method("seals", &fileSeals);
  method("saveInPlace", &saveFileInPlace);
  method("saveBeside", &saveFileBeside);
  method("digestBlocks", &digestFileBlocks);
  method("makeAlike", &makeFileAlike);
  method("store", &storeFileBytes);
  method("findLock", &findFileLock);
  method("lock", &lockFile);
  method("unlock", &unlockFile);
  method("writability", &fileWritability);
  method("close", [](const Napi::CallbackInfo& info, const Handle& closing) -> Napi::Value {
    closing->worker->close();
    return info.Env().Undefined();
  });
  return object;
}

}  // namespace memglass
