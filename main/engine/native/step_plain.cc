#include "step_rows.h"

namespace spectroscope {

const StepLoops step_loops_plain = kStepLoops;

}  // namespace spectroscope
