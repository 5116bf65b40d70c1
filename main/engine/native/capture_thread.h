// One run's capture: a bounded queue and the background thread that empties it; who waits for it helps.
#ifndef SPECTROSCOPE_CAPTURE_THREAD_H_
#define SPECTROSCOPE_CAPTURE_THREAD_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "layer_spectra.h"
#include "sample_grams.h"
#include "tensorflow/c/c_api.h"

namespace spectroscope {

struct DeleteTensor {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
// A reference of our own to a tensor's buffer: TensorFlow may drop or reuse its handle meanwhile. The buffer may be the
// memory of a JavaScript array, whose last reference must be given up on JavaScript's thread: who works on a step hands
// its tensors back instead of deleting them.
using Tensor = std::unique_ptr<TF_Tensor, DeleteTensor>;

// The tensors of one weight layer at one step; empty where not captured or absent.
struct LayerTensors {
  Tensor activations;
  Tensor adjoints;
  std::vector<Tensor> parts;
  Tensor total;
};

// For each layer; Grams and norms are empty where they are not kept.
struct LayerResults {
  std::vector<std::vector<float>> rows;
  std::vector<std::vector<double>> grams;
  std::vector<std::vector<float>> sample_norms;
};

struct FinishedStep {
  int32_t step;
  LayerResults results;
};

// All members but the constructor and the destructor are called from one thread, JavaScript's. Those that hand over or
// wait throw std::runtime_error with what went wrong in the work on an earlier step.
//
// A step is worked on by one thread from its first layer to its last, so its numbers do not depend on which. Where training
// would wait, its thread takes a step that nobody works on yet: the core would be idle.
class CaptureThread {
 public:
  // At most `queued_steps` steps are begun and not finished.
  CaptureThread(std::vector<LayerShape> layers, int groups, int queued_steps);
  // Stops.
  ~CaptureThread();
  CaptureThread(const CaptureThread&) = delete;
  CaptureThread& operator=(const CaptureThread&) = delete;

  // Finishes the layer in hand, drops what is queued and joins the thread. Nothing else may be called afterwards.
  void stop();

  // Waits or works while the queue is full. `keeps_grams`: of the layers whose shape says so.
  void begin(int32_t step, std::vector<int32_t> group_sizes, bool keeps_grams);
  void layer(int index, LayerTensors tensors);
  void end();
  // Finished steps since the last call, in order.
  std::vector<FinishedStep> collect();
  // Waits or works until every step that was ended is finished.
  void wait();

  bool is_open() const { return open_ != nullptr; }
  // Of the open step.
  int64_t samples() const;
  const std::vector<int32_t>& group_sizes() const { return open_->group_sizes; }
  bool keeps_grams() const { return open_->keeps_grams; }
  const std::vector<LayerShape>& layers() const { return layers_; }
  int groups() const { return groups_; }
  double waited_ms() const { return waited_ms_; }
  double busy_ms() const;

 private:
  // A layer, or kSolve: what is left to do when all layers of the step are there.
  struct Job {
    int layer;
    LayerTensors tensors;
  };
  static constexpr int kSolve = -1;
  struct Step {
    int32_t step;
    std::vector<int32_t> group_sizes;
    bool keeps_grams;
    LayerResults results;
    std::deque<Job> jobs;
    bool ended;
    bool is_taken;
    bool is_done;
    // Of layers that share rows, by the first of them: the one whose row has their values already, or kNotShared.
    std::vector<int> known_activations;
    std::vector<int> known_adjoints;
  };
  // What one thread works with.
  struct Workplace {
    LayerSpectra spectra;
    SampleGrams sample_grams;
  };
  using Lock = std::unique_lock<std::mutex>;

  // Adds a job of the open step; with the mutex held.
  void queue(int layer, LayerTensors tensors);
  void run();
  // The first step that has work and that nobody has taken, from now on the caller's; null: none. With the mutex held.
  std::shared_ptr<Step> take();
  // Works until the step is done or the thread stops. The mutex is held before and after.
  void work_on(Step& step, Workplace& workplace, Lock& lock);
  void work_on(Step& step, const Job& job, Workplace& workplace);
  void finish_steps();
  // Works, and waits where there is no work, until `is_enough` or something fails.
  template <typename Condition>
  void help_until(Condition is_enough, Lock& lock);
  void throw_if_failed() const;
  // Deletes the tensors that are done with.
  void delete_used_tensors();

  const std::vector<LayerShape> layers_;
  const int groups_;
  const std::size_t queued_steps_;
  std::shared_ptr<Step> open_;
  double waited_ms_ = 0;

  // Guarded by mutex_.
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable progress_;
  std::vector<LayerTensors> used_tensors_;
  std::deque<std::shared_ptr<Step>> unfinished_;
  std::vector<FinishedStep> finished_;
  std::string failure_;
  bool stopping_ = false;
  double busy_ms_ = 0;

  // Of the background thread, and of JavaScript's.
  Workplace own_;
  Workplace helper_;
  std::thread thread_;
};

}  // namespace spectroscope

#endif  // SPECTROSCOPE_CAPTURE_THREAD_H_
