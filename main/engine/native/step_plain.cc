#include "step_rows.h"

namespace spectroscope {

const StepLoops step_loops_plain = step_loops_of<2, 1, 2, 1>();

}  // namespace spectroscope
