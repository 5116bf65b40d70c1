#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>

#include "js_values.h"
#include "permutations.h"

namespace spectroscope {
namespace {

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

// A problem on its way through Node's pool of threads.
struct Task {
  PermutationProblem problem;
  int threads;
  PermutationSummaries found;
  // What went wrong; empty: nothing.
  std::string failure;
  napi_deferred promise;
  napi_async_work work;
};

PermutationProblem to_problem(napi_env env, const napi_value* arguments) {
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
                                to_doubles(env, arguments[8]),
                                to_int(env, arguments[9]) != 0};
  problem.samples = static_cast<int32_t>(std::lround(std::sqrt(static_cast<double>(problem.gram_a.size()))));
  require_whole(problem);
  return problem;
}

void compute(napi_env, void* data) {
  Task& task = *static_cast<Task*>(data);
  try {
    task.found = summaries_of_permutations(task.problem, task.threads);
  } catch (const std::exception& error) {
    task.failure = error.what();
  }
}

napi_value found_value(napi_env env, const PermutationSummaries& found) {
  napi_value result = nullptr;
  require_ok(napi_create_array_with_length(env, 3, &result));
  require_ok(napi_set_element(env, result, 0, to_js(env, found.summaries)));
  require_ok(napi_set_element(env, result, 1, to_js(env, found.distances)));
  require_ok(napi_set_element(env, result, 2, to_js(env, found.cosines)));
  return result;
}

// On the thread of JavaScript. When Node is ending, nobody waits for the promise.
void settle(napi_env env, napi_status status, void* data) {
  const std::unique_ptr<Task> task(static_cast<Task*>(data));
  napi_delete_async_work(env, task->work);
  if (status == napi_cancelled) return;
  try {
    if (!task->failure.empty()) throw std::runtime_error(task->failure);
    napi_resolve_deferred(env, task->promise, found_value(env, task->found));
  } catch (const std::exception& error) {
    napi_value message = nullptr;
    napi_value failure = nullptr;
    if (napi_create_string_utf8(env, error.what(), NAPI_AUTO_LENGTH, &message) == napi_ok &&
        napi_create_error(env, nullptr, message, &failure) == napi_ok) {
      napi_reject_deferred(env, task->promise, failure);
    }
  }
}

// summariesOfPermutations(shape: Int32Array, groups: number, groupSizes: Int32Array, orders: Int32Array,
//   gramA: Float64Array, gramD: Float64Array, products: Float64Array, floors: Float64Array, factors: Float64Array,
//   wantsSpectra: number, threads: number): Promise<[summaries: Float32Array, distances: Float32Array,
//   cosines: Float32Array]>; the arrays are copied before it returns.
napi_value summaries_of_permutations_js(napi_env env, napi_callback_info info) {
  try {
    constexpr std::size_t kArguments = 11;
    napi_value arguments[kArguments] = {};
    std::size_t given = kArguments;
    require_ok(napi_get_cb_info(env, info, &given, arguments, nullptr, nullptr));
    require(given == kArguments, "11 arguments were expected.");
    auto task = std::make_unique<Task>();
    task->problem = to_problem(env, arguments);
    task->threads = std::max(1, to_int(env, arguments[10]));
    napi_value promise = nullptr;
    napi_value name = nullptr;
    require_ok(napi_create_promise(env, &task->promise, &promise));
    require_ok(napi_create_string_utf8(env, "permutations", NAPI_AUTO_LENGTH, &name));
    require_ok(napi_create_async_work(env, nullptr, name, compute, settle, task.get(), &task->work));
    require_ok(napi_queue_async_work(env, task->work));
    // It is the task's own from here on: `settle` ends it.
    task.release();
    return promise;
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

}  // namespace

bool register_permutations(napi_env env, napi_value exports) {
  constexpr char kName[] = "summariesOfPermutations";
  napi_value function = nullptr;
  return napi_create_function(env, kName, NAPI_AUTO_LENGTH, summaries_of_permutations_js, nullptr, &function) ==
             napi_ok &&
         napi_set_named_property(env, exports, kName, function) == napi_ok;
}

}  // namespace spectroscope
