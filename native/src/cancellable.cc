#include "cancellable.h"

#include <cerrno>
#include <memory>
#include <utility>

#include "marshal.h"

namespace memglass {
namespace {

using Flag = std::shared_ptr<std::atomic<bool>>;

/** What was done before the thread heard that it is given up is not told any more: the caller has said so by
 * then. */
Settle unlessCanceled(Settle settle, Flag canceled) {
  return [settle = std::move(settle), canceled = std::move(canceled)](Napi::Env env, PendingCall& call) {
    if (*canceled) return rejectWith({ECANCELED, "cancel"})(env, call);
    settle(env, call);
  };
}

Napi::Value taskOf(Napi::Env env, Napi::Value result, Flag canceled) {
  if (result.IsEmpty()) return {};
  Napi::Object object = Napi::Object::New(env);
  object.Set("result", result);
  object.Set("cancel", Napi::Function::New(
                           env,
                           [canceled = std::move(canceled)](const Napi::CallbackInfo& call) {
                             *canceled = true;
                             return call.Env().Undefined();
                           },
                           "cancel"));
  return object;
}

}  // namespace

Napi::Value startCancellable(Napi::Env env, CancellableWork work) {
  const auto canceled = std::make_shared<std::atomic<bool>>(false);
  const Napi::Value result = env.GetInstanceData<Calls>()->startAlone(
      env, "", [work = std::move(work), canceled](OpenFile&) -> Settle {
        return unlessCanceled(work(*canceled), canceled);
      });
  return taskOf(env, result, canceled);
}

Napi::Value startCancellable(Napi::Env env, Napi::Function hear, CancellableTellingWork work) {
  const auto canceled = std::make_shared<std::atomic<bool>>(false);
  const Napi::Value result = env.GetInstanceData<Calls>()->startTelling(
      env, hear, [work = std::move(work), canceled](const Tell& tell) {
        return unlessCanceled(work(*canceled, tell), canceled);
      });
  return taskOf(env, result, canceled);
}

}  // namespace memglass
