#include "set_summariser.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spectroscope {
namespace {

constexpr float kAbsent = std::numeric_limits<float>::quiet_NaN();
constexpr double kEnergyShare = 0.9;
// Fewer points have no slope worth the name.
constexpr int kFewestForSlope = 3;

// Slope of ln s over ln i, i from 1, by least squares.
double log_slope(const float* values, int count) {
  if (count < kFewestForSlope) return std::numeric_limits<double>::quiet_NaN();
  double x = 0, y = 0, xx = 0, xy = 0;
  for (int i = 0; i < count; i++) {
    const double u = std::log(i + 1.0);
    const double v = std::log(static_cast<double>(values[i]));
    x += u;
    y += v;
    xx += u * u;
    xy += u * v;
  }
  return (count * xy - x * y) / (count * xx - x * x);
}

// app/spectra/summaries.ts has the definitions; descending values, those that are not resolved do not count.
void summarise(const float* values, int present, double floor, double factor, float* out) {
  if (present == 0 || std::isnan(values[0])) return std::fill(out, out + kSummaries, kAbsent);
  const double largest = values[0];
  int count = 0;
  double sum = 0, squares = 0, fourths = 0, weighted = 0;
  for (; count < present && values[count] > floor * largest && values[count] > 0; count++) {
    const double s = values[count] / largest;
    sum += s;
    squares += s * s;
    fourths += s * s * s * s;
    weighted += s * std::log(s);
  }
  if (count == 0) return std::fill(out, out + kSummaries, 0.0f);
  int needed = 0;
  for (double held = 0; needed < count && held < kEnergyShare * squares; needed++) {
    held += (values[needed] / largest) * (values[needed] / largest);
  }
  const double normalised = largest * factor;
  const double all[kSummaries] = {std::exp(std::log(sum) - weighted / sum),
                                  squares,
                                  squares * squares / fourths,
                                  static_cast<double>(count),
                                  static_cast<double>(needed),
                                  squares * normalised * normalised,
                                  sum * normalised,
                                  normalised,
                                  log_slope(values, count)};
  for (int i = 0; i < kSummaries; i++) out[i] = static_cast<float>(all[i]);
}

// The solver finds the values of several matrices of one size in the time of one.
constexpr std::size_t kAtOnce = 16;

}  // namespace

double spectrum_distance(const float* s, int s_count, double s_factor, const float* t, int t_count, double t_factor) {
  double apart = 0, norms = 0;
  for (int i = 0; i < std::max(s_count, t_count); i++) {
    const double a = i < s_count ? s[i] * s_factor : 0;
    const double b = i < t_count ? t[i] * t_factor : 0;
    apart += (a - b) * (a - b);
    norms += (a * a + b * b) / 2;
  }
  return std::sqrt(apart / norms);
}

void SetSummariser::run(std::size_t first, std::size_t last) {
  for (std::size_t labelling = first; labelling < last; labelling += kAtOnce) {
    const std::size_t taken = std::min(kAtOnce, last - labelling);
    float* values = values_.take(kAtOnce * kQuantities * groups_ * samples_);
    for (std::size_t i = 0; i < taken; i++) hand_over(labelling + i, values_of(values, i, 0, 0));
    solver_.solve();
    for (std::size_t i = 0; i < taken; i++) {
      for (int which = 0; which < kQuantities; which++) write(labelling + i, which, values_of(values, i, which, 0));
    }
  }
}

// Matrices of all quantities and groups; `values` receives [quantities x groups x samples].
void SetSummariser::hand_over(std::size_t labelling, float* values) {
  const int32_t* members = problem_.orders.data() + labelling * samples_;
  for (std::size_t group = 0; group < groups_; group++) {
    const int n = sizes_of(labelling)[group];
    if (n == 0) continue;
    double* gram_a = block(problem_.gram_a, members, n, block_a_);
    double* gram_d = block(problem_.gram_d, members, n, block_d_);
    members += n;
    float* to = values + group * samples_;
    const std::size_t next = groups_ * samples_;
    if (problem_.is_captured(2)) solver_.from_factors(gram_a, gram_d, n, problem_.count(2, n), to + 2 * next);
    if (problem_.is_captured(0)) solver_.from_gram(gram_a, n, problem_.count(0, n), 0, to);
    if (problem_.is_captured(1)) solver_.from_gram(gram_d, n, problem_.count(1, n), 0, to + next);
  }
}

void SetSummariser::write(std::size_t labelling, int which, const float* values) {
  const std::size_t pairs = groups_ * (groups_ - 1) / 2;
  float* summaries = out_.summaries.data() + (labelling * kQuantities + which) * groups_ * kSummaries;
  float* distances = out_.distances.data() + (labelling * kQuantities + which) * pairs;
  std::fill(summaries, summaries + groups_ * kSummaries, kAbsent);
  std::fill(distances, distances + pairs, kAbsent);
  if (!problem_.is_captured(which)) return;
  const int32_t* sizes = sizes_of(labelling);
  for (std::size_t group = 0; group < groups_; group++) {
    summarise(values + group * samples_, problem_.count(which, sizes[group]), problem_.floors[which],
              problem_.factor(which, sizes[group]), summaries + group * kSummaries);
  }
  for (std::size_t g = 0; g < groups_; g++) {
    for (std::size_t h = g + 1; h < groups_; h++, distances++) {
      if (sizes[g] == 0 || sizes[h] == 0) continue;
      *distances = static_cast<float>(
          spectrum_distance(values + g * samples_, problem_.count(which, sizes[g]), problem_.factor(which, sizes[g]),
                            values + h * samples_, problem_.count(which, sizes[h]), problem_.factor(which, sizes[h])));
    }
  }
}

double* SetSummariser::block(const std::vector<double>& gram, const int32_t* members, int n, Scratch<double>& memory) {
  double* to = memory.take(static_cast<std::size_t>(n) * n);
  for (int i = 0; i < n; i++) {
    const double* row = gram.data() + members[i] * samples_;
    for (int j = 0; j < n; j++) to[i * n + j] = row[members[j]];
  }
  return to;
}

}  // namespace spectroscope
