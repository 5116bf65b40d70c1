// LSTM and GRU over a whole sequence (main/engine/model/kernels/sequence.ts has the meaning of each array). Plain C++,
// compiled for each instruction set and chosen as in wide_loops.h.
#ifndef SPECTROSCOPE_RECURRENT_H_
#define SPECTROSCOPE_RECURRENT_H_

#include <cstdint>

namespace spectroscope {

// A GRU's reset gate multiplies the recurrent product of its candidate, or the state before that product.
enum class Cell : int32_t { kLstm = 0, kGru = 1, kResetBeforeGru = 2 };

// What sources of several instruction sets share is inlined: the linker keeps one copy of a function that is not.
struct RecurrentShape {
  Cell cell;
  int32_t reversed;
  int32_t samples;
  int32_t times;
  int32_t units;

  __attribute__((always_inline)) int64_t columns() const { return int64_t{cell == Cell::kLstm ? 4 : 3} * units; }
  // Of the weight that meets the state itself: the candidate of a GRU that resets before has a weight of its own.
  __attribute__((always_inline)) int64_t recurrent_columns() const {
    return cell == Cell::kResetBeforeGru ? int64_t{2} * units : columns();
  }
};

// Arrays are [samples x times x units], or x gates x units.
struct RecurrentForward {
  const float* projected;
  const float* recurrent;       // [units x recurrent_columns]
  const float* recurrent_bias;  // [gates x units], GRU alone
  const float* candidate;       // [units x units], GRU that resets before
  float* states;
  float* before;
  float* gates;
  float* memory;
};

struct RecurrentBackward {
  const float* before;
  const float* gates;
  const float* memory;
  const float* recurrent;
  const float* candidate;
  const float* dy;  // of all states, or [samples x units] of the last
  bool last_only;
  float* input;               // adjoints
  float* recurrent_adjoints;  // GRUs alone; of one that resets before, [.. x recurrent_columns]
  float* candidate_adjoints;  // GRU that resets before
};

void recurrent_forward(const RecurrentShape& shape, const RecurrentForward& arrays);
void recurrent_backward(const RecurrentShape& shape, const RecurrentBackward& arrays);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_RECURRENT_H_
