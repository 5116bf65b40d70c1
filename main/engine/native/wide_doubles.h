// Float64 numbers in one register. For sources that are compiled for one instruction set (spectra_avx512.cc and its like).
#ifndef SPECTROSCOPE_WIDE_DOUBLES_H_
#define SPECTROSCOPE_WIDE_DOUBLES_H_

#include <cstdint>
#include <cstring>

// Everything here is inlined: no vector is passed by any calling convention.
#pragma GCC diagnostic ignored "-Wpsabi"

#ifndef SPECTROSCOPE_INLINE
#define SPECTROSCOPE_INLINE inline __attribute__((always_inline))
#endif

namespace spectroscope {
namespace {

template <int kWidth>
struct Doubles {
  typedef double Type __attribute__((vector_size(kWidth * sizeof(double))));
  typedef int64_t Bits __attribute__((vector_size(kWidth * sizeof(double))));
};

template <int kWidth>
using Wide = typename Doubles<kWidth>::Type;
template <int kWidth>
using WideBits = typename Doubles<kWidth>::Bits;

template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> load_wide(const double* from) {
  Wide<kWidth> values;
  std::memcpy(&values, from, sizeof(values));
  return values;
}

template <int kWidth>
SPECTROSCOPE_INLINE void store_wide(double* to, const Wide<kWidth>& values) {
  std::memcpy(to, &values, sizeof(values));
}

template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> wide_root(const Wide<kWidth>& values) {
  Wide<kWidth> roots = values;
  for (int i = 0; i < kWidth; i++) roots[i] = __builtin_sqrt(roots[i]);
  return roots;
}

template <int kWidth>
SPECTROSCOPE_INLINE double wide_sum(const Wide<kWidth>& values) {
  double sum = 0;
  for (int i = 0; i < kWidth; i++) sum += values[i];
  return sum;
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_WIDE_DOUBLES_H_
