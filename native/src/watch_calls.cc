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
using Watch = std::shared_ptr<FolderWatch>;

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

Napi::Value next(const Napi::CallbackInfo& info, const Handle& handle, const Watch& watch) {
  double settle = 0;
  if (!takeInteger(info, 0, "settleMs", 0, kMaxSettleMs, &settle)) return {};
  const auto work = [watch, settle](OpenFile&) -> Settle {
    const auto changes = std::make_shared<FolderChanges>();
    if (const Failure failure = watch->next(static_cast<int>(settle), changes.get()))
      return rejectWith(failure);
    return [changes](Napi::Env env, PendingCall& call) { call.resolve(env, toObject(env, *changes)); };
  };
  // Waiting for what may never come is no reason for the process to stay.
  return info.Env().GetInstanceData<Calls>()->start(info.Env(), handle, {}, 0, work, KeepsAlive::kNo);
}

Napi::Object makeWatch(Napi::Env env, const Handle& handle, const Watch& watch) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("next",
             Napi::Function::New(
                 env, [handle, watch](const Napi::CallbackInfo& info) { return next(info, handle, watch); },
                 "next"));
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
  return info.Env().GetInstanceData<Calls>()->startAlone(info.Env(), path, [path](OpenFile&) -> Settle {
    std::unique_ptr<FolderWatch> opened;
    if (const Failure failure = FolderWatch::open(path, &opened)) return rejectWith(failure);
    const Watch watch(std::move(opened));
    return [watch](Napi::Env env, PendingCall& call) {
      call.file->worker->interruptBy([watch] { watch->interrupt(); });
      call.resolve(env, makeWatch(env, call.file, watch));
    };
  });
}

}  // namespace

void addWatchCalls(Napi::Env env, Napi::Object exports) {
  exports.Set("watchFolder", Napi::Function::New(env, &watchFolder, "watchFolder"));
}

}  // namespace memglass
