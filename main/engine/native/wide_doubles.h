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

// Subtracting zero changes nothing, adding it would: of -0.
template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> all_wide(double value) {
  return value - Wide<kWidth>{};
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

template <int... kLanes>
struct LaneNumbers {};
template <int kWidth>
struct LaneCount {};

// Two vectors, each of groups of `kTaken` partial sums for one row, become one of half as many for each of their rows.
template <int kWidth, int kTaken, int... kLanes>
SPECTROSCOPE_INLINE Wide<kWidth> add_neighbours(const Wide<kWidth>& x, const Wide<kWidth>& y,
                                                LaneNumbers<kLanes...>) {
  constexpr WideBits<kWidth> first = {((kLanes & kTaken) != 0 ? kWidth + kLanes - kTaken : kLanes)...};
  constexpr WideBits<kWidth> second = {((kLanes & kTaken) != 0 ? kWidth + kLanes : kLanes + kTaken)...};
  return __builtin_shuffle(x, y, first) + __builtin_shuffle(x, y, second);
}

SPECTROSCOPE_INLINE auto lanes_of(LaneCount<2>) { return LaneNumbers<0, 1>(); }
SPECTROSCOPE_INLINE auto lanes_of(LaneCount<4>) { return LaneNumbers<0, 1, 2, 3>(); }
SPECTROSCOPE_INLINE auto lanes_of(LaneCount<8>) { return LaneNumbers<0, 1, 2, 3, 4, 5, 6, 7>(); }

constexpr int kSummedRows = 8;

// sums[i] = all numbers of rows[i] together, for kSummedRows rows.
template <int kWidth, int kTaken = 1>
SPECTROSCOPE_INLINE void sums_of_rows(Wide<kWidth>* rows, double* sums) {
  if constexpr (kTaken < kWidth) {
    constexpr int kLeft = kSummedRows / kTaken / 2;
    for (int i = 0; i < kLeft; i++) {
      rows[i] = add_neighbours<kWidth, kTaken>(rows[2 * i], rows[2 * i + 1], lanes_of(LaneCount<kWidth>()));
    }
    sums_of_rows<kWidth, 2 * kTaken>(rows, sums);
  } else {
    for (int i = 0; i < kSummedRows / kWidth; i++) store_wide<kWidth>(sums + i * kWidth, rows[i]);
  }
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_WIDE_DOUBLES_H_
