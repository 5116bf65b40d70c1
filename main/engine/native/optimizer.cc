#include "optimizer.h"

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "shares.h"
#include "step_loops.h"

namespace spectroscope {
namespace {

enum Kind { kDescent, kMomentum, kAdam };

// Weights at a time: small enough to share out evenly.
constexpr int64_t kBlock = 1 << 15;

struct Block {
  Update update;
  bool decays;
};

// The parameters cut into blocks; short ones are a block each.
std::vector<Block> blocks_of(TensorCall& call, int means) {
  std::vector<Block> blocks;
  const std::size_t arrays = 2 + means;
  if (call.tensors() != arrays * (call.sizes() - 1)) throw std::runtime_error("An update needs all of its tensors.");
  for (std::size_t parameter = 0; parameter + 1 < call.sizes(); parameter++) {
    const std::size_t at = arrays * parameter;
    const int64_t count = call.elements(at);
    float* const weights = call.changed(at, count);
    float* const first = means > 0 ? call.changed(at + 1, count) : nullptr;
    float* const second = means > 1 ? call.changed(at + 2, count) : nullptr;
    const float* const gradient = call.input(at + 1 + means, count);
    for (int64_t i = 0; i < count; i += kBlock) {
      const int64_t length = i + kBlock < count ? kBlock : count - i;
      blocks.push_back({{length, weights + i, means > 0 ? first + i : nullptr, means > 1 ? second + i : nullptr,
                         gradient + i},
                        call.size(parameter + 1) == 1});
    }
  }
  return blocks;
}

double operations_of(const std::vector<Block>& blocks, double each) {
  double weights = 0;
  for (const Block& block : blocks) weights += static_cast<double>(block.update.count);
  return each * weights;
}

// Blocks in bunches, so that many short parameters are not a part each.
template <typename Work>
void for_blocks(const std::vector<Block>& blocks, double operations, const Work& work) {
  std::vector<std::size_t> starts = {0};
  int64_t weights = 0;
  for (std::size_t i = 0; i < blocks.size(); i++) {
    weights += blocks[i].update.count;
    if (weights < kBlock && i + 1 < blocks.size()) continue;
    starts.push_back(i + 1);
    weights = 0;
  }
  in_parts(static_cast<int64_t>(starts.size()) - 1, operations, [&](int64_t part) {
    for (std::size_t i = starts[part]; i < starts[part + 1]; i++) work(i);
  });
}

// limit / max(norm, limit), the norm over all gradients (Pascanu et al. 2013).
float clipping_factor(const std::vector<Block>& blocks, double limit) {
  if (limit <= 0) return 1;
  std::vector<double> squares(blocks.size());
  for_blocks(blocks, operations_of(blocks, 2),
             [&](std::size_t i) { squares[i] = step_loops().squares(blocks[i].update.gradient, blocks[i].update.count); });
  double sum = 0;
  for (const double each : squares) sum += each;
  const double norm = std::sqrt(sum);
  // A norm that is not a number is passed on.
  return norm <= limit ? 1 : static_cast<float>(limit / norm);
}

}  // namespace

void update_parameters(TensorCall& call) {
  const int kind = call.size(0);
  const std::vector<Block> blocks = blocks_of(call, kind == kAdam ? 2 : kind == kMomentum ? 1 : 0);
  const double rate = call.setting(0);
  const double beta1 = call.setting(3);
  const double beta2 = call.setting(4);
  const double steps = call.setting(6);
  UpdateSettings settings{};
  settings.rate = static_cast<float>(
      kind == kAdam ? rate * std::sqrt(1 - std::pow(beta2, steps)) / (1 - std::pow(beta1, steps)) : rate);
  settings.factor = clipping_factor(blocks, call.setting(2));
  settings.beta1 = static_cast<float>(beta1);
  settings.beta2 = static_cast<float>(beta2);
  settings.epsilon = static_cast<float>(call.setting(5));
  settings.keep = 1;
  UpdateSettings decaying = settings;
  decaying.keep = static_cast<float>(1 - rate * call.setting(1));
  const StepLoops& loops = step_loops();
  const auto update = kind == kAdam ? loops.adam : kind == kMomentum ? loops.momentum : loops.descent;
  for_blocks(blocks, operations_of(blocks, 30),
             [&](std::size_t i) { update(blocks[i].update, blocks[i].decays ? decaying : settings); });
}

void own_tensor(TensorCall& call) {
  const int64_t count = call.elements(0);
  const float* const from = call.input(0, count);
  std::memcpy(call.output(call.shape(0)), from, count * sizeof(float));
}

}  // namespace spectroscope
