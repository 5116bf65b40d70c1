#include "lane_summariser.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "blas.h"
#include "spectra_loops.h"

namespace spectroscope {
namespace {

constexpr double kUnitSpacing = std::numeric_limits<double>::epsilon();
constexpr int kMostExponent = 1000;

// A power of two above the number: scaling by it rounds nothing.
double scale_above(double largest) {
  int exponent = 0;
  std::frexp(largest, &exponent);
  return largest > 0 ? std::ldexp(1.0, std::clamp(exponent, -kMostExponent, kMostExponent)) : 1.0;
}

bool all_finite(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * 0;
  return sum == 0;
}

std::vector<LabelledSet> sets_of(const PermutationProblem& problem) {
  std::vector<LabelledSet> sets;
  for (std::size_t labelling = 0; labelling < problem.labellings(); labelling++) {
    auto first = static_cast<int32_t>(labelling * problem.samples);
    for (int32_t group = 0; group < problem.groups; group++) {
      const int32_t size = problem.group_sizes[labelling * problem.groups + group];
      if (size > 0) sets.push_back({static_cast<int32_t>(labelling), group, size, first});
      first += size;
    }
  }
  // How many are larger than each size, and so where the first one of it belongs.
  std::vector<std::size_t> places(problem.samples + 2);
  for (const LabelledSet& set : sets) places[set.size - 1]++;
  std::size_t larger = 0;
  for (std::size_t size = places.size(); size-- > 0;) larger += std::exchange(places[size], larger);
  std::vector<LabelledSet> sorted(sets.size());
  for (const LabelledSet& set : sets) sorted[places[set.size - 1]++] = set;
  return sorted;
}

// A bound that holds whatever the samples are, or all of them.
int most_columns(Side side, int columns, int samples) {
  return side == Side::kSample ? std::min(columns, samples) : samples;
}

}  // namespace

FactoredGram::FactoredGram(const std::vector<double>& gram, int samples, int most) {
  const std::size_t n = samples;
  k.assign((n + 1) * (n + 1), 0);
  for (std::size_t i = 0; i < n; i++) std::copy_n(gram.data() + i * n, n, k.data() + i * (n + 1));
  std::vector<double> factor(gram), work(2 * n);
  std::vector<int> pivots(n);
  int info = 0;
  const double default_tolerance = -1;
  // LAPACK stores by columns: its upper triangle U is our lower one, and row i of U' belongs to sample pivots[i].
  scipy_dpstrf_("U", &samples, factor.data(), &samples, pivots.data(), &rank, &default_tolerance, work.data(), &info, 1);
  if (info < 0) throw std::runtime_error("LAPACK refused a Gram matrix (code " + std::to_string(info) + ").");
  rank = std::min(rank, most);
  f.assign((n + 1) * rank, 0);
  for (std::size_t i = 0; i < n; i++) {
    const std::size_t taken = std::min<std::size_t>(rank, i + 1);
    std::copy_n(factor.data() + i * n, taken, f.data() + static_cast<std::size_t>(pivots[i] - 1) * rank);
  }
}

bool LaneProblem::suits(const PermutationProblem& problem) {
  return *std::max_element(problem.group_sizes.begin(), problem.group_sizes.end()) <= kLargestInLanes &&
         all_finite(problem.gram_a) && all_finite(problem.gram_d);
}

LaneProblem::LaneProblem(const PermutationProblem& problem)
    : problem(problem),
      sets(sets_of(problem)),
      gram_a(problem.gram_a, problem.samples,
             most_columns(problem.shape.activations.side, problem.shape.activations.columns, problem.samples)),
      gram_d(problem.gram_d, problem.samples,
             most_columns(problem.shape.adjoints.side, problem.shape.adjoints.columns, problem.samples)),
      logs(problem.samples) {
  for (std::size_t i = 0; i < logs.size(); i++) logs[i] = std::log(i + 1.0);
}

LaneSummariser::LaneSummariser(const LaneProblem& of, PermutationSummaries& out, float* spectra)
    : of_(of), problem_(of.problem), out_(out), spectra_(spectra), loops_(permutation_loops()) {}

bool LaneSummariser::run(std::size_t first) {
  order_ = of_.sets[first].size;
  const std::size_t rows = static_cast<std::size_t>(order_) * kTridiagonals;
  const std::size_t block = kTridiagonals * triangle_length(order_);
  int32_t* members = members_.take(rows * kLaneParts);
  double* blocks_a = block_a_.take(block * kLaneParts);
  double* blocks_d = block_d_.take(block * kLaneParts);
  for (int i = 0; i < kLaneParts; i++) {
    const std::size_t begin = std::min(of_.sets.size(), first + i * kTridiagonals);
    parts_[i].sets = of_.sets.data() + begin;
    parts_[i].taken = static_cast<int>(std::min<std::size_t>(kTridiagonals, of_.sets.size() - begin));
    int32_t* of_part = members + i * rows;
    gather(parts_[i], of_part);
    loops_.gather_block(of_.gram_a.k.data(), problem_.samples + 1, of_part, order_, blocks_a + i * block);
    loops_.gather_block(of_.gram_d.k.data(), problem_.samples + 1, of_part, order_, blocks_d + i * block);
  }
  double* diagonals = tridiagonals_.take(2 * rows * kLaneParts);
  double* off_diagonals = diagonals + rows * kLaneParts;
  // The gradient first: the others destroy their blocks.
  for (const int which : {2, 0, 1}) {
    if (!problem_.is_captured(which)) continue;
    int order = 0;
    for (int i = 0; i < kLaneParts; i++) {
      double* matrices = nullptr;
      order = matrices_of(which, parts_[i], blocks_a + i * block, blocks_d + i * block, members + i * rows, matrices);
      const std::size_t place = static_cast<std::size_t>(i) * order * kTridiagonals;
      reduce(parts_[i], matrices, order, diagonals + place, off_diagonals + place);
    }
    if (!loops_.eigenvalues(order, diagonals, off_diagonals)) return false;
    for (int i = 0; i < kLaneParts; i++) {
      write(which, parts_[i], diagonals + static_cast<std::size_t>(i) * order * kTridiagonals, order);
    }
  }
  return true;
}

// Members of each lane, and what their Grams' diagonals tell.
void LaneSummariser::gather(Part& part, int32_t* members) {
  const std::size_t stride = problem_.samples + 1;
  for (int lane = 0; lane < kTridiagonals; lane++) {
    double largest_a = 0, largest_d = 0;
    part.trace_a[lane] = part.trace_d[lane] = 0;
    for (int i = 0; i < order_; i++) {
      const bool is_there = lane < part.taken && i < part.sets[lane].size;
      const int32_t member = is_there ? problem_.orders[part.sets[lane].first + i] : problem_.samples;
      members[i * kTridiagonals + lane] = member;
      const double a = of_.gram_a.k[member * stride + member];
      const double d = of_.gram_d.k[member * stride + member];
      part.trace_a[lane] += a;
      part.trace_d[lane] += d;
      largest_a = std::max(largest_a, a);
      largest_d = std::max(largest_d, d);
    }
    part.scale_a[lane] = scale_above(largest_a);
    part.scale_d[lane] = scale_above(largest_d);
  }
}

int LaneSummariser::matrices_of(int which, Part& part, double* block_a, double* block_d, const int32_t* members,
                                double*& matrices) {
  if (which == 2) return gradient_of(part, block_a, block_d, members, matrices);
  std::copy_n(which == 0 ? part.scale_a : part.scale_d, kTridiagonals, part.scales);
  std::fill_n(part.floors, kTridiagonals, 0.0);
  return rows_of(which == 0 ? of_.gram_a : of_.gram_d, which == 0 ? block_a : block_d, members, matrices);
}

int LaneSummariser::rows_of(const FactoredGram& gram, double* block, const int32_t* members, double*& matrices) {
  matrices = block;
  if (gram.rank >= order_) return order_;
  const int rank = std::max(1, gram.rank);
  matrices = product_.take(kTridiagonals * (triangle_length(rank) + rank));
  if (gram.rank == 0) {
    std::fill_n(matrices, kTridiagonals, 0.0);
  } else {
    loops_.gather_gram(gram.f.data(), gram.rank, members, order_, matrices);
  }
  return rank;
}

int LaneSummariser::gradient_of(Part& part, double* block_a, const double* block_d, const int32_t* members,
                                double*& matrices) {
  const std::size_t length = kTridiagonals * triangle_length(order_);
  const bool by_a = of_.gram_a.rank <= of_.gram_d.rank;
  const FactoredGram& smaller = by_a ? of_.gram_a : of_.gram_d;
  const int order = std::clamp(smaller.rank, 1, order_);
  matrices = product_.take(length);
  double* work = work_.take(static_cast<std::size_t>(order_) * order_ * kTridiagonals);
  if (smaller.rank == 0) {
    std::fill_n(matrices, kTridiagonals, 0.0);
  } else if (smaller.rank < order_) {
    loops_.narrow_product(by_a ? block_d : block_a, smaller.f.data(), smaller.rank, members, order_, work, matrices);
  } else {
    Lanes smallest;
    for (int lane = 0; lane < kTridiagonals; lane++) {
      // A lane without numbers has pivots all the same.
      smallest[lane] = std::max(kUnitSpacing * part.trace_a[lane], std::numeric_limits<double>::min());
    }
    double* factor = factor_.take(length);
    std::copy_n(block_a, length, factor);
    loops_.factor_product(factor, block_d, smallest, order_, work, matrices);
  }
  for (int lane = 0; lane < kTridiagonals; lane++) {
    double largest = 0;
    for (int i = 0; i < order; i++) {
      largest = std::max(largest, matrices[(triangle_length(i) + i) * kTridiagonals + lane]);
    }
    part.scales[lane] = scale_above(largest);
    // The Grams are rounded at eps |K_A| and eps |K_D|, which moves an eigenvalue of the product by eps |K_A| |K_D|; the
    // traces are no smaller than the norms.
    part.floors[lane] = std::sqrt(kUnitSpacing * part.trace_a[lane] * part.trace_d[lane]);
  }
  return order;
}

void LaneSummariser::reduce(Part& part, double* matrices, int order, double* diagonals, double* off_diagonals) {
  double* work = work_.take(2 * static_cast<std::size_t>(order) * kTridiagonals);
  loops_.tridiagonalise(matrices, order, part.scales, work, diagonals, off_diagonals);
}

void LaneSummariser::write(int which, const Part& part, double* eigenvalues, int order) {
  LaneSpectra spectra;
  spectra.relative_floor = problem_.floors[which];
  for (int lane = 0; lane < kTridiagonals; lane++) {
    const int size = lane < part.taken ? part.sets[lane].size : 0;
    spectra.counts[lane] = std::min(problem_.count(which, size), order);
    spectra.factors[lane] = problem_.factor(which, size);
    spectra.floors[lane] = part.floors[lane];
  }
  double summaries[kSummaries * kTridiagonals];
  loops_.summarise(eigenvalues, order, part.scales, spectra, of_.logs.data(), summaries);
  for (int lane = 0; lane < part.taken; lane++) {
    const LabelledSet& set = part.sets[lane];
    const std::size_t place =
        (static_cast<std::size_t>(set.labelling) * kQuantities + which) * problem_.groups + set.group;
    float* to = out_.summaries.data() + place * kSummaries;
    for (int i = 0; i < kSummaries; i++) to[i] = static_cast<float>(summaries[i * kTridiagonals + lane]);
    float* values = spectra_ + place * problem_.samples;
    for (int i = 0; i < order; i++) values[i] = static_cast<float>(eigenvalues[i * kTridiagonals + lane]);
    for (int i = order; i < set.size; i++) values[i] = 0;
  }
}

}  // namespace spectroscope
