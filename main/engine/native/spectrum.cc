#include "spectrum.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <string>

#include "blas.h"

namespace spectroscope {
namespace {

constexpr double kUnitSpacing = std::numeric_limits<double>::epsilon();
// Columns that LAPACK reduces at once; its own choice for dsytrd.
constexpr int kBlock = 32;

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

void SpectrumSolver::from_gram(double* k, int order, int count, double floor, float* values) {
  if (!has_finite_diagonal(k, order)) {
    std::fill(values, values + count, std::numeric_limits<float>::quiet_NaN());
    return;
  }
  double* diagonal = diagonals_.take(3 * static_cast<std::size_t>(order));
  double* off_diagonal = diagonal + order;
  double* tau = off_diagonal + order;
  const int work_length = order * kBlock;
  int info = 0;
  scipy_dsytrd_("L", &order, k, &order, diagonal, off_diagonal, tau, work_.take(work_length), &work_length, &info, 1);
  if (info == 0) scipy_dsterf_(&order, diagonal, off_diagonal, &info);
  if (info != 0) throw std::runtime_error("LAPACK found no eigenvalues (code " + std::to_string(info) + ").");
  for (int i = 0; i < count; i++) {
    const double value = std::sqrt(std::max(0.0, diagonal[order - 1 - i]));
    values[i] = static_cast<float>(value > floor ? value : 0);
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
