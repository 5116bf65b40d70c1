// The loops of a training step that go over memory once, compiled for each instruction set like sequence_loops.h.
#ifndef SPECTROSCOPE_STEP_LOOPS_H_
#define SPECTROSCOPE_STEP_LOOPS_H_

#include <cstdint>

#include "convolution_loops.h"

namespace spectroscope {

// Of an update, for `count` weights that follow one another.
struct Update {
  int64_t count;
  float* weights;
  // Running means: of gradients, and of their squares.
  float* first;
  float* second;
  const float* gradient;
};

// See main/engine/native/optimizer.h.
struct UpdateSettings {
  float rate;
  // What weight decay leaves of a weight.
  float keep;
  // By which the gradient is multiplied first.
  float factor;
  float beta1;
  float beta2;
  float epsilon;
};

// Rows that are normalised each, and what each had: arrays [rows x columns], scale and offset [columns], moments [rows].
struct NormRows {
  int64_t rows;
  int64_t columns;
  const float* x;
  const float* scale;
  float* mean;
  float* precision;
};

struct StepLoops {
  void (*adam)(const Update&, const UpdateSettings&);
  void (*momentum)(const Update&, const UpdateSettings&);
  void (*descent)(const Update&, const UpdateSettings&);
  double (*squares)(const float* x, int64_t count);
  // sums += x
  void (*add)(float* sums, const float* x, int64_t count);
  // x += pattern, again and again, then no less than zero when `rectified`.
  void (*add_pattern)(float* x, int64_t count, const float* pattern, int64_t period, bool rectified);
  // sums [period] += dy, of which only what has a positive y when there is a y; then that is in dz too.
  void (*pattern_sums)(const float* dy, const float* y, float* dz, int64_t count, float* sums, int64_t period);
  void (*norm)(const NormRows&, const float* offset, float epsilon, float* y);
  // Adds to d_scale and d_offset.
  void (*norm_gradient)(const NormRows&, const float* dy, float* dx, float* d_scale, float* d_offset);
  // y = x share, share = the normal distribution's cumulative function of x.
  void (*gelu)(const float* x, float* y, float* share, int64_t count);
  void (*gelu_gradient)(const float* dy, const float* x, const float* share, float* dx, int64_t count);
  void (*filter_gradient)(const FilterPart&);
  void (*row_product)(const RowProduct&);
};

extern const StepLoops step_loops_plain;
#if defined(__x86_64__)
extern const StepLoops step_loops_avx2;
extern const StepLoops step_loops_avx512;
#endif

const StepLoops& step_loops();

}  // namespace spectroscope

#endif  // SPECTROSCOPE_STEP_LOOPS_H_
