#include "marshal.h"

#include <cmath>
#include <cstring>

namespace memglass {
namespace {

bool viewOf(napi_env env, napi_value value, uint8_t** data, size_t* length) {
  bool isTyped = false;
  if (napi_is_typedarray(env, value, &isTyped) != napi_ok || !isTyped) return false;
  napi_typedarray_type type;
  void* start = nullptr;
  if (napi_get_typedarray_info(env, value, &type, length, &start, nullptr, nullptr) != napi_ok) return false;
  *data = static_cast<uint8_t*>(start);
  return type == napi_uint8_array;
}

Napi::BigInt toBigInt(Napi::Env env, uint64_t value) { return Napi::BigInt::New(env, value); }

}  // namespace

bool takePath(const Napi::CallbackInfo& info, size_t index, std::string* path) {
  uint8_t* data = nullptr;
  size_t length = 0;
  if (info.Length() <= index || !viewOf(info.Env(), info[index], &data, &length)) {
    Napi::TypeError::New(info.Env(), "path must be a Uint8Array").ThrowAsJavaScriptException();
    return false;
  }
  if (length == 0 || std::memchr(data, 0, length) != nullptr) {
    Napi::TypeError::New(info.Env(), "path must not be empty or hold a NUL byte")
        .ThrowAsJavaScriptException();
    return false;
  }
  path->assign(reinterpret_cast<const char*>(data), length);
  return true;
}

bool takeOffset(const Napi::CallbackInfo& info, size_t index, const char* name, uint64_t* offset) {
  if (info.Length() <= index || !info[index].IsNumber()) {
    Napi::TypeError::New(info.Env(), std::string(name) + " must be a number").ThrowAsJavaScriptException();
    return false;
  }
  const double value = info[index].As<Napi::Number>().DoubleValue();
  if (!(value >= 0 && value <= static_cast<double>(kMaxOffset)) || value != std::floor(value)) {
    Napi::RangeError::New(info.Env(), std::string(name) + " must be a safe integer, 0 or more")
        .ThrowAsJavaScriptException();
    return false;
  }
  *offset = static_cast<uint64_t>(value);
  return true;
}

bool takeBytes(const Napi::CallbackInfo& info, size_t index, size_t limit, Napi::Object* array,
               size_t* length) {
  uint8_t* data = nullptr;
  if (info.Length() <= index || !viewOf(info.Env(), info[index], &data, length)) {
    Napi::TypeError::New(info.Env(), "into must be a Uint8Array").ThrowAsJavaScriptException();
    return false;
  }
  if (*length > limit) {
    Napi::RangeError::New(info.Env(), "into is longer than " + std::to_string(limit) + " bytes")
        .ThrowAsJavaScriptException();
    return false;
  }
  *array = info[index].As<Napi::Object>();
  return true;
}

uint8_t* bytesStillThere(Napi::Env env, const PendingCall& call) {
  static uint8_t nothing;
  uint8_t* data = nullptr;
  size_t length = 0;
  if (call.length == 0) return &nothing;
  if (!viewOf(env, call.into.Value(), &data, &length)) return nullptr;
  return length < call.length ? nullptr : data;
}

Napi::Uint8Array copyOf(Napi::Env env, const std::string& bytes) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, bytes.size());
  if (!bytes.empty()) std::memcpy(array.Data(), bytes.data(), bytes.size());
  return array;
}

Napi::Error toError(Napi::Env env, const Failure& failure, const std::string* path) {
  const std::string code = errnoName(failure.error);
  Napi::Error error =
      Napi::Error::New(env, code + ": " + std::strerror(failure.error) + ", " + failure.syscall);
  error.Set("code", Napi::String::New(env, code));
  error.Set("errno", Napi::Number::New(env, failure.error));
  error.Set("syscall", Napi::String::New(env, failure.syscall));
  if (path != nullptr && !path->empty()) error.Set("path", copyOf(env, *path));
  return error;
}

const char* kindName(FileKind kind) {
  switch (kind) {
    case FileKind::kRegular:
      return "regular";
    case FileKind::kBlock:
      return "block";
    case FileKind::kCharacter:
      return "character";
    case FileKind::kDirectory:
      return "directory";
    case FileKind::kFifo:
      return "fifo";
    case FileKind::kSocket:
      return "socket";
    case FileKind::kOther:
      break;
  }
  return "other";
}

Napi::Object toObject(Napi::Env env, const FileFacts& facts) {
  Napi::Object object = Napi::Object::New(env);
  Napi::Array rdev = Napi::Array::New(env, 2);
  rdev.Set(0u, Napi::Number::New(env, facts.rdevMajor));
  rdev.Set(1u, Napi::Number::New(env, facts.rdevMinor));
  object.Set("kind", Napi::String::New(env, kindName(facts.kind)));
  object.Set("dev", toBigInt(env, facts.dev));
  object.Set("ino", toBigInt(env, facts.ino));
  object.Set("rdev", rdev);
  object.Set("mode", Napi::Number::New(env, facts.mode));
  object.Set("uid", Napi::Number::New(env, facts.uid));
  object.Set("gid", Napi::Number::New(env, facts.gid));
  object.Set("nlink", Napi::Number::New(env, facts.nlink));
  object.Set("size", toBigInt(env, facts.size));
  object.Set("allocated", toBigInt(env, facts.allocated));
  object.Set("mtimeNs", Napi::BigInt::New(env, facts.mtimeNs));
  object.Set("fileSystem", Napi::String::New(env, fileSystemName(facts.fileSystemType)));
  return object;
}

Napi::Object toObject(Napi::Env env, const FileProbe& probe) {
  static constexpr const char* kNames[] = {"same", "replaced", "deleted", "moved", "unmounted", "unknown"};
  Napi::Object path = Napi::Object::New(env);
  path.Set("kind", Napi::String::New(env, kNames[static_cast<size_t>(probe.path.kind)]));
  if (probe.path.kind == PathFateKind::kMoved) path.Set("to", copyOf(env, probe.path.movedTo));
  if (probe.path.kind == PathFateKind::kUnknown) {
    path.Set("code", Napi::String::New(env, errnoName(probe.path.error)));
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("size", toBigInt(env, probe.now.size));
  object.Set("allocated", toBigInt(env, probe.now.allocated));
  object.Set("mtimeNs", Napi::BigInt::New(env, probe.now.mtimeNs));
  object.Set("nlink", Napi::Number::New(env, probe.now.nlink));
  object.Set("path", path);
  return object;
}

Napi::Object toObject(Napi::Env env, const ReadOutcome& outcome) {
  Napi::Array faults = Napi::Array::New(env, outcome.faults.size());
  for (size_t i = 0; i < outcome.faults.size(); ++i) {
    const ReadFault& fault = outcome.faults[i];
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("offset", Napi::Number::New(env, static_cast<double>(fault.offset)));
    entry.Set("length", Napi::Number::New(env, static_cast<double>(fault.length)));
    entry.Set("code", Napi::String::New(env, errnoName(fault.error)));
    faults.Set(static_cast<uint32_t>(i), entry);
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("length", Napi::Number::New(env, static_cast<double>(outcome.length)));
  object.Set("faults", faults);
  return object;
}

Napi::Object toObject(Napi::Env env, const ResidencyAnswer& answer) {
  static constexpr const char* kNames[] = {"cachestat", "mincore", "refused", "unsupported"};
  Napi::Object object = Napi::Object::New(env);
  object.Set("method", Napi::String::New(env, kNames[static_cast<size_t>(answer.method)]));
  object.Set("sampled", Napi::Boolean::New(env, answer.sampled));
  return object;
}

Settle rejectWith(Failure failure) {
  return [failure](Napi::Env env, PendingCall& call) {
    call.reject(env, toError(env, failure, &call.file->path).Value());
  };
}

Settle resolveUnless(Failure failure) {
  if (failure) return rejectWith(failure);
  return [](Napi::Env env, PendingCall& call) { call.resolve(env, env.Undefined()); };
}

Settle settleWrite(Failure failure, size_t written) {
  if (!failure) return resolveUnless(failure);
  return [failure, written](Napi::Env env, PendingCall& call) {
    Napi::Error error = toError(env, failure, &call.file->path);
    error.Set("written", Napi::Number::New(env, static_cast<double>(written)));
    call.reject(env, error.Value());
  };
}

void rejectGone(Napi::Env env, PendingCall& call) {
  call.reject(env, Napi::TypeError::New(env, "into was detached or became shorter during the call").Value());
}

}  // namespace memglass
