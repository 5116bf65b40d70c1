#include "wide_loops.h"

#include <algorithm>
#include <cstring>

#include "instructions.h"

// Bodies are inlined into a function of each instruction set, and compiled for it there.
#define SPECTROSCOPE_BODY inline __attribute__((always_inline))

namespace spectroscope {
namespace {

// Eight numbers in one register, in two, or in four, as the instruction set has them.
typedef double Eight __attribute__((vector_size(8 * sizeof(double))));

SPECTROSCOPE_BODY void widen_body(const float* from, std::size_t length, double* to) {
  for (std::size_t i = 0; i < length; i++) to[i] = from[i];
}

template <typename T>
SPECTROSCOPE_BODY double inner_product_body(const T* x, const T* y, std::size_t length) {
  // Sums that do not wait for one another.
  Eight first = {};
  Eight second = {};
  std::size_t i = 0;
  for (; i + 16 <= length; i += 16) {
    double left[16];
    double right[16];
    for (int lane = 0; lane < 16; lane++) left[lane] = x[i + lane];
    for (int lane = 0; lane < 16; lane++) right[lane] = y[i + lane];
    Eight a, b, c, d;
    std::memcpy(&a, left, sizeof(a));
    std::memcpy(&b, right, sizeof(b));
    std::memcpy(&c, left + 8, sizeof(c));
    std::memcpy(&d, right + 8, sizeof(d));
    first += a * b;
    second += c * d;
  }
  first += second;
  double sum = 0;
  for (int lane = 0; lane < 8; lane++) sum += first[lane];
  for (; i < length; i++) sum += static_cast<double>(x[i]) * y[i];
  return sum;
}

// Outer products of rows of eight, `kAtOnce` rows of the sum in registers at a time.
template <int kAtOnce>
SPECTROSCOPE_BODY void add_outer_products(const double* panel, int rows, double* sums) {
  for (int first = 0; first < kNarrow; first += kAtOnce) {
    Eight part[kAtOnce];
    std::memcpy(part, sums + first * kNarrow, sizeof(part));
    for (int row = 0; row < rows; row++) {
      const double* values = panel + row * kNarrow;
      Eight all;
      std::memcpy(&all, values, sizeof(all));
      for (int i = 0; i < kAtOnce; i++) part[i] += all * values[first + i];
    }
    std::memcpy(sums + first * kNarrow, part, sizeof(part));
  }
}

template <int kAtOnce>
SPECTROSCOPE_BODY void narrow_gram_body(const float* x, int64_t rows, int columns, double* k) {
  constexpr int kPanelRows = 256;
  double panel[kPanelRows * kNarrow] = {};
  double sums[kNarrow * kNarrow] = {};
  for (int64_t first = 0; first < rows; first += kPanelRows) {
    const int taken = static_cast<int>(std::min<int64_t>(kPanelRows, rows - first));
    const float* from = x + first * columns;
    if (columns == kNarrow) {
      for (int i = 0; i < taken * kNarrow; i++) panel[i] = from[i];
    } else {
      for (int row = 0; row < taken; row++) {
        for (int column = 0; column < columns; column++) panel[row * kNarrow + column] = from[row * columns + column];
      }
    }
    add_outer_products<kAtOnce>(panel, taken, sums);
  }
  for (int i = 0; i < columns; i++) {
    for (int j = 0; j < columns; j++) k[i * columns + j] = sums[i * kNarrow + j];
  }
}

#define SPECTROSCOPE_LOOPS(NAME, AT_ONCE, ATTRIBUTE)                                                        \
  ATTRIBUTE void widen_##NAME(const float* from, std::size_t length, double* to) {                          \
    widen_body(from, length, to);                                                                           \
  }                                                                                                         \
  ATTRIBUTE void narrow_gram_##NAME(const float* x, int64_t rows, int columns, double* k) {                 \
    narrow_gram_body<AT_ONCE>(x, rows, columns, k);                                                         \
  }                                                                                                         \
  ATTRIBUTE double inner_product_##NAME(const float* x, const float* y, std::size_t length) {               \
    return inner_product_body(x, y, length);                                                                \
  }                                                                                                         \
  ATTRIBUTE double inner_product_wide_##NAME(const double* x, const double* y, std::size_t length) {        \
    return inner_product_body(x, y, length);                                                                \
  }                                                                                                         \
  constexpr WideLoops k_##NAME = {widen_##NAME, narrow_gram_##NAME, inner_product_##NAME, inner_product_wide_##NAME};

SPECTROSCOPE_LOOPS(plain, 4, )
#if defined(__x86_64__)
SPECTROSCOPE_LOOPS(avx2, 4, __attribute__((target("avx2,fma"))))
SPECTROSCOPE_LOOPS(avx512, 8, __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))))
#endif

}  // namespace

const WideLoops& wide_loops() {
#if defined(__x86_64__)
  if (instructions() == Instructions::kAvx512) return k_avx512;
  if (instructions() == Instructions::kAvx2) return k_avx2;
#endif
  return k_plain;
}

}  // namespace spectroscope
