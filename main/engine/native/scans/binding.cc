// What Node calls: a scan looked at in a thread of Node's pool. Nothing here needs TensorFlow.
#include <node_api.h>

#include <cmath>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "../js_call.h"
#include "inflate.h"
#include "scan_values.h"
#include "stamps.h"
#include "stored_values.h"

namespace spectroscope {
namespace {

double to_double(napi_env env, napi_value value) {
  double number = 0;
  require_ok(napi_get_value_double(env, value, &number));
  return number;
}

napi_value member(napi_env env, napi_value object, const char* name) {
  napi_value value = nullptr;
  require_ok(napi_get_named_property(env, object, name, &value));
  return value;
}

double number(napi_env env, napi_value object, const char* name) { return to_double(env, member(env, object, name)); }

std::size_t size(napi_env env, napi_value object, const char* name) {
  const double found = number(env, object, name);
  if (!(found >= 0 && found <= 9007199254740991.0)) throw std::runtime_error(std::string(name) + " is no size.");
  return static_cast<std::size_t>(found);
}

std::vector<double> numbers(napi_env env, napi_value object, const char* name) {
  const napi_value array = member(env, object, name);
  uint32_t length = 0;
  require_ok(napi_get_array_length(env, array, &length));
  std::vector<double> found;
  for (uint32_t index = 0; index < length; index++) {
    napi_value element = nullptr;
    require_ok(napi_get_element(env, array, index, &element));
    found.push_back(to_double(env, element));
  }
  return found;
}

template <typename Whole>
std::array<Whole, 3> triple(napi_env env, napi_value object, const char* name) {
  const std::vector<double> found = numbers(env, object, name);
  if (found.size() != 3) throw std::runtime_error(std::string(name) + " is no triple.");
  return {static_cast<Whole>(found[0]), static_cast<Whole>(found[1]), static_cast<Whole>(found[2])};
}

bool is_null(napi_env env, napi_value value) {
  napi_valuetype type;
  require_ok(napi_typeof(env, value, &type));
  return type == napi_null;
}

struct Bytes {
  uint8_t* data;
  std::size_t length;
};

Bytes to_bytes(napi_env env, napi_value value, napi_typedarray_type expected) {
  napi_typedarray_type type;
  std::size_t length = 0;
  void* data = nullptr;
  require_ok(napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr));
  if (type != expected) throw std::runtime_error("A typed array of another kind was expected.");
  return {static_cast<uint8_t*>(data), length};
}

struct Look {
  Bytes file;
  // Of the inflated content; 0: the file is not compressed.
  std::size_t content_bytes;
  std::size_t offset;
  StoredFormat format;
  Shape shape;
  std::vector<double> shares;
  std::optional<StampGrid> stamps;
  // null: the values are not wanted.
  float* values = nullptr;

  // Null where zlib has to judge the file.
  std::unique_ptr<ScanValues> found;
  std::vector<uint8_t> pixels;
  // What went wrong; empty: nothing.
  std::string failure;

  // They keep the arrays alive meanwhile.
  napi_ref file_kept = nullptr;
  napi_ref values_kept = nullptr;
  napi_deferred promise = nullptr;
  napi_async_work work = nullptr;

  std::size_t voxels() const { return shape[0] * shape[1] * shape[2]; }
};

void look_at(Look& look, const uint8_t* content, std::size_t length) {
  const StoredValues stored(content + look.offset, look.format);
  if (look.offset > length || (length - look.offset) / stored.bytes() < look.voxels()) {
    throw std::runtime_error("The content ends before the last voxel.");
  }
  look.found = std::make_unique<ScanValues>(scan_values(stored, look.shape, look.shares, look.values));
  if (look.stamps.has_value()) look.pixels = draw_stamps(stored, *look.found, *look.stamps);
}

void compute(napi_env, void* data) {
  Look& look = *static_cast<Look*>(data);
  try {
    if (look.content_bytes == 0) return look_at(look, look.file.data, look.file.length);
    const Scratch content(look.content_bytes);
    if (!inflate_whole(look.file.data, look.file.length, content.data(), look.content_bytes)) return;
    look_at(look, content.data(), look.content_bytes);
  } catch (const std::exception& error) {
    look.failure = error.what();
  }
}

template <typename Numbers>
napi_value to_array(napi_env env, const Numbers& values) {
  napi_value made = nullptr;
  require_ok(napi_create_array_with_length(env, values.size(), &made));
  for (uint32_t index = 0; index < values.size(); index++) {
    require_ok(napi_set_element(env, made, index, to_js(env, static_cast<double>(values[index]))));
  }
  return made;
}

napi_value to_bytes(napi_env env, const std::vector<uint8_t>& bytes) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value made = nullptr;
  require_ok(napi_create_arraybuffer(env, bytes.size(), &data, &buffer));
  std::copy(bytes.begin(), bytes.end(), static_cast<uint8_t*>(data));
  require_ok(napi_create_typedarray(env, napi_uint8_array, bytes.size(), buffer, 0, &made));
  return made;
}

napi_value result_of(napi_env env, const Look& look) {
  napi_value result = nullptr;
  if (look.found == nullptr) {
    require_ok(napi_get_null(env, &result));
    return result;
  }
  const ScanValues& found = *look.found;
  require_ok(napi_create_object(env, &result));
  const auto set = [&](const char* name, napi_value value) {
    require_ok(napi_set_named_property(env, result, name, value));
  };
  set("notNumbers", to_js(env, found.not_numbers));
  set("zeros", to_js(env, found.zeros));
  set("minimum", to_js(env, found.minimum));
  set("maximum", to_js(env, found.maximum));
  set("mean", to_js(env, found.mean));
  set("standardDeviation", to_js(env, found.standard_deviation));
  set("percentiles", to_array(env, found.percentiles));
  set("foregroundVoxels", to_js(env, found.foreground_voxels));
  set("centre", to_array(env, found.centre));
  set("black", to_js(env, found.black));
  set("white", to_js(env, found.white));
  set("pixels", to_bytes(env, look.pixels));
  return result;
}

void let_go(napi_env env, Look& look) {
  if (look.file_kept != nullptr) napi_delete_reference(env, look.file_kept);
  if (look.values_kept != nullptr) napi_delete_reference(env, look.values_kept);
}

// On the thread of JavaScript. When Node is ending, nobody waits for the promise.
void settle(napi_env env, napi_status status, void* data) {
  const std::unique_ptr<Look> look(static_cast<Look*>(data));
  Scratch::end();
  napi_delete_async_work(env, look->work);
  let_go(env, *look);
  if (status == napi_cancelled) return;
  try {
    if (!look->failure.empty()) throw std::runtime_error(look->failure);
    napi_resolve_deferred(env, look->promise, result_of(env, *look));
  } catch (const std::exception& error) {
    napi_value message = nullptr;
    napi_value failure = nullptr;
    if (napi_create_string_utf8(env, error.what(), NAPI_AUTO_LENGTH, &message) == napi_ok &&
        napi_create_error(env, nullptr, message, &failure) == napi_ok) {
      napi_reject_deferred(env, look->promise, failure);
    }
  }
}

StampGrid to_stamps(napi_env env, napi_value given) {
  return {static_cast<int64_t>(number(env, given, "origin")), triple<int64_t>(env, given, "step"),
          triple<int64_t>(env, given, "shape"),               triple<int64_t>(env, given, "axes"),
          triple<int64_t>(env, given, "flipped"),             triple<int64_t>(env, given, "pixels")};
}

void read_arguments(napi_env env, const napi_value* arguments, Look& look) {
  look.file = to_bytes(env, arguments[0], napi_uint8_array);
  const napi_value given = arguments[1];
  look.content_bytes = size(env, given, "contentBytes");
  look.offset = size(env, given, "offset");
  look.format = {static_cast<int>(number(env, given, "typeCode")), number(env, given, "littleEndian") != 0,
                 number(env, given, "slope"), number(env, given, "intercept")};
  look.shape = triple<std::size_t>(env, given, "shape");
  // Sizes that a reader of headers lets through: their product fits well.
  for (const std::size_t edge : look.shape) {
    if (edge == 0 || edge > (std::size_t{1} << 29)) throw std::runtime_error("The shape is not that of a scan.");
  }
  look.shares = numbers(env, given, "shares");
  const napi_value stamps = member(env, given, "stamps");
  if (!is_null(env, stamps)) look.stamps = to_stamps(env, stamps);
  require_ok(napi_create_reference(env, arguments[0], 1, &look.file_kept));
  if (is_null(env, arguments[2])) return;
  const Bytes values = to_bytes(env, arguments[2], napi_float32_array);
  if (values.length != look.voxels()) throw std::runtime_error("There is not room for as many values as voxels.");
  look.values = reinterpret_cast<float*>(values.data);
  require_ok(napi_create_reference(env, arguments[2], 1, &look.values_kept));
}

// lookAtScan(file: Uint8Array, {contentBytes, offset, typeCode, littleEndian, slope, intercept, shape, shares, stamps},
//   values: Float32Array | null): Promise<{...} | null>; the arrays may not be changed before it settles.
napi_value look_at_scan(napi_env env, napi_callback_info info) {
  auto look = std::make_unique<Look>();
  try {
    constexpr std::size_t kArguments = 3;
    napi_value arguments[kArguments] = {};
    std::size_t given = kArguments;
    require_ok(napi_get_cb_info(env, info, &given, arguments, nullptr, nullptr));
    if (given != kArguments) throw std::runtime_error("Three arguments were expected.");
    read_arguments(env, arguments, *look);
    napi_value promise = nullptr;
    napi_value name = nullptr;
    require_ok(napi_create_promise(env, &look->promise, &promise));
    require_ok(napi_create_string_utf8(env, "look at scan", NAPI_AUTO_LENGTH, &name));
    require_ok(napi_create_async_work(env, nullptr, name, compute, settle, look.get(), &look->work));
    Scratch::begin();
    if (napi_queue_async_work(env, look->work) != napi_ok) {
      Scratch::end();
      throw std::runtime_error("Node takes no more work.");
    }
    // It is the work's own from here on: `settle` ends it.
    look.release();
    return promise;
  } catch (const std::exception& error) {
    let_go(env, *look);
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

}  // namespace
}  // namespace spectroscope

NAPI_MODULE_INIT() {
  napi_value function = nullptr;
  if (napi_create_function(env, "lookAtScan", NAPI_AUTO_LENGTH, spectroscope::look_at_scan, nullptr, &function) != napi_ok ||
      napi_set_named_property(env, exports, "lookAtScan", function) != napi_ok) {
    return nullptr;
  }
  return exports;
}
