// The loops of layers over time and tokens, compiled for each instruction set; the best one that the processor has is
// chosen at run time. Environment variable SPECTROSCOPE_PLAIN_LOOPS=1 takes the one that every processor has,
// SPECTROSCOPE_PLAIN_LOOPS=avx2 the one without registers of 512 bits.
#ifndef SPECTROSCOPE_SEQUENCE_LOOPS_H_
#define SPECTROSCOPE_SEQUENCE_LOOPS_H_

#include <cstdint>
#include <cstring>

#include "attention.h"
#include "recurrent.h"

namespace spectroscope {

// Numbers that are worked on at once.
constexpr int kLanes = 16;

// A matrix by its numbers: entry (i, j) is at i x rows + j x columns.
struct Strided {
  const float* data;
  int64_t rows;
  int64_t columns;
};

// Numbers of a matrix [depth x columns] as panels of sixteen columns, zeros beyond the last.
static inline int64_t packed_size(int64_t depth, int64_t columns) {
  return (columns + kLanes - 1) / kLanes * depth * kLanes;
}

static inline void pack(Strided b, int64_t depth, int64_t columns, float* panels) {
  for (int64_t first = 0; first < columns; first += kLanes) {
    for (int64_t k = 0; k < depth; k++, panels += kLanes) {
      const float* from = b.data + k * b.rows + first * b.columns;
      if (b.columns == 1 && first + kLanes <= columns) {
        std::memcpy(panels, from, kLanes * sizeof(float));
      } else {
        for (int i = 0; i < kLanes; i++) panels[i] = first + i < columns ? from[i * b.columns] : 0;
      }
    }
  }
}

// The samples of one thread, and memory for it alone.
struct Share {
  int64_t first;
  int64_t samples;
  float* scratch;
};

// Numbers of scratch for each sample.
static inline int64_t recurrent_scratch(const RecurrentShape& shape) {
  return 3 * int64_t{shape.units} + shape.columns();
}

// Numbers of scratch for any count of samples: one packed matrix, and one of tokens x tokens.
static inline int64_t attention_scratch(const AttentionShape& shape) {
  const int64_t by_tokens = packed_size(shape.key_size, shape.tokens);
  const int64_t by_keys = packed_size(shape.tokens, shape.key_size);
  return (by_tokens > by_keys ? by_tokens : by_keys) + shape.tokens * shape.row();
}

struct SequenceLoops {
  // `panels`: the recurrent weight, packed, then the candidate's where it has one.
  void (*recurrent_forward)(const RecurrentShape&, const RecurrentForward&, const float* panels, const Share&);
  // `panels`: their transposes, packed.
  void (*recurrent_backward)(const RecurrentShape&, const RecurrentBackward&, const float* panels, const Share&);
  void (*attention_forward)(const AttentionShape&, const AttentionForward&, const Share&);
  void (*attention_backward)(const AttentionShape&, const AttentionBackward&, const Share&);
};

extern const SequenceLoops sequence_loops_plain;
#if defined(__x86_64__)
extern const SequenceLoops sequence_loops_avx2;
extern const SequenceLoops sequence_loops_avx512;
#endif

const SequenceLoops& sequence_loops();

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SEQUENCE_LOOPS_H_
