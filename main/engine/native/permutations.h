// What permutation tests need: summaries of the spectra of every group under many labellings of the samples of one batch.
#ifndef SPECTROSCOPE_PERMUTATIONS_H_
#define SPECTROSCOPE_PERMUTATIONS_H_

#include <node_api.h>

#include <cstdint>
#include <vector>

#include "layer_spectra.h"
#include "permutation_loops.h"

namespace spectroscope {

constexpr int kQuantities = 3;

struct PermutationProblem {
  LayerShape shape;
  int32_t samples;
  int32_t groups;
  // Of each labelling: sizes of the groups in the batch [labellings x groups], and the samples sorted by group
  // [labellings x samples].
  std::vector<int32_t> group_sizes, orders;
  // [samples x samples] each; `products` are <G_i, G_j>.
  std::vector<double> gram_a, gram_d, products;
  // For activations, adjoints and gradient: fraction of the largest at or below which a value is not resolved, and the
  // factor from raw to size-normalised values of a set of n samples [quantities x samples], n from 1.
  std::vector<double> floors, factors;

  // Whether all statistics of the spectra are wanted, or the energies alone, which need no eigenvalues.
  bool wants_spectra;

  std::size_t labellings() const { return orders.size() / samples; }
  bool is_captured(int which) const;
  // Singular values of a set of n samples.
  int count(int which, int n) const;
  // From raw to size-normalised values of a set of n samples; 0 of none.
  double factor(int which, int n) const { return n == 0 ? 0 : factors[static_cast<std::size_t>(which) * samples + n - 1]; }
};

struct PermutationSummaries {
  std::vector<float> summaries;  // [labellings x quantities x groups x kSummaries], of normalised spectra
  std::vector<float> distances;  // [labellings x quantities x pairs of groups], |s_g - s_h| / rms(|s_g|, |s_h|)
  std::vector<float> cosines;    // [labellings x pairs of groups], of the groups' gradients
};

// NaN where a group has no sample, a quantity is not on the sample side, or a statistic is not wanted. Shared out over
// `threads`.
PermutationSummaries summaries_of_permutations(const PermutationProblem& problem, int threads);

// Adds the function `summariesOfPermutations` to what the binding exports. False: Node-API refused.
bool register_permutations(napi_env env, napi_value exports);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_PERMUTATIONS_H_
