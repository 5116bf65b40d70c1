#include "sequence_functions.h"

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "attention.h"
#include "binding/tf_auto_status.h"
#include "new_tensors.h"
#include "recurrent.h"
#include "tensor_handles.h"
#include "tensorflow/c/eager/c_api.h"

namespace spectroscope {
namespace {

struct DeleteTensor {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
using Tensor = std::unique_ptr<TF_Tensor, DeleteTensor>;

void require_ok(napi_status status) {
  if (status != napi_ok) throw std::runtime_error("Node-API refused a call (status " + std::to_string(status) + ").");
}

void require_ok(const tfnodejs::TF_AutoStatus& status) {
  if (TF_GetCode(status.status) != TF_OK) throw std::runtime_error(TF_Message(status.status));
}

std::vector<int32_t> to_ints(napi_env env, napi_value value) {
  napi_typedarray_type type = napi_uint8_array;
  std::size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_int32_array) {
    throw std::runtime_error("An Int32Array was expected.");
  }
  const int32_t* numbers = static_cast<const int32_t*>(data);
  return std::vector<int32_t>(numbers, numbers + length);
}

// What a function was called with, and what it makes.
class Call {
 public:
  Call(tfnodejs::TFJSBackend& backend, std::vector<int32_t> sizes, std::vector<int32_t> ids)
      : backend_(backend), sizes_(std::move(sizes)), ids_(std::move(ids)) {
    for (const int32_t size : sizes_) {
      if (size < 0) throw std::runtime_error("A size cannot be negative.");
    }
  }

  int32_t size(std::size_t index) const { return sizes_.at(index); }
  

  // Numbers of input `index`.
  int64_t elements(std::size_t index) { return TF_TensorElementCount(tensor(index)); }

  const float* input(std::size_t index, int64_t elements) {
    TF_Tensor* const found = tensor(index);
    if (TF_TensorType(found) != TF_FLOAT || TF_TensorElementCount(found) != elements) {
      throw std::runtime_error("Tensor " + std::to_string(index) + " must have " + std::to_string(elements) +
                               " numbers in float32.");
    }
    return static_cast<const float*>(TF_TensorData(found));
  }

  // A new tensor, not yet filled.
  float* output(std::initializer_list<int64_t> shape) {
    int64_t elements = 1;
    for (const int64_t size : shape) elements *= size;
    outputs_.emplace_back(TF_AllocateTensor(TF_FLOAT, shape.begin(), static_cast<int>(shape.size()),
                                            static_cast<std::size_t>(elements) * sizeof(float)));
    if (outputs_.back() == nullptr) throw std::runtime_error("There is not enough memory for a tensor.");
    return static_cast<float*>(TF_TensorData(outputs_.back().get()));
  }

  // Hands the new tensors to tfjs-node.
  std::vector<int32_t> finish() {
    std::vector<int32_t> numbers;
    for (const Tensor& tensor : outputs_) {
      tfnodejs::TF_AutoStatus status;
      TFE_TensorHandle* const handle = TFE_NewTensorHandle(tensor.get(), status.status);
      require_ok(status);
      numbers.push_back(insert_tensor(backend_, handle));
    }
    return numbers;
  }

 private:
  TF_Tensor* tensor(std::size_t index) {
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

  tfnodejs::TFJSBackend& backend_;
  std::vector<int32_t> sizes_;
  std::vector<int32_t> ids_;
  std::vector<Tensor> resolved_;
  std::vector<Tensor> outputs_;
};

RecurrentShape recurrent_shape(const Call& call) {
  return {call.size(0) == 0 ? Cell::kLstm : Cell::kGru, call.size(1), call.size(2), call.size(3), call.size(4)};
}

// sizes: cell, reversed, samples, times, units; tensors: projected, recurrent, and the GRU's recurrent bias.
// Gives states, before, gates, memory.
void recurrent_forward(Call& call) {
  const RecurrentShape shape = recurrent_shape(call);
  const int64_t columns = shape.columns();
  const int64_t rows = int64_t{shape.samples} * shape.times;
  RecurrentForward arrays{};
  arrays.projected = call.input(0, rows * columns);
  arrays.recurrent = call.input(1, shape.units * columns);
  if (shape.cell == Cell::kGru) arrays.recurrent_bias = call.input(2, columns);
  arrays.states = call.output({shape.samples, shape.times, shape.units});
  arrays.before = call.output({shape.samples, shape.times, shape.units});
  arrays.gates = call.output({shape.samples, shape.times, columns});
  arrays.memory = call.output({shape.samples, shape.times, shape.units});
  recurrent_forward(shape, arrays);
}

// sizes as above; tensors: before, gates, memory, recurrent, dy. Gives the adjoints of the input's part and, of a GRU, of
// the recurrent one.
void recurrent_backward(Call& call) {
  const RecurrentShape shape = recurrent_shape(call);
  const int64_t columns = shape.columns();
  const int64_t rows = int64_t{shape.samples} * shape.times;
  RecurrentBackward arrays{};
  arrays.before = call.input(0, rows * shape.units);
  arrays.gates = call.input(1, rows * columns);
  arrays.memory = call.input(2, rows * shape.units);
  arrays.recurrent = call.input(3, shape.units * columns);
  arrays.last_only = call.elements(4) != rows * shape.units;
  arrays.dy = call.input(4, (arrays.last_only ? shape.samples : rows) * shape.units);
  arrays.input = call.output({shape.samples, shape.times, columns});
  if (shape.cell == Cell::kGru) arrays.recurrent_adjoints = call.output({shape.samples, shape.times, columns});
  recurrent_backward(shape, arrays);
}

AttentionShape attention_shape(const Call& call) {
  const AttentionShape shape{call.size(0), call.size(1), call.size(2), call.size(3)};
  if (shape.tokens < 1 || shape.key_size < 1) throw std::runtime_error("Attention needs tokens and a key size.");
  return shape;
}

// sizes: samples, tokens, heads, key size; tensors: query, key, value. Gives output, weights.
void attention_forward(Call& call) {
  const AttentionShape shape = attention_shape(call);
  const int64_t elements = int64_t{shape.samples} * shape.tokens * shape.columns();
  AttentionForward arrays{call.input(0, elements), call.input(1, elements), call.input(2, elements), nullptr, nullptr};
  arrays.output = call.output({shape.samples, shape.tokens, shape.columns()});
  arrays.weights = call.output({shape.samples, shape.heads, shape.tokens, shape.tokens});
  attention_forward(shape, arrays);
}

// sizes as above; tensors: query, key, value, weights, dy. Gives the adjoints of query, key and value.
void attention_backward(Call& call) {
  const AttentionShape shape = attention_shape(call);
  const int64_t elements = int64_t{shape.samples} * shape.tokens * shape.columns();
  const int64_t weights = int64_t{shape.samples} * shape.heads * shape.tokens * shape.tokens;
  AttentionBackward arrays{};
  arrays.query = call.input(0, elements);
  arrays.key = call.input(1, elements);
  arrays.value = call.input(2, elements);
  arrays.weights = call.input(3, weights);
  arrays.dy = call.input(4, elements);
  arrays.d_query = call.output({shape.samples, shape.tokens, shape.columns()});
  arrays.d_key = call.output({shape.samples, shape.tokens, shape.columns()});
  arrays.d_value = call.output({shape.samples, shape.tokens, shape.columns()});
  attention_backward(shape, arrays);
}

napi_value to_js(napi_env env, const std::vector<int32_t>& numbers) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  require_ok(napi_create_arraybuffer(env, numbers.size() * sizeof(int32_t), &data, &buffer));
  for (std::size_t i = 0; i < numbers.size(); i++) static_cast<int32_t*>(data)[i] = numbers[i];
  require_ok(napi_create_typedarray(env, napi_int32_array, numbers.size(), buffer, 0, &array));
  return array;
}

// A C++ exception becomes a JavaScript one.
template <void (*function)(Call&)>
napi_value called(napi_env env, napi_callback_info info) {
  try {
    napi_value arguments[2] = {};
    std::size_t given = 2;
    void* backend = nullptr;
    require_ok(napi_get_cb_info(env, info, &given, arguments, nullptr, &backend));
    if (given < 2) throw std::runtime_error("2 arguments were expected.");
    Call call(*static_cast<tfnodejs::TFJSBackend*>(backend), to_ints(env, arguments[0]), to_ints(env, arguments[1]));
    function(call);
    return to_js(env, call.finish());
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

}  // namespace

bool register_sequence_functions(napi_env env, napi_value exports, tfnodejs::TFJSBackend* backend) {
  const auto function = [backend](const char* name, napi_callback callback) {
    return napi_property_descriptor{name, nullptr, callback, nullptr, nullptr, nullptr, napi_enumerable, backend};
  };
  const napi_property_descriptor functions[] = {
      function("recurrentForward", called<recurrent_forward>),
      function("recurrentBackward", called<recurrent_backward>),
      function("attentionForward", called<attention_forward>),
      function("attentionBackward", called<attention_backward>),
  };
  return napi_define_properties(env, exports, sizeof(functions) / sizeof(functions[0]), functions) == napi_ok;
}

}  // namespace spectroscope
