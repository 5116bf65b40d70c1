// LSTM and GRU over the samples of one thread. Included by the source of each instruction set.
#ifndef SPECTROSCOPE_RECURRENT_LOOPS_H_
#define SPECTROSCOPE_RECURRENT_LOOPS_H_

#include "lanes.h"

namespace spectroscope {
namespace {

SPECTROSCOPE_INLINE int64_t time_at(const RecurrentShape& shape, int64_t step) {
  return shape.reversed != 0 ? shape.times - 1 - step : step;
}

// One sample at one time. `state` and `memory` hold what the time before left, and then what this one does.
SPECTROSCOPE_INLINE void lstm_row(int64_t units, const float* projected, const float* product, float* gates,
                                  float* state, float* memory) {
  for (int64_t u = 0; u < units; u += kLanes) {
    const int count = lanes_left(units, u);
    const Lanes input = sigmoid(load(projected + u, count) + load(product + u, count));
    const Lanes forget = sigmoid(load(projected + units + u, count) + load(product + units + u, count));
    const Lanes cell =
        hyperbolic_tangent(load(projected + 2 * units + u, count) + load(product + 2 * units + u, count));
    const Lanes output = sigmoid(load(projected + 3 * units + u, count) + load(product + 3 * units + u, count));
    const Lanes after = forget * load(memory + u, count) + input * cell;
    store(gates + u, input, count);
    store(gates + units + u, forget, count);
    store(gates + 2 * units + u, cell, count);
    store(gates + 3 * units + u, output, count);
    store(memory + u, after, count);
    store(state + u, output * hyperbolic_tangent(after), count);
  }
}

SPECTROSCOPE_INLINE void gru_row(int64_t units, const float* projected, const float* product, const float* bias,
                                 float* gates, float* state, float* memory) {
  for (int64_t u = 0; u < units; u += kLanes) {
    const int count = lanes_left(units, u);
    const Lanes update = sigmoid(load(projected + u, count) + (load(product + u, count) + load(bias + u, count)));
    const Lanes reset = sigmoid(load(projected + units + u, count) +
                                (load(product + units + u, count) + load(bias + units + u, count)));
    const Lanes before_reset = load(product + 2 * units + u, count) + load(bias + 2 * units + u, count);
    const Lanes candidate = hyperbolic_tangent(load(projected + 2 * units + u, count) + reset * before_reset);
    store(gates + u, update, count);
    store(gates + units + u, reset, count);
    store(gates + 2 * units + u, candidate, count);
    store(memory + u, before_reset, count);
    store(state + u, candidate + update * (load(state + u, count) - candidate), count);
  }
}

// The gates of a GRU that resets before its product; `memory` becomes the state after the reset.
SPECTROSCOPE_INLINE void reset_before_gates_row(int64_t units, const float* projected, const float* product,
                                                float* gates, const float* state, float* memory) {
  for (int64_t u = 0; u < units; u += kLanes) {
    const int count = lanes_left(units, u);
    const Lanes reset = sigmoid(load(projected + units + u, count) + load(product + units + u, count));
    store(gates + u, sigmoid(load(projected + u, count) + load(product + u, count)), count);
    store(gates + units + u, reset, count);
    store(memory + u, reset * load(state + u, count), count);
  }
}

SPECTROSCOPE_INLINE void reset_before_state_row(int64_t units, const float* projected, const float* product,
                                                float* gates, float* state) {
  for (int64_t u = 0; u < units; u += kLanes) {
    const int count = lanes_left(units, u);
    const Lanes candidate =
        hyperbolic_tangent(load(projected + 2 * units + u, count) + load(product + 2 * units + u, count));
    store(gates + 2 * units + u, candidate, count);
    store(state + u, candidate + load(gates + u, count) * (load(state + u, count) - candidate), count);
  }
}

// The second product of a GRU that resets before it: each sample's gates, then its candidate's product.
template <int kRows, int kPanels>
void reset_before(const RecurrentShape& shape, const RecurrentForward& arrays, const float* panels, const Share& share,
                  int64_t time, bool has_state, float* products) {
  const int64_t units = shape.units;
  const int64_t columns = shape.columns();
  float* const memories = share.scratch + share.samples * units;
  for (int64_t row = 0; row < share.samples; row++) {
    const int64_t place = ((share.first + row) * shape.times + time) * columns;
    reset_before_gates_row(units, arrays.projected + place, products + row * columns, arrays.gates + place,
                           share.scratch + row * units, memories + row * units);
  }
  if (has_state) {
    product<kRows, kPanels>({memories, units, 1}, share.samples, units, panels + packed_size(units, 2 * units), units,
                            products + 2 * units, columns);
  }
}

template <int kRows, int kPanels>
void recurrent_forward_of(const RecurrentShape& shape, const RecurrentForward& arrays, const float* panels,
                          const Share& share) {
  const int64_t units = shape.units;
  const int64_t columns = shape.columns();
  float* const states = share.scratch;
  float* const memories = states + share.samples * units;
  float* const products = memories + share.samples * units;
  std::memset(share.scratch, 0, share.samples * (2 * units + columns) * sizeof(float));
  for (int64_t step = 0; step < shape.times; step++) {
    if (step > 0) {
      product<kRows, kPanels>({states, units, 1}, share.samples, units, panels, shape.recurrent_columns(), products,
                              columns);
    }
    const int64_t time = time_at(shape, step);
    if (shape.cell == Cell::kResetBeforeGru) {
      reset_before<kRows, kPanels>(shape, arrays, panels, share, time, step > 0, products);
    }
    for (int64_t row = 0; row < share.samples; row++) {
      const int64_t place = (share.first + row) * shape.times + time;
      float* const state = states + row * units;
      float* const memory = memories + row * units;
      const float* const projected = arrays.projected + place * columns;
      const float* const recurrent = products + row * columns;
      float* const gates = arrays.gates + place * columns;
      std::memcpy(arrays.before + place * units, state, units * sizeof(float));
      if (shape.cell == Cell::kLstm) {
        lstm_row(units, projected, recurrent, gates, state, memory);
      } else if (shape.cell == Cell::kResetBeforeGru) {
        reset_before_state_row(units, projected, recurrent, gates, state);
      } else {
        gru_row(units, projected, recurrent, arrays.recurrent_bias, gates, state, memory);
      }
      std::memcpy(arrays.states + place * units, state, units * sizeof(float));
      std::memcpy(arrays.memory + place * units, memory, units * sizeof(float));
    }
  }
}

// dL/d of pre-activations of one sample at one time. `d_state` holds what reaches the state, and then what reaches the
// state before beside the recurrent product; `d_memory` likewise for the cell.
SPECTROSCOPE_INLINE void lstm_backward_row(int64_t units, const float* gates, const float* memory,
                                           const float* memory_before, float* adjoints, float* d_state,
                                           float* d_memory) {
  for (int64_t u = 0; u < units; u += kLanes) {
    const int count = lanes_left(units, u);
    const Lanes input = load(gates + u, count);
    const Lanes forget = load(gates + units + u, count);
    const Lanes cell = load(gates + 2 * units + u, count);
    const Lanes output = load(gates + 3 * units + u, count);
    const Lanes dh = load(d_state + u, count);
    const Lanes squashed = hyperbolic_tangent(load(memory + u, count));
    const Lanes dc = load(d_memory + u, count) + dh * output * (1.0f - squashed * squashed);
    const Lanes earlier = memory_before == nullptr ? Lanes{} : load(memory_before + u, count);
    store(adjoints + u, dc * cell * (input * (1.0f - input)), count);
    store(adjoints + units + u, dc * earlier * (forget * (1.0f - forget)), count);
    store(adjoints + 2 * units + u, dc * input * (1.0f - cell * cell), count);
    store(adjoints + 3 * units + u, dh * squashed * (output * (1.0f - output)), count);
    store(d_state + u, Lanes{}, count);
    store(d_memory + u, dc * forget, count);
  }
}

SPECTROSCOPE_INLINE void gru_backward_row(int64_t units, const float* gates, const float* before_reset,
                                          const float* before, float* input_adjoints, float* adjoints, float* d_state) {
  for (int64_t u = 0; u < units; u += kLanes) {
    const int count = lanes_left(units, u);
    const Lanes update = load(gates + u, count);
    const Lanes reset = load(gates + units + u, count);
    const Lanes candidate = load(gates + 2 * units + u, count);
    const Lanes dh = load(d_state + u, count);
    const Lanes d_update = dh * (load(before + u, count) - candidate) * (update * (1.0f - update));
    const Lanes d_candidate = dh * (1.0f - update) * (1.0f - candidate * candidate);
    const Lanes d_reset = d_candidate * load(before_reset + u, count) * (reset * (1.0f - reset));
    store(input_adjoints + u, d_update, count);
    store(input_adjoints + units + u, d_reset, count);
    store(input_adjoints + 2 * units + u, d_candidate, count);
    store(adjoints + u, d_update, count);
    store(adjoints + units + u, d_reset, count);
    store(adjoints + 2 * units + u, d_candidate * reset, count);
    store(d_state + u, dh * update, count);
  }
}

// Of the update and of the candidate; `d_state` then holds what passes the gates by.
SPECTROSCOPE_INLINE void reset_before_backward_state(int64_t units, const float* gates, const float* before,
                                                     float* adjoints, float* d_state) {
  for (int64_t u = 0; u < units; u += kLanes) {
    const int count = lanes_left(units, u);
    const Lanes update = load(gates + u, count);
    const Lanes candidate = load(gates + 2 * units + u, count);
    const Lanes dh = load(d_state + u, count);
    store(adjoints + u, dh * (load(before + u, count) - candidate) * (update * (1.0f - update)), count);
    store(adjoints + 2 * units + u, dh * (1.0f - update) * (1.0f - candidate * candidate), count);
    store(d_state + u, dh * update, count);
  }
}

// `d_memory`: dL/d of the state after the reset.
SPECTROSCOPE_INLINE void reset_before_backward_reset(int64_t units, const float* gates, const float* before,
                                                     const float* d_memory, float* adjoints, float* d_state) {
  for (int64_t u = 0; u < units; u += kLanes) {
    const int count = lanes_left(units, u);
    const Lanes reset = load(gates + units + u, count);
    const Lanes d_after = load(d_memory + u, count);
    store(adjoints + units + u, d_after * load(before + u, count) * (reset * (1.0f - reset)), count);
    store(d_state + u, load(d_state + u, count) + d_after * reset, count);
  }
}

// What is left of one time of a GRU that resets before: the candidate's product back, and the adjoints of the reset.
template <int kRows, int kPanels>
void reset_before_backward(const RecurrentShape& shape, const RecurrentBackward& arrays, const float* panels,
                           const Share& share, int64_t time, float* together) {
  const int64_t units = shape.units;
  const int64_t columns = shape.columns();
  float* const d_memories = share.scratch + share.samples * units;
  product<kRows, kPanels>({together + 2 * units, columns, 1}, share.samples, units,
                          panels + packed_size(2 * units, units), units, d_memories, units);
  for (int64_t row = 0; row < share.samples; row++) {
    const int64_t place = (share.first + row) * shape.times + time;
    float* const adjoints = together + row * columns;
    reset_before_backward_reset(units, arrays.gates + place * columns, arrays.before + place * units,
                                d_memories + row * units, adjoints, share.scratch + row * units);
    std::memcpy(arrays.input + place * columns, adjoints, columns * sizeof(float));
    std::memcpy(arrays.recurrent_adjoints + place * 2 * units, adjoints, 2 * units * sizeof(float));
    std::memcpy(arrays.candidate_adjoints + place * units, adjoints + 2 * units, units * sizeof(float));
  }
}

SPECTROSCOPE_INLINE void add_to(float* sums, const float* numbers, int64_t length) {
  for (int64_t i = 0; i < length; i++) sums[i] += numbers[i];
}

template <int kRows, int kPanels>
void recurrent_backward_of(const RecurrentShape& shape, const RecurrentBackward& arrays, const float* panels,
                           const Share& share) {
  const int64_t units = shape.units;
  const int64_t columns = shape.columns();
  const bool lstm = shape.cell == Cell::kLstm;
  const bool resets_before = shape.cell == Cell::kResetBeforeGru;
  float* const d_states = share.scratch;
  float* const d_memories = d_states + share.samples * units;
  float* const products = d_memories + share.samples * units;
  float* const together = products + share.samples * units;
  std::memset(share.scratch, 0, 2 * share.samples * units * sizeof(float));
  for (int64_t step = shape.times - 1; step >= 0; step--) {
    const int64_t time = time_at(shape, step);
    for (int64_t row = 0; row < share.samples; row++) {
      const int64_t sample = share.first + row;
      const int64_t place = sample * shape.times + time;
      float* const d_state = d_states + row * units;
      float* const adjoints = together + row * columns;
      if (step < shape.times - 1) add_to(d_state, products + row * units, units);
      if (!arrays.last_only) {
        add_to(d_state, arrays.dy + place * units, units);
      } else if (step == shape.times - 1) {
        add_to(d_state, arrays.dy + sample * units, units);
      }
      const float* const gates = arrays.gates + place * columns;
      const float* const memory = arrays.memory + place * units;
      if (lstm) {
        const int64_t earlier = sample * shape.times + time_at(shape, step - 1);
        lstm_backward_row(units, gates, memory, step == 0 ? nullptr : arrays.memory + earlier * units, adjoints,
                          d_state, d_memories + row * units);
        std::memcpy(arrays.input + place * columns, adjoints, columns * sizeof(float));
      } else if (resets_before) {
        reset_before_backward_state(units, gates, arrays.before + place * units, adjoints, d_state);
      } else {
        gru_backward_row(units, gates, memory, arrays.before + place * units, arrays.input + place * columns, adjoints,
                         d_state);
        std::memcpy(arrays.recurrent_adjoints + place * columns, adjoints, columns * sizeof(float));
      }
    }
    if (resets_before) reset_before_backward<kRows, kPanels>(shape, arrays, panels, share, time, together);
    if (step > 0) {
      product<kRows, kPanels>({together, columns, 1}, share.samples, shape.recurrent_columns(), panels, units, products,
                              units);
    }
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_RECURRENT_LOOPS_H_
