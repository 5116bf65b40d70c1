#include "tensor_call.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "binding/tf_auto_status.h"
#include "js_values.h"
#include "new_tensors.h"
#include "tensor_handles.h"
#include "tensorflow/c/eager/c_api.h"

namespace spectroscope {
namespace {

void require_ok(const tfnodejs::TF_AutoStatus& status) {
  if (TF_GetCode(status.status) != TF_OK) throw std::runtime_error(TF_Message(status.status));
}

}  // namespace

TensorCall::TensorCall(tfnodejs::TFJSBackend& backend, std::vector<int32_t> sizes, std::vector<int32_t> ids,
                       std::vector<double> settings)
    : backend_(backend), sizes_(std::move(sizes)), ids_(std::move(ids)), settings_(std::move(settings)) {
  for (const int32_t size : sizes_) {
    if (size < 0) throw std::runtime_error("A size cannot be negative.");
  }
}

TensorCall::Shape TensorCall::shape(std::size_t index) {
  TF_Tensor* const found = tensor(index);
  Shape shape;
  for (int axis = 0; axis < TF_NumDims(found); axis++) shape.push_back(TF_Dim(found, axis));
  return shape;
}

int64_t TensorCall::elements(std::size_t index) { return TF_TensorElementCount(tensor(index)); }

int64_t TensorCall::columns(std::size_t index) {
  TF_Tensor* const found = tensor(index);
  const int axes = TF_NumDims(found);
  return axes == 0 ? 1 : TF_Dim(found, axes - 1);
}

int64_t TensorCall::rows(std::size_t index) {
  const int64_t wide = columns(index);
  return wide == 0 ? 0 : elements(index) / wide;
}

float* TensorCall::changed(std::size_t index, int64_t elements) {
  TF_Tensor* const found = tensor(index);
  if (TF_TensorType(found) != TF_FLOAT || TF_TensorElementCount(found) != elements) {
    throw std::runtime_error("Tensor " + std::to_string(index) + " must have " + std::to_string(elements) +
                             " numbers in float32.");
  }
  return static_cast<float*>(TF_TensorData(found));
}

float* TensorCall::output(const Shape& shape) {
  int64_t elements = 1;
  for (const int64_t size : shape) elements *= size;
  outputs_.emplace_back(TF_AllocateTensor(TF_FLOAT, shape.data(), static_cast<int>(shape.size()),
                                          static_cast<std::size_t>(elements) * sizeof(float)));
  if (outputs_.back() == nullptr) throw std::runtime_error("There is not enough memory for a tensor.");
  return static_cast<float*>(TF_TensorData(outputs_.back().get()));
}

std::vector<int32_t> TensorCall::finish() {
  std::vector<int32_t> numbers;
  for (const Tensor& tensor : outputs_) {
    tfnodejs::TF_AutoStatus status;
    TFE_TensorHandle* const handle = TFE_NewTensorHandle(tensor.get(), status.status);
    require_ok(status);
    numbers.push_back(insert_tensor(backend_, handle));
  }
  numbers.insert(numbers.end(), results_.begin(), results_.end());
  return numbers;
}

TF_Tensor* TensorCall::tensor(std::size_t index) {
  if (resolved_.empty()) resolved_.resize(ids_.size());
  Tensor& place = resolved_.at(index);
  if (place == nullptr) {
    TFE_TensorHandle* const handle = find_tensor(backend_, ids_[index]);
    if (handle == nullptr) throw std::runtime_error("There is no tensor " + std::to_string(ids_[index]) + ".");
    tfnodejs::TF_AutoStatus status;
    place.reset(TFE_TensorHandleResolve(handle, status.status));
    require_ok(status);
  }
  return place.get();
}

napi_value call_with_tensors(napi_env env, napi_callback_info info, void (*function)(TensorCall&)) {
  try {
    napi_value arguments[3] = {};
    std::size_t given = 3;
    void* backend = nullptr;
    require_ok(napi_get_cb_info(env, info, &given, arguments, nullptr, &backend));
    if (given < 2) throw std::runtime_error("At least 2 arguments were expected.");
    TensorCall call(*static_cast<tfnodejs::TFJSBackend*>(backend), to_ints(env, arguments[0]),
                    to_ints(env, arguments[1]), given < 3 ? std::vector<double>() : to_doubles(env, arguments[2]));
    function(call);
    return to_js(env, call.finish());
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

}  // namespace spectroscope
