// Float32 numbers beside each other, as many as one asks for: in one register where the instruction set has one so wide, in
// pairs of pairs of registers elsewhere. GCC's own vectors that are wider than a register go through memory: with those, a
// step of a Transformer took four times as long without AVX-512. For sources that are compiled for one instruction set.
#ifndef SPECTROSCOPE_LANE_VECTORS_H_
#define SPECTROSCOPE_LANE_VECTORS_H_

#include <cstdint>
#include <cstring>

// Everything here is inlined: no vector is passed by any calling convention.
#pragma GCC diagnostic ignored "-Wpsabi"

#ifndef SPECTROSCOPE_INLINE
#define SPECTROSCOPE_INLINE inline __attribute__((always_inline))
#endif

namespace spectroscope {
namespace {

// Numbers of a register: 16 or 8 where the source says so, since the compiler's own macros do not follow its pragma.
#ifndef SPECTROSCOPE_REGISTER
#define SPECTROSCOPE_REGISTER 4
#endif
constexpr int kRegister = SPECTROSCOPE_REGISTER;

template <int kCount>
struct Registers {
  typedef float Floats __attribute__((vector_size(kCount * sizeof(float))));
  typedef int32_t Bits __attribute__((vector_size(kCount * sizeof(int32_t))));
};
template <int kCount>
struct Count {};

template <typename Half>
struct Pair {
  Half first;
  Half second;
};

template <int kCount, bool kFits = kCount <= kRegister>
struct VectorOf {
  using Type = typename Registers<kCount>::Floats;
};
template <int kCount>
struct VectorOf<kCount, false> {
  using Type = Pair<typename VectorOf<kCount / 2>::Type>;
};

#define SPECTROSCOPE_PAIRWISE(OPERATOR)                                                 \
  template <typename Half>                                                              \
  SPECTROSCOPE_INLINE Pair<Half> operator OPERATOR(const Pair<Half>& x, const Pair<Half>& y) { \
    return {x.first OPERATOR y.first, x.second OPERATOR y.second};                      \
  }                                                                                     \
  template <typename Half>                                                              \
  SPECTROSCOPE_INLINE Pair<Half> operator OPERATOR(const Pair<Half>& x, float y) {      \
    return {x.first OPERATOR y, x.second OPERATOR y};                                   \
  }                                                                                     \
  template <typename Half>                                                              \
  SPECTROSCOPE_INLINE Pair<Half> operator OPERATOR(float x, const Pair<Half>& y) {      \
    return {x OPERATOR y.first, x OPERATOR y.second};                                   \
  }
SPECTROSCOPE_PAIRWISE(+)
SPECTROSCOPE_PAIRWISE(-)
SPECTROSCOPE_PAIRWISE(*)
SPECTROSCOPE_PAIRWISE(/)
#undef SPECTROSCOPE_PAIRWISE

template <typename Half>
SPECTROSCOPE_INLINE Pair<Half> operator-(const Pair<Half>& x) {
  return {-x.first, -x.second};
}
template <typename Half>
SPECTROSCOPE_INLINE void operator+=(Pair<Half>& x, const Pair<Half>& y) {
  x.first += y.first;
  x.second += y.second;
}

// Where x is larger, or smaller: for `chosen`.
template <typename Half>
SPECTROSCOPE_INLINE auto operator>(const Pair<Half>& x, const Pair<Half>& y) {
  return Pair<decltype(x.first > y.first)>{x.first > y.first, x.second > y.second};
}
template <typename Half>
SPECTROSCOPE_INLINE auto operator>(const Pair<Half>& x, float y) {
  return Pair<decltype(x.first > y)>{x.first > y, x.second > y};
}
template <typename Half>
SPECTROSCOPE_INLINE auto operator<(const Pair<Half>& x, float y) {
  return Pair<decltype(x.first < y)>{x.first < y, x.second < y};
}

// x where the mask says so, y elsewhere.
template <typename Mask, typename Vector>
SPECTROSCOPE_INLINE Vector chosen(const Mask& mask, const Vector& x, const Vector& y) {
  return mask ? x : y;
}
template <typename Mask, typename Half>
SPECTROSCOPE_INLINE Pair<Half> chosen(const Pair<Mask>& mask, const Pair<Half>& x, const Pair<Half>& y) {
  return {chosen(mask.first, x.first, y.first), chosen(mask.second, x.second, y.second)};
}

template <typename Vector>
SPECTROSCOPE_INLINE void read(const float* from, Vector& to) {
  std::memcpy(&to, from, sizeof(to));
}
template <typename Half>
SPECTROSCOPE_INLINE void read(const float* from, Pair<Half>& to) {
  read(from, to.first);
  read(from + sizeof(Half) / sizeof(float), to.second);
}

template <typename Vector>
SPECTROSCOPE_INLINE Vector vector_at(const float* from) {
  Vector vector;
  read(from, vector);
  return vector;
}

template <typename Vector>
SPECTROSCOPE_INLINE void write(float* to, const Vector& vector) {
  std::memcpy(to, &vector, sizeof(vector));
}
template <typename Half>
SPECTROSCOPE_INLINE void write(float* to, const Pair<Half>& pair) {
  write(to, pair.first);
  write(to + sizeof(Half) / sizeof(float), pair.second);
}

template <typename Vector>
SPECTROSCOPE_INLINE Vector larger(const Vector& a, const Vector& b) {
  return chosen(a > b, a, b);
}

SPECTROSCOPE_INLINE Registers<4>::Bits places(Count<4>) { return Registers<4>::Bits{0, 1, 2, 3}; }
#if SPECTROSCOPE_REGISTER >= 8
SPECTROSCOPE_INLINE Registers<8>::Bits places(Count<8>) { return Registers<8>::Bits{0, 1, 2, 3, 4, 5, 6, 7}; }
#endif
#if SPECTROSCOPE_REGISTER >= 16
SPECTROSCOPE_INLINE Registers<16>::Bits places(Count<16>) {
  return Registers<16>::Bits{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}
#endif

// Each number beside the one `kDistance` places further, a power of two, until all were.
template <int kDistance, typename Vector, typename Combine>
SPECTROSCOPE_INLINE float folded_by(const Vector& x, Combine combine) {
  if constexpr (kDistance == 0) {
    return x[0];
  } else {
    const Vector others = __builtin_shuffle(x, places(Count<sizeof(Vector) / sizeof(float)>()) ^ kDistance);
    return folded_by<kDistance / 2>(combine(x, others), combine);
  }
}
template <typename Vector, typename Combine>
SPECTROSCOPE_INLINE float folded(const Vector& x, Combine combine) {
  return folded_by<static_cast<int>(sizeof(Vector) / sizeof(float) / 2)>(x, combine);
}
template <typename Half, typename Combine>
SPECTROSCOPE_INLINE float folded(const Pair<Half>& x, Combine combine) {
  return folded(combine(x.first, x.second), combine);
}

// 2^n of whole numbers n, given as n + 1.5 x 2^23: n is then in the last bits.
template <typename Vector>
SPECTROSCOPE_INLINE Vector power_of_two(const Vector& rounded) {
  typename Registers<sizeof(Vector) / sizeof(float)>::Bits power;
  std::memcpy(&power, &rounded, sizeof(power));
  power = (power - 0x4B400000 + 127) << 23;
  Vector scale;
  std::memcpy(&scale, &power, sizeof(scale));
  return scale;
}
template <typename Half>
SPECTROSCOPE_INLINE Pair<Half> power_of_two(const Pair<Half>& rounded) {
  return {power_of_two(rounded.first), power_of_two(rounded.second)};
}

}  // namespace
}  // namespace spectroscope

#endif  // SPECTROSCOPE_LANE_VECTORS_H_
