#include "store_arguments.h"

#include "arguments.h"
#include "marshal.h"

namespace memglass {

bool takeStore(const Napi::CallbackInfo& info, size_t index, Store* store) {
  std::shared_ptr<std::string> bytes;
  if (!takeOffset(info, index, "offset", &store->offset)) return false;
  if (!takeContents(info, index + 1, &bytes)) return false;
  store->bytes = std::move(*bytes);
  if (info.Length() <= index + 2 || info[index + 2].IsUndefined()) return true;
  if (!takeContents(info, index + 2, &bytes)) return false;
  if (bytes->size() != store->bytes.size()) {
    Napi::RangeError::New(info.Env(), "ifStill and bytes must be of one length").ThrowAsJavaScriptException();
    return false;
  }
  store->ifStill = std::move(*bytes);
  return true;
}

Settle settleStore(Failure failure, Stored stored) {
  if (failure) return settleWrite(failure, stored.count);
  return [stored = std::move(stored)](Napi::Env env, PendingCall& call) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("stored", Napi::Number::New(env, static_cast<double>(stored.count)));
    object.Set("isAtomic", Napi::Boolean::New(env, stored.isAtomic));
    if (!stored.now.empty()) object.Set("now", copyOf(env, stored.now));
    call.resolve(env, object);
  };
}

}  // namespace memglass
