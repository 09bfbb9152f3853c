// Marshals; the system calls are in folder_watch.cc.

#include "watch_calls.h"

#include "arguments.h"
#include "calls.h"
#include "folder_watch.h"
#include "marshal.h"
#include "typed_columns.h"

namespace memglass {
namespace {

using Handle = std::shared_ptr<FileHandle>;

constexpr double kMaxSettleMs = 10'000;

Napi::Object toObject(Napi::Env env, const FolderChanges& changes) {
  NameTable names;
  std::vector<uint8_t> kinds;
  for (const auto& [name, kind] : changes.names) {
    names.add(name);
    kinds.push_back(kind);
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("count", Napi::Number::New(env, static_cast<double>(kinds.size())));
  object.Set("names", column(env, names));
  object.Set("changes", column(env, kinds));
  object.Set("overflowed", Napi::Boolean::New(env, changes.overflowed));
  object.Set("gone", Napi::Boolean::New(env, changes.gone));
  return object;
}

Napi::Value next(const Napi::CallbackInfo& info, const Handle& handle) {
  double settle = 0;
  if (!takeInteger(info, 0, "settleMs", 0, kMaxSettleMs, &settle)) return {};
  const auto work = [settle](OpenFile& open) -> Settle {
    const auto changes = std::make_shared<FolderChanges>();
    if (const Failure failure = open.watch->next(static_cast<int>(settle), changes.get()))
      return rejectWith(failure);
    return [changes](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, *changes)); };
  };
  // Waiting for what may never come is no reason for the process to stay.
  return info.Env().GetInstanceData<Calls>()->start(info.Env(), handle, {}, 0, work, KeepsAlive::kNo);
}

Napi::Object makeWatch(Napi::Env env, const Handle& handle) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("next",
             Napi::Function::New(
                 env, [handle](const Napi::CallbackInfo& info) { return next(info, handle); }, "next"));
  object.Set("close", Napi::Function::New(
                          env,
                          [handle](const Napi::CallbackInfo& info) {
                            handle->worker->close();
                            return info.Env().Undefined();
                          },
                          "close"));
  return object;
}

Napi::Value watchFolder(const Napi::CallbackInfo& info) {
  std::string path;
  if (!takePath(info, 0, &path)) return {};
  return info.Env().GetInstanceData<Calls>()->startAlone(info.Env(), path, [path](OpenFile& open) -> Settle {
    std::unique_ptr<FolderWatch> opened;
    if (const Failure failure = FolderWatch::open(path, &opened)) return rejectWith(failure);
    // The thread's own, and closed with it: a user has 128 of the kernel's watches, and garbage may be long
    // in coming.
    open.watch = std::move(opened);
    return [watch = std::weak_ptr<FolderWatch>(open.watch)](Napi::Env env, PendingCall& call) {
      call.file->worker->interruptBy([watch] {
        if (const std::shared_ptr<FolderWatch> open = watch.lock()) open->interrupt();
      });
      call.resolve(env, makeWatch(env, call.file));
    };
  });
}

}  // namespace

void addWatchCalls(Napi::Env env, Napi::Object exports) {
  exports.Set("watchFolder", Napi::Function::New(env, &watchFolder, "watchFolder"));
}

}  // namespace memglass
