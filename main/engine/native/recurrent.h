// LSTM and GRU over a whole sequence (main/engine/model/kernels/sequence.ts has the meaning of each array). Plain C++,
// compiled for each instruction set and chosen as in wide_loops.h.
#ifndef SPECTROSCOPE_RECURRENT_H_
#define SPECTROSCOPE_RECURRENT_H_

#include <cstdint>

namespace spectroscope {

enum class Cell : int32_t { kLstm = 0, kGru = 1 };

struct RecurrentShape {
  Cell cell;
  int32_t reversed;
  int32_t samples;
  int32_t times;
  int32_t units;

  int64_t columns() const { return int64_t{cell == Cell::kLstm ? 4 : 3} * units; }
};

// Arrays are [samples x times x units], or x gates x units.
struct RecurrentForward {
  const float* projected;
  const float* recurrent;       // [units x gates x units]
  const float* recurrent_bias;  // [gates x units], GRU alone
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
  const float* dy;  // of all states, or [samples x units] of the last
  bool last_only;
  float* input;      // adjoints
  float* recurrent_adjoints;  // GRU alone
};

void recurrent_forward(const RecurrentShape& shape, const RecurrentForward& arrays);
void recurrent_backward(const RecurrentShape& shape, const RecurrentBackward& arrays);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_RECURRENT_H_
