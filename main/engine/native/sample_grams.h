// What is kept of a layer at one step so that it can be looked at later under another labelling of the samples.
#ifndef SPECTROSCOPE_SAMPLE_GRAMS_H_
#define SPECTROSCOPE_SAMPLE_GRAMS_H_

#include <cstdint>
#include <vector>

#include "gram.h"
#include "layer_spectra.h"
#include "patches.h"
#include "scratch.h"

namespace spectroscope {

// Whether each sample brings one row to A and one to D and the gradient is A'D.
bool has_single_rows(const LayerShape& shape);

// |G_i| = |a_i| |d_i| of each sample's gradient, of a layer with single rows; empty for others.
std::vector<float> sample_gradient_norms(const LayerShape& shape, int64_t samples, const LayerData& data);

// Holds memory that is used again, so each thread needs its own.
class SampleGrams {
 public:
  // Upper triangles with diagonal by rows, [samples x samples], one after the other: inner products of the samples' whole
  // activations, of their whole adjoints and, unless the layer has single rows (whose P = K_A o K_D), of their gradients.
  std::vector<double> compute(const LayerShape& shape, int64_t samples, const LayerData& data);

 private:
  void products_of_rows(const LayerShape& shape, int64_t samples, const LayerData& data, double* p);
  void products_of_gradients(const LayerShape& shape, int64_t samples, const LayerData& data, double* p);
  // Columns column .. column + taken of the gradient of sample `sample`: [gradient rows x taken].
  void gradient_columns(const LayerShape& shape, const LayerData& data, int64_t sample, int column, int taken,
                        double* gradient);

  GramBuilder grams_;
  Patches patches_;
  Scratch<double> gram_, rows_a_, rows_d_, gradients_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SAMPLE_GRAMS_H_
