// Sums over the rows of a scan: the same numbers in the same order as `Totals` in app/data/scan-statistics.ts.
#ifndef SPECTROSCOPE_SCAN_TOTALS_H_
#define SPECTROSCOPE_SCAN_TOTALS_H_

#include <cstddef>
#include <limits>

namespace spectroscope {

class ScanTotals {
 public:
  // `shift`: a value of the scan; without it the squares of large values would swallow their spread.
  explicit ScanTotals(double shift) : shift_(shift) {}

  // Returns whether all values of the row are zero, as bits.
  bool add_row(const float* values, std::size_t count);

  float minimum() const { return minimum_; }
  float maximum() const { return maximum_; }
  double zeros() const { return zeros_; }
  double not_numbers() const { return not_numbers_; }
  double mean() const;
  double standard_deviation() const;

 private:
  void add_one_by_one(const float* values, std::size_t count);
  double numbers() const { return others_ + zeros_; }
  double mean_rest() const;

  const double shift_;
  float minimum_ = std::numeric_limits<float>::infinity();
  float maximum_ = -std::numeric_limits<float>::infinity();
  double zeros_ = 0;
  double not_numbers_ = 0;
  // Of the values that are neither zero nor no numbers, less the shift.
  double sum_ = 0;
  double squares_ = 0;
  double others_ = 0;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SCAN_TOTALS_H_
