// The addon's face: native/index.d.ts. Marshals; the system calls are in the files beside it.

#include <napi.h>

#include "calls.h"
#include "file_open.h"
#include "guarded_copy.h"
#include "mapping_window.h"
#include "marshal.h"
#include "native_file.h"
#include "object_calls.h"
#include "process_calls.h"
#include "save_calls.h"
#include "shared_calls.h"
#include "sysv_calls.h"
#include "sysv_segment.h"
#include "watch_calls.h"

namespace memglass {
namespace {

Napi::Value inspect(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string path;
  if (!takePath(info, 0, &path)) return {};
  return env.GetInstanceData<Calls>()->startAlone(env, path, [path](OpenFile&) -> Settle {
    FileFacts facts;
    if (const Failure failure = inspectPath(path, &facts)) return rejectWith(failure);
    return [facts](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, facts)); };
  });
}

Napi::Value openFile(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string path;
  if (!takePath(info, 0, &path)) return {};
  Calls& calls = *env.GetInstanceData<Calls>();
  const std::shared_ptr<FileHandle> handle = calls.startFile(env, path);
  if (!handle) return {};
  return calls.start(env, handle, {}, 0, [path](OpenFile& file) -> Settle {
    const Failure failure = openForReading(path, &file);
    const FileFacts facts = file.facts;
    const Strategy strategy = file.strategy;
    return [failure, facts, strategy](Napi::Env env, PendingCall& call) {
      if (!failure) {
        call.resolve(env, makeNativeFile(env, call.file, facts, strategy));
        return;
      }
      Napi::Error error = toError(env, failure, &call.file->path);
      if (failure.error == ENOTSUP) error.Set("kind", Napi::String::New(env, kindName(facts.kind)));
      call.reject(env, error.Value());
    };
  });
}

Napi::Value counts(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const size_t windows = MappingWindow::count();
  Napi::Object object = Napi::Object::New(env);
  object.Set("openFiles", Napi::Number::New(env, static_cast<double>(OpenFile::count())));
  object.Set("threads", Napi::Number::New(env, static_cast<double>(FileWorker::count())));
  object.Set("windows", Napi::Number::New(env, static_cast<double>(windows)));
  object.Set("mappedBytes", Napi::Number::New(env, static_cast<double>(windows * kWindowBytes)));
  object.Set("attachments", Napi::Number::New(env, static_cast<double>(Attachment::count())));
  return object;
}

#ifdef MEMGLASS_SANITIZE
/** Writes one byte past a fresh ArrayBuffer: a test proves with it that the sanitiser watches JavaScript's
 * memory. */
Napi::Value plantedOverflow(const Napi::CallbackInfo& info) {
  constexpr size_t kLength = 64;
  const Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(info.Env(), kLength);
  volatile uint8_t* bytes = static_cast<uint8_t*>(const_cast<Napi::ArrayBuffer&>(buffer).Data());
  bytes[kLength] = 1;
  return info.Env().Undefined();
}
#endif

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData<Calls>(new Calls(env));
  Napi::Object window = Napi::Object::New(env);
  window.Set("bytes", Napi::Number::New(env, static_cast<double>(kWindowBytes)));
  window.Set("count", Napi::Number::New(env, static_cast<double>(kWindowCount)));
  exports.Set("pageSize", Napi::Number::New(env, static_cast<double>(pageSize())));
  exports.Set("window", window);
  exports.Set("inspect", Napi::Function::New(env, &inspect, "inspect"));
  exports.Set("openFile", Napi::Function::New(env, &openFile, "openFile"));
  addSharedCalls(env, exports);
  addObjectCalls(env, exports);
  addSysvCalls(env, exports);
  addWatchCalls(env, exports);
  addProcessCalls(env, exports);
  addSaveCalls(env, exports);
  exports.Set("counts", Napi::Function::New(env, &counts, "counts"));
#ifdef MEMGLASS_SANITIZE
  exports.Set("plantedOverflow", Napi::Function::New(env, &plantedOverflow, "plantedOverflow"));
#endif
  return exports;
}

}  // namespace
}  // namespace memglass

static Napi::Object initializeMemglass(Napi::Env env, Napi::Object exports) {
  return memglass::initialize(env, exports);
}

NODE_API_MODULE(memglass, initializeMemglass)
