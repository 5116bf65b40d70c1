// What permutation tests do with many small matrices of one order: kTridiagonals of them at once, one to a lane. The
// number (i, j), j <= i, of matrix `lane` is at [(i (i + 1) / 2 + j) * kTridiagonals + lane]: a packed lower triangle.
// Compiled for each of the instruction sets of instructions.h.
#ifndef SPECTROSCOPE_PERMUTATION_LOOPS_H_
#define SPECTROSCOPE_PERMUTATION_LOOPS_H_

#include <cstddef>
#include <cstdint>

#include "spectra_loops.h"

namespace spectroscope {

// Sets whose eigenvalues are found at once, in parts of kTridiagonals.
constexpr int kLaneParts = 4;
constexpr int kLaneSets = kLaneParts * kTridiagonals;

constexpr std::size_t triangle_length(std::size_t order) { return order * (order + 1) / 2; }

// Numbers of one spectrum, in the order of app/inference/statistics.ts: effective rank, stable rank, participation
// ratio, numerical rank, values for 90 % of the energy, energy, nuclear norm, largest, slope of ln s over ln i.
constexpr int kSummaries = 9;

// Spectra of kTridiagonals sets.
struct LaneSpectra {
  // Of each lane: singular values that the set can have; from raw to size-normalised values; what is at or below this
  // is taken as zero.
  int32_t counts[kTridiagonals];
  double factors[kTridiagonals];
  double floors[kTridiagonals];
  // Fraction of the largest at or below which a value is not resolved.
  double relative_floor;
};

struct PermutationLoops {
  // K[g, g] of a symmetric K [stride x stride] for the members [order x kTridiagonals] of each lane.
  void (*gather_block)(const double* k, int stride, const int32_t* members, int order, double* block);
  // F[g]' F[g] [columns] of F [samples x columns].
  void (*gather_gram)(const double* f, int columns, const int32_t* members, int order, double* gram);
  // F[g]' K F[g] [columns] of a gathered block K [order]. `work` has order x columns x kTridiagonals numbers.
  void (*narrow_product)(const double* block, const double* f, int columns, const int32_t* members, int order,
                         double* work, double* product);
  // L' K_D L with L L' = K_A, by Cholesky without pivoting: a pivot below `smallest` [kTridiagonals] is raised to it,
  // which moves K_A by as much. K_A becomes L; `work` has the length of a triangle.
  void (*factor_product)(double* block_a, const double* block_d, const double* smallest, int order, double* work,
                         double* product);
  // Householder's reduction of matrices whose largest number is between 1/2 and 1 times their `scales`, powers of two, or
  // that are zero; what is found is over the scales. `work` has 2 order kTridiagonals numbers; the matrices are destroyed.
  void (*tridiagonalise)(double* matrices, int order, const double* scales, double* work, double* diagonals,
                         double* off_diagonals);
  // Eigenvalues of kLaneSets matrices [kLaneParts x order x kTridiagonals], each in place of its diagonal, unsorted; the
  // off-diagonals are destroyed. False: some did not converge.
  bool (*eigenvalues)(int order, double* diagonals, double* off_diagonals);
  // Of eigenvalues [order x kTridiagonals] times `scales`: singular values, descending, size-normalised, in their place
  // (those of a lane after the last that is resolved are zero); summaries [kSummaries x kTridiagonals], NaN where a
  // lane can have no value. `logs` has ln i of the places i from 1.
  void (*summarise)(double* eigenvalues, int order, const double* scales, const LaneSpectra& spectra, const double* logs,
                    double* summaries);
  // Sums of P [samples x samples] over the samples of each two groups: `is_in` [groups x samples x kTridiagonals] is 1
  // for a member, else 0; sums [groups x groups x kTridiagonals], g <= h.
  void (*sum_pairs)(const double* p, int samples, const double* is_in, int groups, double* sums);
};

extern const PermutationLoops permutation_loops_plain;
#if defined(__x86_64__)
extern const PermutationLoops permutation_loops_avx2;
extern const PermutationLoops permutation_loops_avx512;
#endif

const PermutationLoops& permutation_loops();

}  // namespace spectroscope

#endif  // SPECTROSCOPE_PERMUTATION_LOOPS_H_
