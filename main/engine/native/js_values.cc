#include "js_values.h"

#include <cstring>
#include <stdexcept>
#include <string>

namespace spectroscope {
namespace {

constexpr std::size_t kShapeNumbers = 39;
static_assert(sizeof(LayerShape) == kShapeNumbers * sizeof(int32_t), "LayerShape is read from an Int32Array");

template <typename T>
std::vector<T> to_numbers(napi_env env, napi_value value, napi_typedarray_type wanted, const char* name) {
  bool is_typed_array = false;
  require_ok(napi_is_typedarray(env, value, &is_typed_array));
  napi_typedarray_type type = napi_uint8_array;
  std::size_t length = 0;
  void* data = nullptr;
  if (is_typed_array) require_ok(napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr));
  if (type != wanted) throw std::runtime_error(std::string(name) + " was expected.");
  const T* numbers = static_cast<const T*>(data);
  return std::vector<T>(numbers, numbers + length);
}

template <typename T>
napi_value to_typed_array(napi_env env, const std::vector<T>& numbers, napi_typedarray_type type) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  require_ok(napi_create_arraybuffer(env, numbers.size() * sizeof(T), &data, &buffer));
  if (!numbers.empty()) std::memcpy(data, numbers.data(), numbers.size() * sizeof(T));
  require_ok(napi_create_typedarray(env, type, numbers.size(), buffer, 0, &array));
  return array;
}

}  // namespace

int32_t to_int(napi_env env, napi_value value) {
  int32_t number = 0;
  if (napi_get_value_int32(env, value, &number) != napi_ok) throw std::runtime_error("A number was expected.");
  return number;
}

std::vector<int32_t> to_ints(napi_env env, napi_value value) {
  return to_numbers<int32_t>(env, value, napi_int32_array, "An Int32Array");
}

std::vector<double> to_doubles(napi_env env, napi_value value) {
  return to_numbers<double>(env, value, napi_float64_array, "A Float64Array");
}

std::vector<LayerShape> to_shapes(napi_env env, napi_value value) {
  const std::vector<int32_t> numbers = to_ints(env, value);
  std::vector<LayerShape> shapes(numbers.size() / kShapeNumbers);
  if (shapes.size() * kShapeNumbers != numbers.size()) {
    throw std::runtime_error("A layer has " + std::to_string(kShapeNumbers) + " numbers.");
  }
  if (!shapes.empty()) std::memcpy(shapes.data(), numbers.data(), numbers.size() * sizeof(int32_t));
  return shapes;
}

napi_value to_js(napi_env env, const std::vector<int32_t>& numbers) {
  return to_typed_array(env, numbers, napi_int32_array);
}

napi_value to_js(napi_env env, const std::vector<float>& numbers) {
  return to_typed_array(env, numbers, napi_float32_array);
}

napi_value to_js(napi_env env, const std::vector<double>& numbers) {
  return to_typed_array(env, numbers, napi_float64_array);
}

}  // namespace spectroscope
