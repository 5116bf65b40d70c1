// A row of the root-free QL of Pal, Walker and Kahan (Parlett, The Symmetric Eigenvalue Problem, 8.15), as in LAPACK's
// dsterf, on a register of matrices at once. For sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_ROOT_FREE_SWEEP_H_
#define SPECTROSCOPE_ROOT_FREE_SWEEP_H_

#include "wide_doubles.h"

namespace spectroscope {
namespace {

// Sweeps for each eigenvalue, as many as dsterf allows; one or two are usual.
constexpr int kMostSweeps = 30;
// Added to gamma of a sweep, whose square p is divided by: nothing beside a norm of 1/2. With the other sign from row to
// row, since where gamma was nothing else, the next one is its opposite.
constexpr double kNudge = 1e-30;
// Squares of off-diagonals that are zero beside a norm of 1/2, and beside the product of their neighbours.
constexpr double kNegligible = 0x1p-110;
constexpr double kRelativelyNegligible = 0x1p-106;

// 1 / x of positive normal numbers, to 2 units in the last place.
template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> reciprocal(const Wide<kWidth>& x) {
#if defined(__AVX512F__)
  if constexpr (kWidth == 8) {
    // 14 bits, doubled by each of Newton's steps: a division would keep the next ones waiting.
    const Wide<kWidth> first = __builtin_ia32_rcp14pd512_mask(x, Wide<kWidth>{}, 0xFF);
    const Wide<kWidth> second = first + first * (1.0 - x * first);
    return second + second * (1.0 - x * second);
  }
#endif
  return 1.0 / x;
}

// What a sweep takes from row to row.
template <int kWidth>
struct Sweep {
  Wide<kWidth> shift, sine, gamma, p;
};

// Squares that are zero, or not small beside kNegligible. They shrink at every sweep, and would leave the normal range,
// where arithmetic is a hundred times slower.
template <int kWidth>
SPECTROSCOPE_INLINE Wide<kWidth> without_negligible(const Wide<kWidth>& squares) {
  return squares < kNegligible ? Wide<kWidth>{} : squares;
}

// From the last number on the diagonal.
template <int kWidth>
SPECTROSCOPE_INLINE Sweep<kWidth> begin_sweep(const Wide<kWidth>& shift, const Wide<kWidth>& diagonal) {
  const Wide<kWidth> gamma = diagonal - shift + kNudge;
  return {shift, Wide<kWidth>{}, gamma, gamma * gamma};
}

// The row's number on the diagonal and its square beside it; gives those of the row below.
template <int kWidth>
struct SweptRow {
  Wide<kWidth> diagonal, square;
};

// `nudge`: kNudge with the sign of the row.
template <int kWidth>
SPECTROSCOPE_INLINE SweptRow<kWidth> sweep_row(Sweep<kWidth>& s, const Wide<kWidth>& alpha, const Wide<kWidth>& square,
                                               double nudge) {
  using V = Wide<kWidth>;
  const V r = s.p + square;
  const V below = without_negligible<kWidth>(s.sine * r);
  // r times the new gamma. One reciprocal for all: p = gamma^2 / cosine does not wait for a second one.
  const V scaled_gamma = s.p * (alpha - s.shift) - square * s.gamma + r * nudge;
  const V quotient = reciprocal<kWidth>(r * s.p);
  const V inverse = s.p * quotient;
  const V gamma = scaled_gamma * inverse;
  const V diagonal = s.gamma + (alpha - gamma);
  s.p = scaled_gamma * scaled_gamma * quotient;
  s.sine = square * inverse;
  s.gamma = gamma;
  return {diagonal, below};
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_ROOT_FREE_SWEEP_H_
