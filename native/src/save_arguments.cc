#include "save_arguments.h"

#include <cmath>

#include "arguments.h"
#include "block_digests.h"
#include "marshal.h"

namespace memglass {
namespace {

bool refuse(Napi::Env env, const char* what) {
  Napi::RangeError::New(env, what).ThrowAsJavaScriptException();
  return false;
}

bool takeField(const Napi::Object& object, const char* name, napi_typedarray_type type,
               Napi::TypedArray* array) {
  const Napi::Value field = object.Get(name);
  if (object.Env().IsExceptionPending()) return false;
  if (field.IsTypedArray() && field.As<Napi::TypedArray>().TypedArrayType() == type) {
    *array = field.As<Napi::TypedArray>();
    return true;
  }
  Napi::TypeError::New(object.Env(), std::string(name) + " must be a typed array of its kind")
      .ThrowAsJavaScriptException();
  return false;
}

bool takeText(const Napi::Object& object, const char* name, std::string* text) {
  Napi::TypedArray array;
  if (!takeField(object, name, napi_uint8_array, &array)) return false;
  const auto bytes = array.As<Napi::Uint8Array>();
  if (bytes.ElementLength() > 0) {
    text->assign(reinterpret_cast<const char*>(bytes.Data()), bytes.ElementLength());
  }
  return true;
}

bool isOffset(double value) {
  return value >= 0 && value <= static_cast<double>(kMaxOffset) && value == std::floor(value);
}

/** A Float64Array of offsets or lengths; -1 too, where that stands for something. */
bool takeOffsets(const Napi::Object& object, const char* name, bool orNone, std::vector<uint64_t>* offsets) {
  Napi::TypedArray array;
  if (!takeField(object, name, napi_float64_array, &array)) return false;
  const auto values = array.As<Napi::Float64Array>();
  offsets->reserve(values.ElementLength());
  for (size_t i = 0; i < values.ElementLength(); ++i) {
    const double value = values[i];
    const bool isNone = orNone && value == -1;
    if (!isNone && !isOffset(value)) return refuse(object.Env(), "an offset is no safe integer");
    offsets->push_back(isNone ? SavePiece::kBytes : static_cast<uint64_t>(value));
  }
  return true;
}

bool takePieces(const Napi::Object& object, SaveRequest* request) {
  std::vector<uint64_t> offsets;
  std::vector<uint64_t> lengths;
  std::vector<uint64_t> sources;
  if (!takeOffsets(object, "offsets", false, &offsets) || !takeOffsets(object, "lengths", false, &lengths) ||
      !takeOffsets(object, "sources", true, &sources)) {
    return false;
  }
  if (lengths.size() != offsets.size() || sources.size() != offsets.size()) {
    return refuse(object.Env(), "the columns of the pieces are not of one length");
  }
  uint64_t at = 0;
  uint64_t end = 0;
  for (size_t i = 0; i < offsets.size(); ++i) {
    const bool isBytes = sources[i] == SavePiece::kBytes;
    if (offsets[i] < end) return refuse(object.Env(), "the pieces are not in order");
    end = offsets[i] + lengths[i];
    if (end > request->newSize) return refuse(object.Env(), "a piece ends past the new size");
    if (!isBytes && sources[i] + lengths[i] > request->expected.size) {
      return refuse(object.Env(), "a piece is copied from past the end");
    }
    request->pieces.push_back({offsets[i], lengths[i], sources[i], isBytes ? at : 0});
    if (isBytes) at += lengths[i];
  }
  return at == request->bytes.size() || refuse(object.Env(), "the pieces do not take the bytes there are");
}

bool takeChecks(const Napi::Object& object, SaveRequest* request) {
  std::vector<uint64_t> offsets;
  std::vector<uint64_t> lengths;
  if (!takeOffsets(object, "offsets", false, &offsets) || !takeOffsets(object, "lengths", false, &lengths)) {
    return false;
  }
  if (lengths.size() != offsets.size())
    return refuse(object.Env(), "the columns of the checks are not of one length");
  uint64_t at = 0;
  for (size_t i = 0; i < offsets.size(); ++i) {
    request->checks.push_back({offsets[i], lengths[i], at});
    at += lengths[i];
    if (at > request->originals.size()) break;
  }
  return at == request->originals.size() ||
         refuse(object.Env(), "the checks do not take the originals there are");
}

bool takeObjectField(const Napi::Object& object, const char* name, Napi::Object* field) {
  const Napi::Value value = object.Get(name);
  if (object.Env().IsExceptionPending()) return false;
  if (value.IsObject()) {
    *field = value.As<Napi::Object>();
    return true;
  }
  Napi::TypeError::New(object.Env(), std::string(name) + " must be an object").ThrowAsJavaScriptException();
  return false;
}

bool takeBlocks(const Napi::Object& object, std::vector<SaveBlock>* blocks) {
  std::vector<uint64_t> offsets;
  std::vector<uint64_t> lengths;
  if (!takeOffsets(object, "offsets", false, &offsets) || !takeOffsets(object, "lengths", false, &lengths)) {
    return false;
  }
  if (lengths.size() != offsets.size())
    return refuse(object.Env(), "the columns of the blocks are not of one length");
  for (size_t i = 0; i < offsets.size(); ++i) {
    if (lengths[i] == 0) return refuse(object.Env(), "a block has no bytes");
    if (offsets[i] + lengths[i] > kMaxOffset) return refuse(object.Env(), "a block ends at no safe integer");
    blocks->push_back({offsets[i], lengths[i]});
  }
  return true;
}

/** Which a save need not have. */
bool takeDeleted(const Napi::Object& object, SaveRequest* request) {
  if (!object.Has("blocks") || object.Env().IsExceptionPending()) return !object.Env().IsExceptionPending();
  Napi::Object blocks;
  if (!takeObjectField(object, "blocks", &blocks) || !takeBlocks(blocks, &request->blocks) ||
      !takeText(object, "digests", &request->digests)) {
    return false;
  }
  return request->digests.size() == request->blocks.size() * kDigestBytes ||
         refuse(object.Env(), "the blocks do not take the digests there are");
}

/** Whether every byte of the new file comes from somewhere. */
bool isComplete(const SaveRequest& request, Extent extent) {
  if (extent == Extent::kChanges && request.newSize <= request.expected.size) return true;
  uint64_t end = extent == Extent::kWhole ? 0 : request.expected.size;
  for (const SavePiece& piece : request.pieces) {
    if (piece.offset > end) return false;
    end = std::max(end, piece.offset + piece.length);
  }
  return end >= request.newSize;
}

}  // namespace

bool takeBlocks(const Napi::CallbackInfo& info, size_t index, std::vector<SaveBlock>* blocks) {
  Napi::Object object;
  return takeObject(info, index, "blocks", &object) && takeBlocks(object, blocks);
}

bool takeSaveRequest(const Napi::CallbackInfo& info, size_t index, Extent extent, SaveRequest* request) {
  const Napi::Env env = info.Env();
  Napi::Object object;
  Napi::Object expected;
  Napi::Object pieces;
  Napi::Object checks;
  if (!takeObject(info, index, "request", &object) || !takeObjectField(object, "expected", &expected) ||
      !takeBigIntField(env, expected, "dev", &request->expected.dev) ||
      !takeBigIntField(env, expected, "ino", &request->expected.ino) ||
      !takeBigIntField(env, expected, "size", &request->expected.size) ||
      !takeBigIntField(env, object, "newSize", &request->newSize)) {
    return false;
  }
  if (request->newSize > kMaxOffset) return refuse(env, "the new size is no safe integer");
  if (!takeText(object, "bytes", &request->bytes) || !takeText(object, "originals", &request->originals) ||
      !takeObjectField(object, "pieces", &pieces) || !takePieces(pieces, request) ||
      !takeObjectField(object, "checks", &checks) || !takeChecks(checks, request) ||
      !takeDeleted(object, request)) {
    return false;
  }
  return isComplete(*request, extent) || refuse(env, "the pieces leave a part of the new file out");
}

}  // namespace memglass
