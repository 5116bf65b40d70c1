#include "permutations.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>

#include "blas.h"
#include "lane_summariser.h"
#include "set_summariser.h"

namespace spectroscope {
namespace {

constexpr float kAbsent = std::numeric_limits<float>::quiet_NaN();

// Runs work(worker) on so many threads, this one among them; throws what the first of them threw.
void share_out(std::size_t workers, const std::function<void(std::size_t)>& work) {
  std::vector<std::exception_ptr> failures(workers);
  const auto guarded = [&](std::size_t worker) {
    try {
      work(worker);
    } catch (...) {
      failures[worker] = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (std::size_t worker = 1; worker < workers; worker++) others.emplace_back(guarded, worker);
  guarded(0);
  for (std::thread& other : others) other.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure != nullptr) std::rethrow_exception(failure);
  }
}

void write_distances(const PermutationProblem& problem, const float* spectra, std::size_t labelling,
                     PermutationSummaries& found) {
  const std::size_t groups = problem.groups;
  const int32_t* sizes = problem.group_sizes.data() + labelling * groups;
  for (int which = 0; which < kQuantities; which++) {
    const std::size_t place = labelling * kQuantities + which;
    float* out = found.distances.data() + place * (groups * (groups - 1) / 2);
    if (!problem.is_captured(which)) continue;
    const float* values = spectra + place * groups * problem.samples;
    for (std::size_t g = 0; g < groups; g++) {
      for (std::size_t h = g + 1; h < groups; h++, out++) {
        if (sizes[g] == 0 || sizes[h] == 0) continue;
        *out = static_cast<float>(spectrum_distance(values + g * problem.samples, problem.count(which, sizes[g]), 1,
                                                    values + h * problem.samples, problem.count(which, sizes[h]), 1));
      }
    }
  }
}

// Sets of one size together; what does not converge so, one labelling after the other.
void summarise_in_lanes(const PermutationProblem& problem, std::size_t threads, PermutationSummaries& found) {
  const LaneProblem shared(problem);
  const std::size_t packs = (shared.sets.size() + kLaneSets - 1) / kLaneSets;
  const std::unique_ptr<float[]> spectra(
      new float[problem.labellings() * kQuantities * problem.groups * problem.samples]);
  std::atomic<std::size_t> next = 0;
  std::mutex guard;
  std::vector<std::size_t> left;
  share_out(std::min(threads, packs), [&](std::size_t) {
    LaneSummariser summariser(shared, found, spectra.get());
    for (std::size_t pack = next++; pack < packs; pack = next++) {
      if (summariser.run(pack * kLaneSets)) continue;
      const std::lock_guard<std::mutex> lock(guard);
      left.push_back(pack);
    }
  });
  for (std::size_t labelling = 0; labelling < problem.labellings(); labelling++) {
    write_distances(problem, spectra.get(), labelling, found);
  }
  SetSummariser slowly(problem, found);
  for (const std::size_t pack : left) {
    const std::size_t end = std::min(shared.sets.size(), (pack + 1) * kLaneSets);
    for (std::size_t set = pack * kLaneSets; set < end; set++) {
      slowly.run(shared.sets[set].labelling, shared.sets[set].labelling + 1);
    }
  }
}

void summarise_by_sets(const PermutationProblem& problem, std::size_t threads, PermutationSummaries& found) {
  const std::size_t labellings = problem.labellings();
  const std::size_t workers = std::min(threads, std::max<std::size_t>(1, labellings));
  share_out(workers, [&](std::size_t worker) {
    SetSummariser(problem, found).run(labellings * worker / workers, labellings * (worker + 1) / workers);
  });
}

// The energy alone: of rows the trace, of a gradient its inner product with itself.
void write_energies(const PermutationProblem& problem, std::size_t labelling, const double* own_products,
                    PermutationSummaries& found) {
  constexpr int kEnergy = 5;
  const std::size_t n = problem.samples;
  const int32_t* member = problem.orders.data() + labelling * n;
  for (int32_t group = 0; group < problem.groups; group++) {
    const int32_t size = problem.group_sizes[labelling * problem.groups + group];
    double energies[kQuantities] = {0, 0, own_products == nullptr ? 0 : own_products[group]};
    for (int32_t i = 0; i < size; i++, member++) {
      energies[0] += problem.gram_a[*member * n + *member];
      energies[1] += problem.gram_d[*member * n + *member];
    }
    for (int which = 0; which < kQuantities; which++) {
      if (!problem.is_captured(which) || size == 0) continue;
      const double factor = problem.factor(which, size);
      found.summaries[((labelling * kQuantities + which) * problem.groups + group) * kSummaries + kEnergy] =
          static_cast<float>(energies[which] * factor * factor);
    }
  }
}

// Cosines between the groups' gradients, and energies where nothing else of the spectra is wanted.
void write_products(const PermutationProblem& problem, PermutationSummaries& found) {
  const std::size_t n = problem.samples;
  const std::size_t groups = problem.groups;
  const bool has_products = !problem.products.empty();
  std::vector<double> is_in(groups * n * kTridiagonals), sums(groups * groups * kTridiagonals), own(groups);
  for (std::size_t first = 0; first < problem.labellings(); first += kTridiagonals) {
    const std::size_t taken = std::min<std::size_t>(kTridiagonals, problem.labellings() - first);
    if (has_products) {
      std::fill(is_in.begin(), is_in.end(), 0.0);
      for (std::size_t lane = 0; lane < taken; lane++) {
        const int32_t* member = problem.orders.data() + (first + lane) * n;
        for (std::size_t group = 0; group < groups; group++) {
          const int32_t size = problem.group_sizes[(first + lane) * groups + group];
          for (int32_t i = 0; i < size; i++, member++) is_in[(group * n + *member) * kTridiagonals + lane] = 1;
        }
      }
      permutation_loops().sum_pairs(problem.products.data(), problem.samples, is_in.data(), problem.groups,
                                    sums.data());
    }
    for (std::size_t lane = 0; lane < taken; lane++) {
      const auto product = [&](std::size_t g, std::size_t h) { return sums[(g * groups + h) * kTridiagonals + lane]; };
      float* out = found.cosines.data() + (first + lane) * (groups * (groups - 1) / 2);
      for (std::size_t g = 0; has_products && g < groups; g++) {
        own[g] = product(g, g);
        for (std::size_t h = g + 1; h < groups; h++, out++) {
          const double norms = product(g, g) * product(h, h);
          if (norms > 0) *out = static_cast<float>(product(g, h) / std::sqrt(norms));
        }
      }
      if (!problem.wants_spectra) write_energies(problem, first + lane, has_products ? own.data() : nullptr, found);
    }
  }
}

}  // namespace

bool PermutationProblem::is_captured(int which) const {
  return (which == 0 ? shape.activations.side : which == 1 ? shape.adjoints.side : shape.gradient.side) ==
         Side::kSample;
}

int PermutationProblem::count(int which, int n) const {
  const int most = which == 0   ? std::min(shape.activations.columns, shape.activations.values)
                   : which == 1 ? std::min(shape.adjoints.columns, shape.adjoints.values)
                                : std::min({shape.gradient.rows, shape.gradient.columns, shape.gradient.values});
  return std::min(n, most);
}

PermutationSummaries summaries_of_permutations(const PermutationProblem& problem, int threads) {
  const std::size_t groups = problem.groups;
  const std::size_t pairs = groups * (groups - 1) / 2;
  const std::size_t labellings = problem.labellings();
  PermutationSummaries found;
  found.summaries.assign(labellings * kQuantities * groups * kSummaries, kAbsent);
  found.distances.assign(labellings * kQuantities * pairs, kAbsent);
  found.cosines.assign(labellings * pairs, kAbsent);
  scipy_openblas_set_num_threads(1);
  write_products(problem, found);
  if (!problem.wants_spectra) return found;
  if (LaneProblem::suits(problem)) {
    summarise_in_lanes(problem, threads, found);
  } else {
    summarise_by_sets(problem, threads, found);
  }
  return found;
}

}  // namespace spectroscope
