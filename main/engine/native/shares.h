// Work on independent parts, shared out over the processor's cores by threads that wait for it.
#ifndef SPECTROSCOPE_SHARES_H_
#define SPECTROSCOPE_SHARES_H_

#include <cstdint>

namespace spectroscope {

// Operations that take several times as long as waking a thread does.
constexpr double kWorthAThread = 5e5;

// Calls work(context, part) for each part from 0 to parts - 1, on this thread and on others at once; returns when all are
// done. Who does which part is left to chance: results must not depend on it. `work` does not throw. Numbers too small
// for float32's normal range count as zero, as in TensorFlow.
void share_out(int64_t parts, bool alone, void (*work)(void* context, int64_t part), void* context);

template <typename Work>
void in_parts(int64_t parts, double operations, const Work& work) {
  const auto call = [](void* context, int64_t part) { (*static_cast<const Work*>(context))(part); };
  share_out(parts, parts < 2 || operations < kWorthAThread, call, const_cast<Work*>(&work));
}

// Calls work(first, count) for ranges of at most `most` items.
template <typename Work>
void in_ranges(int64_t items, int64_t most, double operations, const Work& work) {
  in_parts((items + most - 1) / most, operations, [&](int64_t part) {
    const int64_t first = part * most;
    work(first, first + most < items ? most : items - first);
  });
}

}  // namespace spectroscope

#endif  // SPECTROSCOPE_SHARES_H_
