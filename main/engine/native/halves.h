// Work on independent items, shared by two threads where it is long enough to pay for the second.
#ifndef SPECTROSCOPE_HALVES_H_
#define SPECTROSCOPE_HALVES_H_

#include <cstdint>
#include <system_error>
#include <thread>

namespace spectroscope {

// Operations that take about as long as starting a thread does, several times over.
constexpr double kWorthAThread = 4e6;

// Calls work(first, count) for parts of `items`; the parts may run at once. `work` does not throw.
template <typename Work>
void in_halves(int64_t items, double operations, const Work& work) {
  if (items < 2 || operations < kWorthAThread || std::thread::hardware_concurrency() < 2) {
    work(0, items);
    return;
  }
  const int64_t half = items / 2;
  std::thread other;
  try {
    other = std::thread([&] { work(half, items - half); });
  } catch (const std::system_error&) {
    work(0, items);
    return;
  }
  work(0, half);
  other.join();
}

}  // namespace spectroscope

#endif  // SPECTROSCOPE_HALVES_H_
