#include "convolution.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "convolution_sizes.h"
#include "shares.h"
#include "step_loops.h"

namespace spectroscope {
namespace {

// Positions that are worth a sum of their own, and how many such sums a group has at most. Cuts depend on the shape
// alone, so that a result does not depend on the number of cores.
constexpr int64_t kPositions = 2048;
constexpr int64_t kMostSums = 4;
// Into how many parts the lines of a filter are cut where the positions are too few.
constexpr int64_t kLineParts = 4;

std::vector<FilterLine> lines_of(const Convolution& c) {
  std::vector<FilterLine> lines;
  for (int64_t a = 0; a < c.kernel[0]; a++) {
    for (int64_t b = 0; b < c.kernel[1]; b++) {
      for (int64_t d = 0; d < (c.dilations[2] > 1 ? c.kernel[2] : 1); d++) {
        lines.push_back({{a * c.dilations[0], b * c.dilations[1], d * c.dilations[2]}});
      }
    }
  }
  return lines;
}

// Images of one group, and where its gradient goes.
struct Group {
  int64_t first;
  int64_t images;
  float* gradient;
};

struct Part {
  FilterPart filter;
  // Where its sum is added in the end; null when it is in place.
  float* added_to;
};

// Cuts a group by its images, or by lines when its positions are few.
void cut(const Group& group, const FilterPart& whole, int64_t size, std::vector<Part>& parts) {
  const Convolution& c = *whole.convolution;
  const int64_t lines = line_count(c);
  const int64_t positions = group.images * product(c.outputs);
  const int64_t sums = std::clamp<int64_t>(positions / kPositions, 1, std::min(kMostSums, group.images));
  const int64_t line_parts = sums > 1 ? 1 : std::min(lines, kLineParts);
  for (int64_t sum = 0; sum < sums; sum++) {
    const int64_t first = group.first + group.images * sum / sums;
    const int64_t end = group.first + group.images * (sum + 1) / sums;
    for (int64_t i = 0; i < line_parts; i++) {
      Part part{whole, nullptr};
      part.filter.first_line = lines * i / line_parts;
      part.filter.end_line = lines * (i + 1) / line_parts;
      part.filter.x += first * product(c.inputs) * c.channels;
      part.filter.dy += first * product(c.outputs) * c.filters;
      part.filter.images = end - first;
      part.filter.gradient = sum == 0 ? group.gradient : nullptr;
      part.added_to = sum == 0 ? nullptr : group.gradient;
      if (i == 0 && sum == 0) std::memset(group.gradient, 0, size * sizeof(float));
      parts.push_back(part);
    }
  }
}

void add_up(const std::vector<float*>& from, float* to, int64_t size) {
  for (const float* each : from) step_loops().add(to, each, size);
}

}  // namespace

void filter_gradients(TensorCall& call) {
  const Convolution c = convolution_of(call, call.columns(0), call.columns(1));
  const int64_t size = product(c.kernel) * c.channels * c.filters;
  const int64_t images_of_sample = call.size(kFurther);
  int64_t images = 0;
  for (std::size_t i = kFurther + 1; i < call.sizes(); i++) images += call.size(i) * images_of_sample;
  FilterPart whole{};
  whole.convolution = &c;
  whole.x = call.input(0, images * product(c.inputs) * c.channels);
  whole.dy = call.input(1, images * product(c.outputs) * c.filters);
  const std::vector<FilterLine> lines = lines_of(c);
  whole.lines = lines.data();
  TensorCall::Shape shape(c.kernel + 3 - call.size(kAxes), c.kernel + 3);
  shape.insert(shape.end(), {c.channels, c.filters});
  float* const total = call.output(shape);
  std::vector<Group> groups;
  int64_t first = 0;
  for (std::size_t i = kFurther + 1; i < call.sizes(); i++) {
    if (call.size(i) > 0) groups.push_back({first, call.size(i) * images_of_sample, nullptr});
    first += call.size(i) * images_of_sample;
  }
  if (groups.empty()) throw std::runtime_error("A gradient needs samples.");
  std::vector<Part> parts;
  for (Group& group : groups) {
    group.gradient = groups.size() == 1 ? total : call.output(shape);
    cut(group, whole, size, parts);
  }
  std::vector<std::vector<float>> sums(parts.size());
  const double operations = 2.0 * static_cast<double>(images * product(c.outputs)) * static_cast<double>(size);
  in_parts(static_cast<int64_t>(parts.size()), operations, [&](int64_t index) {
    Part& part = parts[index];
    std::vector<float> scratch(filter_scratch(c), 0);
    std::vector<OutputRow> rows(rows_at_once(c));
    part.filter.scratch = scratch.data();
    part.filter.rows = rows.data();
    if (part.added_to != nullptr) {
      sums[index].assign(size, 0);
      part.filter.gradient = sums[index].data();
    }
    step_loops().filter_gradient(part.filter);
  });
  for (const Part& part : parts) {
    if (part.added_to != nullptr) add_up({part.filter.gradient}, part.added_to, size);
  }
  if (groups.size() == 1) return;
  std::memcpy(total, groups[0].gradient, size * sizeof(float));
  for (std::size_t i = 1; i < groups.size(); i++) add_up({groups[i].gradient}, total, size);
}

}  // namespace spectroscope
