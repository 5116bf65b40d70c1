// Summaries under many labellings, one labelling after the other: of groups of any size, by LAPACK where they are large.
#ifndef SPECTROSCOPE_SET_SUMMARISER_H_
#define SPECTROSCOPE_SET_SUMMARISER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "permutations.h"
#include "scratch.h"
#include "spectrum.h"

namespace spectroscope {

// |s - t| / rms(|s|, |t|) of two normalised spectra, the shorter one ending in zeros.
double spectrum_distance(const float* s, int s_count, double s_factor, const float* t, int t_count, double t_factor);

// Each thread has one of these.
class SetSummariser {
 public:
  SetSummariser(const PermutationProblem& problem, PermutationSummaries& out)
      : problem_(problem), out_(out), samples_(problem.samples), groups_(problem.groups) {}

  // The labellings first .. last: summaries and distances.
  void run(std::size_t first, std::size_t last);

 private:
  void hand_over(std::size_t labelling, float* values);
  void write(std::size_t labelling, int which, const float* values);
  double* block(const std::vector<double>& gram, const int32_t* members, int n, Scratch<double>& memory);
  float* values_of(float* values, std::size_t labelling, int which, std::size_t group) const {
    return values + ((labelling * kQuantities + which) * groups_ + group) * samples_;
  }
  const int32_t* sizes_of(std::size_t labelling) const { return problem_.group_sizes.data() + labelling * groups_; }

  const PermutationProblem& problem_;
  PermutationSummaries& out_;
  const std::size_t samples_;
  const std::size_t groups_;
  SpectrumSolver solver_;
  Scratch<double> block_a_, block_d_;
  Scratch<float> values_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SET_SUMMARISER_H_
