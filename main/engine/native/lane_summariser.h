// Summaries under many labellings, of small groups: sets of one size are taken together, each in a lane of its own.
#ifndef SPECTROSCOPE_LANE_SUMMARISER_H_
#define SPECTROSCOPE_LANE_SUMMARISER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "permutation_loops.h"
#include "permutations.h"
#include "scratch.h"

namespace spectroscope {

// Larger groups' matrices leave the second-level cache when kTridiagonals of them are taken at once.
constexpr int kLargestInLanes = 96;

// A group under a labelling.
struct LabelledSet {
  int32_t labelling;
  int32_t group;
  int32_t size;
  // Of its first member, in the problem's orders.
  int32_t first;
};

// A symmetric matrix [samples x samples] and its factor F [samples x rank], F F' = K: of a matrix of few columns the
// factor of a set is smaller than its block. Both end in a row of zeros, for lanes that have fewer members.
struct FactoredGram {
  FactoredGram(const std::vector<double>& gram, int samples, int most);
  std::vector<double> k;  // [samples + 1 x samples + 1]
  std::vector<double> f;  // [samples + 1 x rank]
  int rank = 0;
};

// What is the same for all sets of a problem, read by all threads.
class LaneProblem {
 public:
  explicit LaneProblem(const PermutationProblem& problem);
  // Groups of many samples, and Grams with numbers that are not finite, are not taken.
  static bool suits(const PermutationProblem& problem);

  const PermutationProblem& problem;
  // Largest first; absent groups are left out.
  std::vector<LabelledSet> sets;
  FactoredGram gram_a, gram_d;
  std::vector<double> logs;
};

// Each thread has one of these.
class LaneSummariser {
 public:
  LaneSummariser(const LaneProblem& of, PermutationSummaries& out, float* spectra);
  // kLaneSets sets from `first` on, or as many as there are: summaries, and in `spectra` [labellings x quantities x groups
  // x samples] the normalised values. False: eigenvalues did not converge.
  bool run(std::size_t first);

 private:
  using Lanes = double[kTridiagonals];

  // kTridiagonals of the sets, and what is found for each of them on the way.
  struct Part {
    const LabelledSet* sets;
    int taken;
    Lanes trace_a, trace_d, scale_a, scale_d;
    // Of a quantity: its tridiagonal matrices are over `scales`; what is at or below `floors` is zero.
    Lanes scales, floors;
  };

  void gather(Part& part, int32_t* members);
  // Matrices whose eigenvalues are the squares of the quantity's singular values; their order.
  int matrices_of(int which, Part& part, double* block_a, double* block_d, const int32_t* members, double*& matrices);
  int rows_of(const FactoredGram& gram, double* block, const int32_t* members, double*& matrices);
  int gradient_of(Part& part, double* block_a, const double* block_d, const int32_t* members, double*& matrices);
  void reduce(Part& part, double* matrices, int order, double* diagonals, double* off_diagonals);
  void write(int which, const Part& part, double* eigenvalues, int order);

  const LaneProblem& of_;
  const PermutationProblem& problem_;
  PermutationSummaries& out_;
  float* const spectra_;
  const PermutationLoops& loops_;
  int order_ = 0;
  Part parts_[kLaneParts];
  Scratch<int32_t> members_;
  Scratch<double> block_a_, block_d_, factor_, product_, work_, tridiagonals_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_LANE_SUMMARISER_H_
