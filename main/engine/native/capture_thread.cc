#include "capture_thread.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include <chrono>
#include <limits>
#include <numeric>
#include <set>
#include <stdexcept>
#include <utility>

#include "blas.h"

namespace spectroscope {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

const float* values_of(const Tensor& tensor) {
  return tensor == nullptr ? nullptr : static_cast<const float*>(TF_TensorData(tensor.get()));
}

int64_t samples_of(const std::vector<int32_t>& group_sizes) {
  return std::accumulate(group_sizes.begin(), group_sizes.end(), int64_t{0});
}

// Where TensorFlow's threads want every core, training goes first: measured on two cores, a captured step is then shorter,
// and the bounded queue keeps this thread from falling behind. Without the right to do so it runs as the others.
void yield_to_training() {
#ifdef __linux__
  constexpr int kNicer = 5;
  const auto thread = static_cast<id_t>(syscall(SYS_gettid));
  setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, thread) + kNicer);
#endif
}

// process.exit() ends the process without finalising JavaScript's objects. Threads that still run would then meet
// libraries that are already taken down, so this static, which goes before those, stops them.
class RunningThreads {
 public:
  ~RunningThreads() {
    for (CaptureThread* thread : threads_) thread->stop();
  }
  void add(CaptureThread* thread) {
    const std::lock_guard<std::mutex> lock(mutex_);
    threads_.insert(thread);
  }
  void remove(CaptureThread* thread) {
    const std::lock_guard<std::mutex> lock(mutex_);
    threads_.erase(thread);
  }

 private:
  std::mutex mutex_;
  std::set<CaptureThread*> threads_;
};

RunningThreads& running_threads() {
  static RunningThreads threads;
  return threads;
}

}  // namespace

CaptureThread::CaptureThread(std::vector<LayerShape> layers, int groups, int queued_steps)
    : layers_(std::move(layers)), groups_(groups), queued_steps_(static_cast<std::size_t>(queued_steps)) {
  // The cores belong to TensorFlow: one thread of ours is enough.
  scipy_openblas_set_num_threads(1);
  thread_ = std::thread([this] { run(); });
  running_threads().add(this);
}

CaptureThread::~CaptureThread() {
  running_threads().remove(this);
  stop();
}

void CaptureThread::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void CaptureThread::begin(int32_t step, std::vector<int32_t> group_sizes, bool keeps_grams) {
  const std::vector<int> unknown(layers_.size(), kNotShared);
  auto begun = std::make_shared<Step>(
      Step{step, std::move(group_sizes), keeps_grams, {}, {}, false, false, false, unknown, unknown});
  for (const LayerShape& layer : layers_) {
    begun->results.rows.emplace_back(row_length(layer, groups_), std::numeric_limits<float>::quiet_NaN());
  }
  begun->results.grams.resize(layers_.size());
  begun->results.sample_norms.resize(layers_.size());
  Lock lock(mutex_);
  help_until([this] { return unfinished_.size() < queued_steps_; }, lock);
  throw_if_failed();
  unfinished_.push_back(begun);
  open_ = std::move(begun);
}

void CaptureThread::layer(int index, LayerTensors tensors) {
  delete_used_tensors();
  const std::lock_guard<std::mutex> lock(mutex_);
  throw_if_failed();
  queue(index, std::move(tensors));
}

void CaptureThread::end() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    queue(kSolve, {});
    open_->ended = true;
    open_.reset();
    throw_if_failed();
  }
  // Once a step: waking a thread that sleeps takes longer than handing over a layer.
  work_.notify_one();
}

void CaptureThread::queue(int layer, LayerTensors tensors) { open_->jobs.push_back({layer, std::move(tensors)}); }

std::vector<FinishedStep> CaptureThread::collect() {
  delete_used_tensors();
  const std::lock_guard<std::mutex> lock(mutex_);
  throw_if_failed();
  return std::exchange(finished_, {});
}

void CaptureThread::wait() {
  Lock lock(mutex_);
  help_until([this] { return unfinished_.empty(); }, lock);
  throw_if_failed();
}

template <typename Condition>
void CaptureThread::help_until(Condition is_enough, Lock& lock) {
  const auto is_over = [&] { return is_enough() || !failure_.empty(); };
  if (is_over()) return;
  const auto start = Clock::now();
  while (!is_over()) {
    if (const std::shared_ptr<Step> step = take()) {
      work_on(*step, helper_, lock);
    } else {
      progress_.wait(lock, is_over);
    }
  }
  waited_ms_ += milliseconds_since(start);
}

int64_t CaptureThread::samples() const { return samples_of(open_->group_sizes); }

double CaptureThread::busy_ms() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return busy_ms_;
}

void CaptureThread::delete_used_tensors() {
  std::vector<LayerTensors> used;
  const std::lock_guard<std::mutex> lock(mutex_);
  used.swap(used_tensors_);
}

void CaptureThread::throw_if_failed() const {
  if (!failure_.empty()) throw std::runtime_error(failure_);
}

// Steps are finished in the order in which they were begun.
void CaptureThread::finish_steps() {
  while (!unfinished_.empty() && unfinished_.front()->is_done) {
    Step& step = *unfinished_.front();
    finished_.push_back({step.step, std::move(step.results)});
    unfinished_.pop_front();
  }
  progress_.notify_all();
}

std::shared_ptr<CaptureThread::Step> CaptureThread::take() {
  for (const std::shared_ptr<Step>& step : unfinished_) {
    if (step->is_taken || step->jobs.empty()) continue;
    step->is_taken = true;
    return step;
  }
  return nullptr;
}

void CaptureThread::run() {
  yield_to_training();
  Lock lock(mutex_);
  for (;;) {
    std::shared_ptr<Step> step;
    work_.wait(lock, [&] { return stopping_ || (step = take()) != nullptr; });
    if (stopping_) return;
    work_on(*step, own_, lock);
  }
}

void CaptureThread::work_on(Step& step, Workplace& workplace, Lock& lock) {
  while (!step.is_done) {
    work_.wait(lock, [&] { return stopping_ || !step.jobs.empty(); });
    if (stopping_) return;
    Job job = std::move(step.jobs.front());
    step.jobs.pop_front();
    lock.unlock();
    const auto start = Clock::now();
    std::string failure;
    try {
      work_on(step, job, workplace);
    } catch (const std::exception& error) {
      const std::string layer = job.layer == kSolve ? "" : ", layer " + std::to_string(job.layer);
      failure = "The spectra of step " + std::to_string(step.step) + layer + " could not be computed: " + error.what();
    }
    lock.lock();
    used_tensors_.push_back(std::move(job.tensors));
    busy_ms_ += milliseconds_since(start);
    if (failure_.empty()) failure_ = failure;
    step.is_done = step.ended && step.jobs.empty();
    finish_steps();
  }
}

void CaptureThread::work_on(Step& step, const Job& job, Workplace& workplace) {
  if (job.layer == kSolve) return workplace.spectra.solve();
  const LayerShape& shape = layers_[job.layer];
  LayerData data{values_of(job.tensors.activations), values_of(job.tensors.adjoints), {},
                 values_of(job.tensors.total),       nullptr,                         nullptr};
  for (const Tensor& part : job.tensors.parts) data.parts.push_back(values_of(part));
  // Layers are handed over in any order: the first one that arrives computes what they share.
  const auto first_of = [&](int32_t shared) { return shared == kNotShared ? job.layer : shared; };
  int& known_activations = step.known_activations[first_of(shape.shared_activations)];
  int& known_adjoints = step.known_adjoints[first_of(shape.shared_adjoints)];
  if (known_activations != kNotShared) data.known_activations = step.results.rows[known_activations].data();
  if (known_adjoints != kNotShared) {
    const std::size_t before = static_cast<std::size_t>(layers_[known_adjoints].activations.values) * (groups_ + 1);
    data.known_adjoints = step.results.rows[known_adjoints].data() + before;
  }
  workplace.spectra.compute(shape, step.group_sizes, data, step.results.rows[job.layer].data());
  if (known_activations == kNotShared) known_activations = job.layer;
  if (known_adjoints == kNotShared) known_adjoints = job.layer;

  const int64_t samples = samples_of(step.group_sizes);
  if (data.activations == nullptr || data.adjoints == nullptr) return;
  step.results.sample_norms[job.layer] = sample_gradient_norms(shape, samples, data);
  if (step.keeps_grams && shape.keep_grams == 1) {
    step.results.grams[job.layer] = workplace.sample_grams.compute(shape, samples, data);
  }
}

}  // namespace spectroscope
