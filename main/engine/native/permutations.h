// What permutation tests need: summaries of the spectra of every group under many labellings of the samples of one batch.
#ifndef SPECTROSCOPE_PERMUTATIONS_H_
#define SPECTROSCOPE_PERMUTATIONS_H_

#include <node_api.h>

#include <cstdint>
#include <vector>

#include "layer_spectra.h"

namespace spectroscope {

// Numbers of one spectrum, in the order of app/inference/statistics.ts: effective rank, stable rank, participation
// ratio, numerical rank, values for 90 % of the energy, energy, nuclear norm, largest, slope of ln s over ln i.
constexpr int kSummaries = 9;
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

  std::size_t labellings() const { return orders.size() / samples; }
};

struct PermutationSummaries {
  std::vector<float> summaries;  // [labellings x quantities x groups x kSummaries], of normalised spectra
  std::vector<float> distances;  // [labellings x quantities x pairs of groups], |s_g - s_h| / rms(|s_g|, |s_h|)
  std::vector<float> cosines;    // [labellings x pairs of groups], of the groups' gradients
};

// NaN where a group has no sample or a quantity is not on the sample side. Shared out over `threads`.
PermutationSummaries summaries_of_permutations(const PermutationProblem& problem, int threads);

// Adds the function `summariesOfPermutations` to what the binding exports. False: Node-API refused.
bool register_permutations(napi_env env, napi_value exports);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_PERMUTATIONS_H_
