// Native functions on tensors: called with sizes, numbers of tensors and settings, they give the numbers of new tensors.
#ifndef SPECTROSCOPE_TENSOR_CALL_H_
#define SPECTROSCOPE_TENSOR_CALL_H_

#include <node_api.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "binding/tfjs_backend.h"
#include "tensorflow/c/c_api.h"

namespace spectroscope {

// What a function was called with, and what it makes. What does not fit throws std::runtime_error.
class TensorCall {
 public:
  using Shape = std::vector<int64_t>;

  TensorCall(tfnodejs::TFJSBackend& backend, std::vector<int32_t> sizes, std::vector<int32_t> ids,
             std::vector<double> settings);

  int32_t size(std::size_t index) const { return sizes_.at(index); }
  std::size_t sizes() const { return sizes_.size(); }
  double setting(std::size_t index) const { return settings_.at(index); }
  std::size_t tensors() const { return ids_.size(); }

  // Of tensor `index`.
  Shape shape(std::size_t index);
  int64_t elements(std::size_t index);
  // All axes but the last, and the last.
  int64_t rows(std::size_t index);
  int64_t columns(std::size_t index);

  const float* input(std::size_t index, int64_t elements) { return changed(index, elements); }
  // The numbers of a tensor, to be changed in place: of a caller that owns them.
  float* changed(std::size_t index, int64_t elements);

  // A new tensor, not yet filled.
  float* output(const Shape& shape);

  // A number that is handed back behind those of the new tensors.
  void result(int32_t number) { results_.push_back(number); }

  // Hands the new tensors to tfjs-node. Gives their numbers, and then the results.
  std::vector<int32_t> finish();

 private:
  struct DeleteTensor {
    void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
  };
  using Tensor = std::unique_ptr<TF_Tensor, DeleteTensor>;

  TF_Tensor* tensor(std::size_t index);

  tfnodejs::TFJSBackend& backend_;
  std::vector<int32_t> sizes_;
  std::vector<int32_t> ids_;
  std::vector<double> settings_;
  std::vector<Tensor> resolved_;
  std::vector<Tensor> outputs_;
  std::vector<int32_t> results_;
};

// function(sizes: Int32Array, tensors: Int32Array, settings?: Float64Array): Int32Array; a C++ exception becomes a
// JavaScript one.
napi_value call_with_tensors(napi_env env, napi_callback_info info, void (*function)(TensorCall&));

template <void (*function)(TensorCall&)>
napi_value called(napi_env env, napi_callback_info info) {
  return call_with_tensors(env, info, function);
}

}  // namespace spectroscope

#endif  // SPECTROSCOPE_TENSOR_CALL_H_
