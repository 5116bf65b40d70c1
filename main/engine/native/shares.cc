#include "shares.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace spectroscope {
namespace {

// For as long as it lives, this thread takes numbers too small for float32's normal range as zero: the running means of
// Adam fall that low, and each operation on such a number takes a hundred times as long.
class TinyIsZero {
 public:
#if defined(__x86_64__)
  TinyIsZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
  ~TinyIsZero() { _mm_setcsr(before_); }

 private:
  const unsigned int before_;
#elif defined(__aarch64__)
  TinyIsZero() {
    __asm__ volatile("mrs %0, fpcr" : "=r"(before_));
    __asm__ volatile("msr fpcr, %0" : : "r"(before_ | (uint64_t{1} << 24)));
  }
  ~TinyIsZero() { __asm__ volatile("msr fpcr, %0" : : "r"(before_)); }

 private:
  uint64_t before_;
#endif
};

constexpr int kSpins = 200;
// A step's calls are too short for more.
constexpr unsigned int kMostThreads = 16;

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

using Work = void (*)(void* context, int64_t part);

// One job at a time: whoever is free takes the next part, so that a thread that was not woken in time, or whose core
// is busy with the capture, holds nobody up.
class Crew {
 public:
  Crew() {
    const unsigned int cores = std::min(std::thread::hardware_concurrency(), kMostThreads);
    for (unsigned int i = 1; i < cores; i++) {
      try {
        std::thread([this] { help(); }).detach();
        helpers_ += 1;
      } catch (const std::system_error&) {
        return;
      }
    }
  }

  void run(int64_t parts, Work work, void* context) {
    const std::lock_guard<std::mutex> one_job(job_mutex_);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      parts_ = parts;
      work_ = work;
      context_ = context;
      next_.store(0, std::memory_order_relaxed);
      job_ += 1;
      open_ = true;
    }
    for (int64_t i = 1; i < parts && i <= helpers_; i++) started_.notify_one();
    take_parts();
    std::unique_lock<std::mutex> lock(mutex_);
    open_ = false;
    // The last part of another thread is about as short as going to sleep.
    for (int i = 0; i < kSpins && helping_ > 0; i++) {
      lock.unlock();
      pause();
      lock.lock();
    }
    ended_.wait(lock, [this] { return helping_ == 0; });
  }

 private:
  void take_parts() {
    for (int64_t part = next_.fetch_add(1); part < parts_; part = next_.fetch_add(1)) work_(context_, part);
  }

  void help() {
    const TinyIsZero tiny_is_zero;
    uint64_t seen = 0;
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      started_.wait(lock, [&] { return open_ && job_ != seen; });
      seen = job_;
      helping_ += 1;
      lock.unlock();
      take_parts();
      lock.lock();
      helping_ -= 1;
      if (helping_ == 0) ended_.notify_one();
    }
  }

  int64_t helpers_ = 0;
  std::mutex job_mutex_;
  std::atomic<int64_t> next_{0};
  std::mutex mutex_;
  std::condition_variable started_;
  std::condition_variable ended_;
  // Guarded by mutex_; the first three change while nobody helps.
  int64_t parts_ = 0;
  Work work_ = nullptr;
  void* context_ = nullptr;
  uint64_t job_ = 0;
  bool open_ = false;
  int helping_ = 0;
};

}  // namespace

void share_out(int64_t parts, bool alone, Work work, void* context) {
  // Never destroyed: its threads wait until the process ends.
  static Crew* const crew = new Crew;
  const TinyIsZero tiny_is_zero;
  if (alone) {
    for (int64_t part = 0; part < parts; part++) work(context, part);
  } else {
    crew->run(parts, work, context);
  }
}

}  // namespace spectroscope
