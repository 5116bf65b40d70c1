// Gram matrices in float64 of matrices stored by rows.
#ifndef SPECTROSCOPE_GRAM_H_
#define SPECTROSCOPE_GRAM_H_

#include <cstdint>

#include "scratch.h"

namespace spectroscope {

// Copies the upper triangle of K [order x order] to the lower one.
void mirror_upper(double* k, int order);

class GramBuilder {
 public:
  // `T` is float or double.

  // K = X X', X [rows x columns], K [rows x rows], both triangles.
  template <typename T>
  void of_rows(const T* x, int rows, int64_t columns, double* k);

  // K = X'X, X [rows x columns], K [columns x columns], both triangles.
  template <typename T>
  void of_columns(const T* x, int64_t rows, int columns, double* k);

 private:
  Scratch<double> panel_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_GRAM_H_
