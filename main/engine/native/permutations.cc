#include "permutations.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "blas.h"
#include "js_values.h"
#include "spectrum.h"

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

// |s - t| / rms(|s|, |t|) of two normalised spectra, the shorter one ending in zeros.
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

// The labellings first .. last of a problem; each thread has one of these.
class Summariser {
 public:
  Summariser(const PermutationProblem& problem, PermutationSummaries& out)
      : problem_(problem), out_(out), samples_(problem.samples), groups_(problem.groups) {}

  void run(std::size_t first, std::size_t last) {
    // The solver finds the values of several matrices of one size in the time of one.
    for (std::size_t labelling = first; labelling < last; labelling += kAtOnce) {
      const std::size_t taken = std::min(kAtOnce, last - labelling);
      float* values = values_.take(kAtOnce * kQuantities * groups_ * samples_);
      for (std::size_t i = 0; i < taken; i++) hand_over(labelling + i, values_of(values, i, 0, 0));
      solver_.solve();
      for (std::size_t i = 0; i < taken; i++) {
        for (int which = 0; which < kQuantities; which++) write(labelling + i, which, values_of(values, i, which, 0));
        write_cosines(labelling + i);
      }
    }
  }

 private:
  static constexpr std::size_t kAtOnce = 16;

  // Matrices of all quantities and groups; `values` receives [quantities x groups x samples].
  void hand_over(std::size_t labelling, float* values) {
    const int32_t* members = problem_.orders.data() + labelling * samples_;
    for (std::size_t group = 0; group < groups_; group++) {
      const int n = sizes_of(labelling)[group];
      if (n == 0) continue;
      double* gram_a = block(problem_.gram_a, members, n, block_a_);
      double* gram_d = block(problem_.gram_d, members, n, block_d_);
      members += n;
      float* to = values + group * samples_;
      const std::size_t next = groups_ * samples_;
      if (is_captured(2)) solver_.from_factors(gram_a, gram_d, n, count(2, n), to + 2 * next);
      if (is_captured(0)) solver_.from_gram(gram_a, n, count(0, n), 0, to);
      if (is_captured(1)) solver_.from_gram(gram_d, n, count(1, n), 0, to + next);
    }
  }

  void write(std::size_t labelling, int which, const float* values) {
    float* summaries = out_.summaries.data() + (labelling * kQuantities + which) * groups_ * kSummaries;
    float* distances = out_.distances.data() + (labelling * kQuantities + which) * pairs();
    std::fill(summaries, summaries + groups_ * kSummaries, kAbsent);
    std::fill(distances, distances + pairs(), kAbsent);
    if (!is_captured(which)) return;
    const int32_t* sizes = sizes_of(labelling);
    for (std::size_t group = 0; group < groups_; group++) {
      summarise(values + group * samples_, count(which, sizes[group]), problem_.floors[which],
                factor(which, sizes[group]), summaries + group * kSummaries);
    }
    for (std::size_t g = 0; g < groups_; g++) {
      for (std::size_t h = g + 1; h < groups_; h++, distances++) {
        if (sizes[g] == 0 || sizes[h] == 0) continue;
        *distances = static_cast<float>(
            spectrum_distance(values + g * samples_, count(which, sizes[g]), factor(which, sizes[g]),
                              values + h * samples_, count(which, sizes[h]), factor(which, sizes[h])));
      }
    }
  }

  void write_cosines(std::size_t labelling) {
    const int32_t* order = problem_.orders.data() + labelling * samples_;
    float* out = out_.cosines.data() + labelling * pairs();
    std::fill(out, out + pairs(), kAbsent);
    if (problem_.products.empty()) return;
    sums_.assign(groups_ * groups_, 0);
    const int32_t* sizes = sizes_of(labelling);
    std::size_t row = 0;
    for (std::size_t g = 0; g < groups_; g++) {
      for (int32_t i = 0; i < sizes[g]; i++, row++) {
        const double* of = problem_.products.data() + order[row] * samples_;
        std::size_t column = 0;
        for (std::size_t h = 0; h < groups_; h++) {
          for (int32_t j = 0; j < sizes[h]; j++, column++) sums_[g * groups_ + h] += of[order[column]];
        }
      }
    }
    for (std::size_t g = 0; g < groups_; g++) {
      for (std::size_t h = g + 1; h < groups_; h++, out++) {
        const double norms = sums_[g * groups_ + g] * sums_[h * groups_ + h];
        if (norms > 0) *out = static_cast<float>(sums_[g * groups_ + h] / std::sqrt(norms));
      }
    }
  }

  double* block(const std::vector<double>& gram, const int32_t* members, int n, Scratch<double>& memory) {
    double* to = memory.take(static_cast<std::size_t>(n) * n);
    for (int i = 0; i < n; i++) {
      const double* row = gram.data() + members[i] * samples_;
      for (int j = 0; j < n; j++) to[i * n + j] = row[members[j]];
    }
    return to;
  }

  bool is_captured(int which) const {
    const LayerShape& shape = problem_.shape;
    return (which == 0 ? shape.activations.side : which == 1 ? shape.adjoints.side : shape.gradient.side) ==
           Side::kSample;
  }

  // Singular values of a set of n samples.
  int count(int which, int n) const {
    const LayerShape& shape = problem_.shape;
    const int most = which == 0   ? std::min(shape.activations.columns, shape.activations.values)
                     : which == 1 ? std::min(shape.adjoints.columns, shape.adjoints.values)
                                  : std::min({shape.gradient.rows, shape.gradient.columns, shape.gradient.values});
    return std::min(n, most);
  }

  float* values_of(float* values, std::size_t labelling, int which, std::size_t group) const {
    return values + ((labelling * kQuantities + which) * groups_ + group) * samples_;
  }

  const int32_t* sizes_of(std::size_t labelling) const { return problem_.group_sizes.data() + labelling * groups_; }
  double factor(int which, int n) const { return n == 0 ? 0 : problem_.factors[which * samples_ + n - 1]; }
  std::size_t pairs() const { return groups_ * (groups_ - 1) / 2; }

  const PermutationProblem& problem_;
  PermutationSummaries& out_;
  const std::size_t samples_;
  const std::size_t groups_;
  std::vector<double> sums_;
  SpectrumSolver solver_;
  Scratch<double> block_a_, block_d_;
  Scratch<float> values_;
};

void require(bool holds, const char* message) {
  if (!holds) throw std::runtime_error(message);
}

// Throws std::runtime_error where the numbers do not fit together.
void require_whole(const PermutationProblem& problem) {
  const std::size_t samples = problem.samples;
  const std::size_t groups = problem.groups;
  require(problem.samples > 0 && problem.groups > 1, "A batch of at least two groups was expected.");
  require(problem.orders.size() % samples == 0 && problem.group_sizes.size() == problem.labellings() * groups,
          "Orders and sizes are not those of the same labellings.");
  for (std::size_t labelling = 0; labelling < problem.labellings(); labelling++) {
    const int32_t* sizes = problem.group_sizes.data() + labelling * groups;
    require(std::accumulate(sizes, sizes + groups, std::size_t{0}) == samples && *std::min_element(sizes, sizes + groups) >= 0,
            "The groups of a labelling do not have the samples of the batch.");
  }
  for (const int32_t sample : problem.orders) {
    require(sample >= 0 && sample < problem.samples, "An order names a sample that is not there.");
  }
  require(problem.gram_a.size() == samples * samples && problem.gram_d.size() == samples * samples &&
              (problem.products.empty() || problem.products.size() == samples * samples),
          "The Grams do not have the samples of the batch.");
  require(problem.floors.size() == kQuantities && problem.factors.size() == kQuantities * samples,
          "Floors and factors are not those of three quantities.");
}

// summariesOfPermutations(shape: Int32Array, groups: number, groupSizes: Int32Array, orders: Int32Array,
//   gramA: Float64Array, gramD: Float64Array, products: Float64Array, floors: Float64Array, factors: Float64Array,
//   threads: number): [summaries: Float32Array, distances: Float32Array, cosines: Float32Array]
napi_value summaries_of_permutations_js(napi_env env, napi_callback_info info) {
  try {
    constexpr std::size_t kArguments = 10;
    napi_value arguments[kArguments] = {};
    std::size_t given = kArguments;
    require_ok(napi_get_cb_info(env, info, &given, arguments, nullptr, nullptr));
    require(given == kArguments, "10 arguments were expected.");
    const std::vector<LayerShape> shapes = to_shapes(env, arguments[0]);
    require(shapes.size() == 1, "The shape of one layer was expected.");
    PermutationProblem problem = {shapes[0],
                                  0,
                                  to_int(env, arguments[1]),
                                  to_ints(env, arguments[2]),
                                  to_ints(env, arguments[3]),
                                  to_doubles(env, arguments[4]),
                                  to_doubles(env, arguments[5]),
                                  to_doubles(env, arguments[6]),
                                  to_doubles(env, arguments[7]),
                                  to_doubles(env, arguments[8])};
    problem.samples = static_cast<int32_t>(std::lround(std::sqrt(static_cast<double>(problem.gram_a.size()))));
    require_whole(problem);
    const PermutationSummaries found = summaries_of_permutations(problem, std::max(1, to_int(env, arguments[9])));
    napi_value result = nullptr;
    require_ok(napi_create_array_with_length(env, 3, &result));
    require_ok(napi_set_element(env, result, 0, to_js(env, found.summaries)));
    require_ok(napi_set_element(env, result, 1, to_js(env, found.distances)));
    require_ok(napi_set_element(env, result, 2, to_js(env, found.cosines)));
    return result;
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

}  // namespace

PermutationSummaries summaries_of_permutations(const PermutationProblem& problem, int threads) {
  const std::size_t groups = problem.groups;
  const std::size_t pairs = groups * (groups - 1) / 2;
  const std::size_t labellings = problem.labellings();
  PermutationSummaries found;
  found.summaries.resize(labellings * kQuantities * groups * kSummaries);
  found.distances.resize(labellings * kQuantities * pairs);
  found.cosines.resize(labellings * pairs);
  scipy_openblas_set_num_threads(1);
  const std::size_t workers = std::min<std::size_t>(threads, std::max<std::size_t>(1, labellings));
  std::vector<std::exception_ptr> failures(workers);
  const auto work = [&](std::size_t worker) {
    try {
      Summariser(problem, found).run(labellings * worker / workers, labellings * (worker + 1) / workers);
    } catch (...) {
      failures[worker] = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (std::size_t worker = 1; worker < workers; worker++) others.emplace_back(work, worker);
  work(0);
  for (std::thread& other : others) other.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure != nullptr) std::rethrow_exception(failure);
  }
  return found;
}

bool register_permutations(napi_env env, napi_value exports) {
  constexpr char kName[] = "summariesOfPermutations";
  napi_value function = nullptr;
  return napi_create_function(env, kName, NAPI_AUTO_LENGTH, summaries_of_permutations_js, nullptr, &function) ==
             napi_ok &&
         napi_set_named_property(env, exports, kName, function) == napi_ok;
}

}  // namespace spectroscope
