#include "spectrum.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>

#include "blas.h"
#include "permutation_loops.h"
#include "spectra_loops.h"

namespace spectroscope {
namespace {

constexpr double kUnitSpacing = std::numeric_limits<double>::epsilon();
// Columns that LAPACK reduces at once; its own choice for dsytrd.
constexpr int kBlock = 32;
// Larger matrices leave the second-level cache, where LAPACK reduces blocks of columns.
constexpr int kLargestReduced = 512;
// Rows of a matrix that is reduced, where they would be a multiple of so many numbers apart, are kAside further apart: a
// tile's rows then do not take each other's places in the first-level cache.
constexpr int kAligned = 64;
constexpr int kAside = 16;

// Of larger matrices eight are no faster together than one after the other, in less of the cache.
constexpr int kLargestTogether = 64;
// Eight lanes take as long however many hold a matrix: of larger ones, more have to for it to be worth while.
constexpr int kOrderWorthALane = 12;

// Two to this power, and one over it, are in range.
constexpr int kMostExponent = 1000;
// The diagonal of a Gram matrix bounds all its entries (Cauchy and Schwarz).
bool has_finite_diagonal(const double* k, int order) {
  double sum = 0;
  for (int i = 0; i < order; i++) sum += k[static_cast<std::size_t>(i) * order + i];
  return std::isfinite(sum);
}

double frobenius_norm(const double* k, int order) {
  double sum = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(order) * order; i++) sum += k[i] * k[i];
  return std::sqrt(sum);
}

}  // namespace

void SpectrumSolver::from_gram(const double* k, int order, int count, double floor, float* values) {
  if (!has_finite_diagonal(k, order)) {
    std::fill(values, values + count, std::numeric_limits<float>::quiet_NaN());
    return;
  }
  double largest = 0;
  for (int i = 0; i < order; i++) largest = std::max(largest, k[static_cast<std::size_t>(i) * order + i]);
  // A power of two above the largest number: neither the scaling nor any square is rounded or out of range.
  int exponent = 0;
  std::frexp(largest, &exponent);
  const double scale = std::ldexp(1.0, std::clamp(exponent, -kMostExponent, kMostExponent));
  const std::size_t place = tridiagonals_.size();
  tridiagonals_.resize(place + 2 * static_cast<std::size_t>(order));
  waiting_.push_back({order, count, place, scale, floor, values});
  const auto row_of = [&](int row) { return k + static_cast<std::size_t>(row) * order; };
  if (order > kLargestTogether) return reduce(waiting_.back(), row_of);
  small_.push_back({waiting_.size() - 1, triangles_.size()});
  for (int row = 0; row < order; row++) triangles_.insert(triangles_.end(), row_of(row), row_of(row) + row + 1);
}

void SpectrumSolver::reduce_small() {
  const auto order_of = [&](const Triangle& small) { return waiting_[small.waiting].order; };
  std::stable_sort(small_.begin(), small_.end(),
                   [&](const Triangle& x, const Triangle& y) { return order_of(x) > order_of(y); });
  for (std::size_t first = 0; first < small_.size();) {
    const auto number = std::min<std::size_t>(kTridiagonals, small_.size() - first);
    if (static_cast<int>(number) * kOrderWorthALane >= order_of(small_[first])) {
      reduce_together(small_.data() + first, static_cast<int>(number));
      first += number;
    } else {
      const double* triangle = triangles_.data() + small_[first].place;
      reduce(waiting_[small_[first].waiting], [&](int row) { return triangle + triangle_length(row); });
      first += 1;
    }
  }
  small_.clear();
  triangles_.clear();
}

void SpectrumSolver::reduce_together(const Triangle* first, int number) {
  const int order = waiting_[first->waiting].order;
  const std::size_t length = triangle_length(order) * kTridiagonals;
  const std::size_t size = static_cast<std::size_t>(order) * kTridiagonals;
  double* matrices = work_.take(length + 4 * size);
  double* diagonals = matrices + length;
  double* off_diagonals = diagonals + size;
  // Rows that fill up a smaller matrix, and lanes without one.
  std::fill(matrices, matrices + length, 0.0);
  double scales[kTridiagonals];
  std::fill(scales, scales + kTridiagonals, 1.0);
  for (int lane = 0; lane < number; lane++) {
    const Tridiagonal& matrix = waiting_[first[lane].waiting];
    const double* triangle = triangles_.data() + first[lane].place;
    scales[lane] = matrix.scale;
    for (std::size_t i = 0; i < triangle_length(matrix.order); i++) matrices[i * kTridiagonals + lane] = triangle[i];
  }
  permutation_loops().tridiagonalise(matrices, order, scales, off_diagonals + size, diagonals, off_diagonals);
  for (int lane = 0; lane < number; lane++) {
    const Tridiagonal& matrix = waiting_[first[lane].waiting];
    double* diagonal = tridiagonals_.data() + matrix.place;
    for (int i = 0; i < matrix.order; i++) {
      diagonal[i] = diagonals[i * kTridiagonals + lane];
      diagonal[matrix.order + i] = off_diagonals[i * kTridiagonals + lane];
    }
  }
}

template <typename RowOf>
void SpectrumSolver::reduce(const Tridiagonal& of, RowOf row_of) {
  const int order = of.order;
  double* diagonal = tridiagonals_.data() + of.place;
  double* off_diagonal = diagonal + order;
  const bool is_large = order > kLargestReduced;
  const int padded = is_large ? order : (order + kTridiagonalBlock - 1) / kTridiagonalBlock * kTridiagonalBlock;
  const int stride = padded + (is_large || padded % kAligned != 0 ? 0 : kAside);
  const std::size_t size = static_cast<std::size_t>(padded) * stride;
  const int work_length = is_large ? order * (kBlock + 1) : kTridiagonalWork * stride;
  const double inverse = 1 / of.scale;
  double* matrix = work_.take(size + work_length);
  for (int i = 0; i < padded; i++) {
    double* row = matrix + static_cast<std::size_t>(i) * stride;
    const int taken = i < order ? i + 1 : 0;
    const double* from = taken > 0 ? row_of(i) : nullptr;
    for (int j = 0; j < taken; j++) row[j] = from[j] * inverse;
    // The rest of the block on the diagonal, and rows that fill up the last one.
    const int end = std::min(padded, i / kTridiagonalBlock * kTridiagonalBlock + kTridiagonalBlock);
    for (int j = taken; j < end; j++) {
      row[j] = i < order && j < order ? row_of(j)[i] * inverse : 0;
    }
  }
  double* work = matrix + size;
  if (!is_large) return spectra_loops().tridiagonalise(matrix, order, stride, work, diagonal, off_diagonal);
  // LAPACK stores by columns: its upper triangle is our lower one.
  const int length = order * kBlock;
  int info = 0;
  scipy_dsytrd_("U", &order, matrix, &order, diagonal, off_diagonal, work + length, work, &length, &info, 1);
  if (info != 0) throw std::runtime_error("LAPACK refused a Gram matrix (code " + std::to_string(info) + ").");
}

void SpectrumSolver::copy(const float* values, std::size_t count, float* to) { copies_.push_back({values, count, to}); }

void SpectrumSolver::solve() {
  reduce_small();
  const auto is_larger = [](const Tridiagonal& x, const Tridiagonal& y) { return x.order > y.order; };
  std::stable_sort(waiting_.begin(), waiting_.end(), is_larger);
  for (std::size_t first = 0; first < waiting_.size(); first += kTridiagonals) {
    const auto number = std::min<std::size_t>(kTridiagonals, waiting_.size() - first);
    solve_together(waiting_.data() + first, static_cast<int>(number));
  }
  for (const Copy& each : copies_) std::copy(each.values, each.values + each.count, each.to);
  waiting_.clear();
  tridiagonals_.clear();
  copies_.clear();
}

void SpectrumSolver::solve_together(const Tridiagonal* first, int number) {
  const int order = first->order;
  const std::size_t size = static_cast<std::size_t>(order) * kTridiagonals;
  double* diagonals = diagonals_.take(2 * size + order);
  double* off_diagonals = diagonals + size;
  std::fill(diagonals, diagonals + 2 * size, 0.0);
  for (int lane = 0; lane < number; lane++) {
    const Tridiagonal& matrix = first[lane];
    const double* diagonal = tridiagonals_.data() + matrix.place;
    const double* off_diagonal = diagonal + matrix.order;
    // QL converges faster where small numbers come first.
    const int last = matrix.order - 1;
    const bool is_turned = std::abs(diagonal[0]) > std::abs(diagonal[last]);
    for (int i = 0; i <= last; i++) diagonals[i * kTridiagonals + lane] = diagonal[is_turned ? last - i : i];
    for (int i = 0; i < last; i++) off_diagonals[i * kTridiagonals + lane] = off_diagonal[is_turned ? last - 1 - i : i];
  }
  if (!spectra_loops().tridiagonal_eigenvalues(order, diagonals, off_diagonals)) {
    for (int lane = 0; lane < number; lane++) solve_slowly(first[lane]);
    return;
  }
  double* eigenvalues = off_diagonals + size;
  for (int lane = 0; lane < number; lane++) {
    for (int i = 0; i < first[lane].order; i++) eigenvalues[i] = diagonals[i * kTridiagonals + lane];
    write(first[lane], eigenvalues);
  }
}

// By LAPACK, which takes as many sweeps as it needs: what did not converge beside others is rare and must not end a run.
void SpectrumSolver::solve_slowly(const Tridiagonal& matrix) {
  double* diagonal = tridiagonals_.data() + matrix.place;
  int info = 0;
  scipy_dsterf_(&matrix.order, diagonal, diagonal + matrix.order, &info);
  if (info != 0) {
    throw std::runtime_error("No eigenvalues were found of a matrix of " + std::to_string(matrix.order) + " rows.");
  }
  write(matrix, diagonal);
}

void SpectrumSolver::write(const Tridiagonal& matrix, double* eigenvalues) {
  std::sort(eigenvalues, eigenvalues + matrix.order, std::greater<double>());
  for (int i = 0; i < matrix.count; i++) {
    const double value = std::sqrt(std::max(0.0, eigenvalues[i]) * matrix.scale);
    matrix.values[i] = static_cast<float>(value > matrix.floor ? value : 0);
  }
}

void SpectrumSolver::from_factors(const double* ka, const double* kd, int order, int count, float* values) {
  if (!has_finite_diagonal(ka, order) || !has_finite_diagonal(kd, order)) {
    std::fill(values, values + count, std::numeric_limits<float>::quiet_NaN());
    return;
  }
  const std::size_t n = order;
  double* factor = factor_.take(n * n);
  std::copy(ka, ka + n * n, factor);
  int* pivots = pivots_.take(n);
  int rank = 0;
  int info = 0;
  const double default_tolerance = -1;
  // LAPACK stores by columns: its lower triangle L is our upper one, so `factor` holds L' by rows.
  scipy_dpstrf_("L", &order, factor, &order, pivots, &rank, &default_tolerance, work_.take(2 * n), &info, 1);
  if (info < 0) throw std::runtime_error("LAPACK refused a Gram matrix (code " + std::to_string(info) + ").");
  // What follows the rank is what pivoting left over: rounding.
  for (std::size_t row = rank; row < n; row++) std::fill(factor + row * n + row, factor + (row + 1) * n, 0.0);

  double* product = product_.take(n * n);
  for (std::size_t i = 0; i < n; i++) {
    const double* row = kd + (pivots[i] - 1) * n;
    for (std::size_t j = 0; j < n; j++) product[i * n + j] = row[pivots[j] - 1];
  }
  scipy_cblas_dtrmm(kRowMajor, kLeft, kUpper, kNoTranspose, kNonUnit, order, order, 1, factor, order, product, order);
  scipy_cblas_dtrmm(kRowMajor, kRight, kUpper, kTranspose, kNonUnit, order, order, 1, factor, order, product, order);

  // The Grams are rounded at eps |K_A| and eps |K_D|, which moves an eigenvalue of the product by eps |K_A| |K_D|.
  const double floor = std::sqrt(kUnitSpacing * frobenius_norm(ka, order) * frobenius_norm(kd, order));
  from_gram(product, order, count, floor, values);
}

}  // namespace spectroscope
