#pragma once
// Columns as JavaScript's typed arrays.

#include <napi.h>

#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "columns.h"

namespace memglass {

template <typename T>
constexpr napi_typedarray_type typedArrayOf() {
  if constexpr (std::is_same_v<T, uint8_t>) return napi_uint8_array;
  if constexpr (std::is_same_v<T, uint32_t>) return napi_uint32_array;
  if constexpr (std::is_same_v<T, int64_t>) return napi_bigint64_array;
  if constexpr (std::is_same_v<T, double>) return napi_float64_array;
  if constexpr (std::is_same_v<T, uint64_t>) return napi_biguint64_array;
}

/** Nothing where the environment is being terminated. */
inline Napi::Value typedArray(Napi::Env env, napi_typedarray_type type, const void* values, size_t count,
                              size_t unit) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  if (napi_create_arraybuffer(env, count * unit, &data, &buffer) != napi_ok) return {};
  if (count > 0) std::memcpy(data, values, count * unit);
  if (napi_create_typedarray(env, type, count, buffer, 0, &array) != napi_ok) return {};
  return {env, array};
}

template <typename T>
Napi::Value column(Napi::Env env, const std::vector<T>& values) {
  return typedArray(env, typedArrayOf<T>(), values.data(), values.size(), sizeof(T));
}

/** A property that is such an array, copied; false with a TypeError pending. */
template <typename T>
bool takeColumn(const Napi::Object& columns, const char* name, std::vector<T>* values) {
  const Napi::Value field = columns.Get(name);
  if (columns.Env().IsExceptionPending()) return false;
  if (!field.IsTypedArray() || field.As<Napi::TypedArray>().TypedArrayType() != typedArrayOf<T>()) {
    Napi::TypeError::New(columns.Env(), std::string(name) + " must be a column").ThrowAsJavaScriptException();
    return false;
  }
  const auto array = field.As<Napi::TypedArrayOf<T>>();
  if (array.ElementLength() > 0) values->assign(array.Data(), array.Data() + array.ElementLength());
  return true;
}

inline Napi::Object column(Napi::Env env, const NameTable& names) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("bytes", typedArray(env, napi_uint8_array, names.bytes.data(), names.bytes.size(), 1));
  object.Set("offsets", column(env, names.offsets));
  return object;
}

}  // namespace memglass
