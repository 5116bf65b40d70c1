#include "sequence_functions.h"

#include <stdexcept>

#include "attention.h"
#include "recurrent.h"
#include "tensor_call.h"

namespace spectroscope {
namespace {

RecurrentShape recurrent_shape(const TensorCall& call) {
  const int32_t cell = call.size(0);
  if (cell < 0 || cell > static_cast<int32_t>(Cell::kResetBeforeGru)) throw std::runtime_error("There is no such cell.");
  return {static_cast<Cell>(cell), call.size(1), call.size(2), call.size(3), call.size(4)};
}

// sizes: cell, reversed, samples, times, units; tensors: projected, recurrent, and the GRU's recurrent bias or, where it
// resets before, its candidate weight.
// Gives states, before, gates, memory.
void recurrent_forward(TensorCall& call) {
  const RecurrentShape shape = recurrent_shape(call);
  const int64_t columns = shape.columns();
  const int64_t rows = int64_t{shape.samples} * shape.times;
  RecurrentForward arrays{};
  arrays.projected = call.input(0, rows * columns);
  arrays.recurrent = call.input(1, shape.units * shape.recurrent_columns());
  if (shape.cell == Cell::kGru) arrays.recurrent_bias = call.input(2, columns);
  if (shape.cell == Cell::kResetBeforeGru) arrays.candidate = call.input(2, int64_t{shape.units} * shape.units);
  arrays.states = call.output({shape.samples, shape.times, shape.units});
  arrays.before = call.output({shape.samples, shape.times, shape.units});
  arrays.gates = call.output({shape.samples, shape.times, columns});
  arrays.memory = call.output({shape.samples, shape.times, shape.units});
  recurrent_forward(shape, arrays);
}

// sizes as above; tensors: before, gates, memory, recurrent, dy, candidate weight. Gives the adjoints of the input's part
// and, of a GRU, of the recurrent one and of the candidate's own.
void recurrent_backward(TensorCall& call) {
  const RecurrentShape shape = recurrent_shape(call);
  const int64_t columns = shape.columns();
  const int64_t rows = int64_t{shape.samples} * shape.times;
  RecurrentBackward arrays{};
  arrays.before = call.input(0, rows * shape.units);
  arrays.gates = call.input(1, rows * columns);
  arrays.memory = call.input(2, rows * shape.units);
  arrays.recurrent = call.input(3, shape.units * shape.recurrent_columns());
  arrays.last_only = call.elements(4) != rows * shape.units;
  arrays.dy = call.input(4, (arrays.last_only ? shape.samples : rows) * shape.units);
  arrays.input = call.output({shape.samples, shape.times, columns});
  if (shape.cell != Cell::kLstm) {
    arrays.recurrent_adjoints = call.output({shape.samples, shape.times, shape.recurrent_columns()});
  }
  if (shape.cell == Cell::kResetBeforeGru) {
    arrays.candidate = call.input(5, int64_t{shape.units} * shape.units);
    arrays.candidate_adjoints = call.output({shape.samples, shape.times, shape.units});
  }
  recurrent_backward(shape, arrays);
}

AttentionShape attention_shape(const TensorCall& call) {
  const AttentionShape shape{call.size(0), call.size(1), call.size(2), call.size(3)};
  if (shape.tokens < 1 || shape.key_size < 1) throw std::runtime_error("Attention needs tokens and a key size.");
  return shape;
}

// sizes: samples, tokens, heads, key size; tensors: query, key, value. Gives output, weights.
void attention_forward(TensorCall& call) {
  const AttentionShape shape = attention_shape(call);
  const int64_t elements = int64_t{shape.samples} * shape.tokens * shape.columns();
  AttentionForward arrays{call.input(0, elements), call.input(1, elements), call.input(2, elements), nullptr, nullptr};
  arrays.output = call.output({shape.samples, shape.tokens, shape.columns()});
  arrays.weights = call.output({shape.samples, shape.heads, shape.tokens, shape.row()});
  attention_forward(shape, arrays);
}

// sizes as above; tensors: query, key, value, weights, dy. Gives the adjoints of query, key and value.
void attention_backward(TensorCall& call) {
  const AttentionShape shape = attention_shape(call);
  const int64_t elements = int64_t{shape.samples} * shape.tokens * shape.columns();
  const int64_t weights = int64_t{shape.samples} * shape.heads * shape.tokens * shape.row();
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
