#include "cancellable.h"

#include <memory>
#include <utility>

namespace memglass {

Napi::Value startCancellable(Napi::Env env, CancellableWork work) {
  const auto canceled = std::make_shared<std::atomic<bool>>(false);
  const Napi::Value result = env.GetInstanceData<Calls>()->startAlone(
      env, "", [work = std::move(work), canceled](OpenFile&) -> Settle { return work(*canceled); });
  if (result.IsEmpty()) return {};
  Napi::Object object = Napi::Object::New(env);
  object.Set("result", result);
  object.Set("cancel", Napi::Function::New(
                           env,
                           [canceled](const Napi::CallbackInfo& call) {
                             *canceled = true;
                             return call.Env().Undefined();
                           },
                           "cancel"));
  return object;
}

}  // namespace memglass
