#include "arguments.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "marshal.h"

namespace memglass {
namespace {

constexpr size_t kMaxContents = size_t{8} << 20;

bool refuse(Napi::Env env, const std::string& what) {
  Napi::TypeError::New(env, what).ThrowAsJavaScriptException();
  return false;
}

/** An id or a mode: a whole number of 32 bits, or nothing. */
bool takeNumberField(Napi::Env env, const Napi::Object& object, const char* name,
                     std::optional<uint32_t>* value) {
  const Napi::Value field = object.Get(name);
  if (env.IsExceptionPending()) return false;
  if (field.IsUndefined()) return true;
  const double number = field.IsNumber() ? field.As<Napi::Number>().DoubleValue() : -1;
  // 2^32-1 would mean "leave it" to chown(2).
  if (!(number >= 0 && number < std::numeric_limits<uint32_t>::max()) || number != std::floor(number)) {
    return refuse(env, std::string(name) + " must be a whole number of 32 bits");
  }
  *value = static_cast<uint32_t>(number);
  return true;
}

}  // namespace

bool takeBigInt(const Napi::CallbackInfo& info, size_t index, const char* name, uint64_t* value) {
  bool lossless = false;
  if (info.Length() > index && info[index].IsBigInt()) {
    *value = info[index].As<Napi::BigInt>().Uint64Value(&lossless);
  }
  return lossless || refuse(info.Env(), std::string(name) + " must be a bigint of 64 bits, 0 or more");
}

bool takeInteger(const Napi::CallbackInfo& info, size_t index, const char* name, double least, double most,
                 double* value) {
  if (info.Length() <= index || !info[index].IsNumber()) {
    return refuse(info.Env(), std::string(name) + " must be a number");
  }
  *value = info[index].As<Napi::Number>().DoubleValue();
  if (*value >= least && *value <= most && *value == std::floor(*value)) return true;
  Napi::RangeError::New(info.Env(), std::string(name) + " is out of range").ThrowAsJavaScriptException();
  return false;
}

bool takeFunction(const Napi::CallbackInfo& info, size_t index, const char* name, Napi::Function* function) {
  if (info.Length() <= index || !info[index].IsFunction()) {
    return refuse(info.Env(), std::string(name) + " must be a function");
  }
  *function = info[index].As<Napi::Function>();
  return true;
}

bool takeBoolean(const Napi::CallbackInfo& info, size_t index, const char* name, bool* value) {
  if (info.Length() <= index || !info[index].IsBoolean()) {
    return refuse(info.Env(), std::string(name) + " must be a boolean");
  }
  *value = info[index].As<Napi::Boolean>().Value();
  return true;
}

bool takeContents(const Napi::CallbackInfo& info, size_t index, std::shared_ptr<std::string>* bytes) {
  if (info.Length() <= index || !info[index].IsTypedArray() ||
      info[index].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    return refuse(info.Env(), "bytes must be a Uint8Array");
  }
  const auto array = info[index].As<Napi::Uint8Array>();
  if (array.ElementLength() > kMaxContents) {
    Napi::RangeError::New(info.Env(), "bytes are longer than " + std::to_string(kMaxContents))
        .ThrowAsJavaScriptException();
    return false;
  }
  *bytes = std::make_shared<std::string>();
  if (array.ElementLength() > 0) {
    (*bytes)->assign(reinterpret_cast<const char*>(array.Data()), array.ElementLength());
  }
  return true;
}

bool takePids(const Napi::CallbackInfo& info, size_t index, std::optional<std::vector<uint32_t>>* pids) {
  if (info.Length() <= index || info[index].IsUndefined()) return true;
  if (!info[index].IsTypedArray() ||
      info[index].As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) {
    return refuse(info.Env(), "pids must be a Uint32Array");
  }
  const auto array = info[index].As<Napi::Uint32Array>();
  pids->emplace(array.ElementLength());
  if (array.ElementLength() > 0) std::copy_n(array.Data(), array.ElementLength(), (*pids)->begin());
  return true;
}

bool takeStartTimes(const Napi::CallbackInfo& info, size_t index, std::vector<double>* times) {
  if (info.Length() <= index || !info[index].IsTypedArray() ||
      info[index].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    return refuse(info.Env(), "startTimes must be a Float64Array");
  }
  const auto array = info[index].As<Napi::Float64Array>();
  times->resize(array.ElementLength());
  if (array.ElementLength() > 0) std::copy_n(array.Data(), array.ElementLength(), times->begin());
  const auto isTime = [](double time) { return time >= 0 && time <= static_cast<double>(kMaxOffset); };
  return std::all_of(times->begin(), times->end(), isTime) ||
         refuse(info.Env(), "startTimes must be clock ticks since boot");
}

bool takeObject(const Napi::CallbackInfo& info, size_t index, const char* name, Napi::Object* object) {
  if (info.Length() <= index || !info[index].IsObject()) {
    return refuse(info.Env(), std::string(name) + " must be an object");
  }
  *object = info[index].As<Napi::Object>();
  return true;
}

bool takeBigIntField(Napi::Env env, const Napi::Object& object, const char* name, uint64_t* value) {
  const Napi::Value field = object.Get(name);
  if (env.IsExceptionPending()) return false;
  bool lossless = false;
  if (field.IsBigInt()) *value = field.As<Napi::BigInt>().Uint64Value(&lossless);
  return lossless || refuse(env, std::string(name) + " must be a bigint of 64 bits, 0 or more");
}

bool takeExpected(const Napi::CallbackInfo& info, size_t index, bool sized, ExpectedObject* expected) {
  Napi::Object object;
  return takeObject(info, index, "expected", &object) &&
         takeBigIntField(info.Env(), object, "dev", &expected->dev) &&
         takeBigIntField(info.Env(), object, "ino", &expected->ino) &&
         (!sized || takeBigIntField(info.Env(), object, "size", &expected->size));
}

bool takeChange(const Napi::CallbackInfo& info, size_t index, OwnerChange* change) {
  Napi::Object object;
  return takeObject(info, index, "change", &object) &&
         takeNumberField(info.Env(), object, "mode", &change->mode) &&
         takeNumberField(info.Env(), object, "uid", &change->uid) &&
         takeNumberField(info.Env(), object, "gid", &change->gid);
}

}  // namespace memglass
