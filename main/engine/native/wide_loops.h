// The loops of the capture that OpenBLAS has no fast routine for. Plain C++, compiled for each instruction set of
// instructions.h.
#ifndef SPECTROSCOPE_WIDE_LOOPS_H_
#define SPECTROSCOPE_WIDE_LOOPS_H_

#include <cstddef>
#include <cstdint>

namespace spectroscope {

// The most columns that narrow_gram takes.
constexpr int kNarrow = 8;

struct WideLoops {
  // to[i] = from[i]
  void (*widen)(const float* from, std::size_t length, double* to);
  // K = X'X of a tall matrix X [rows x columns], 2 to kNarrow columns; both triangles.
  void (*narrow_gram)(const float* x, int64_t rows, int columns, double* k);
  // Sum of x[i] y[i] in float64.
  double (*inner_product)(const float* x, const float* y, std::size_t length);
  double (*inner_product_wide)(const double* x, const double* y, std::size_t length);
};

const WideLoops& wide_loops();

}  // namespace spectroscope

#endif  // SPECTROSCOPE_WIDE_LOOPS_H_
