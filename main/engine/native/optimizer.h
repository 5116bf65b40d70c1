// Updates of all weights in one pass over memory (main/engine/model/kernels/host-optimizer.ts).
#ifndef SPECTROSCOPE_OPTIMIZER_H_
#define SPECTROSCOPE_OPTIMIZER_H_

#include "tensor_call.h"

namespace spectroscope {

// sizes: kind (0 descent, 1 momentum, 2 adam), then for each parameter whether it decays; tensors: for each parameter its
// weights, running means (none, one, two) and gradient; settings: learning rate, weight decay, largest norm of the whole
// gradient (0: no limit), beta1 (or momentum), beta2, epsilon, updates including this one. Changes weights and means in
// place.
void update_parameters(TensorCall& call);

// tensors: x. Gives a copy with memory of its own.
void own_tensor(TensorCall& call);

}  // namespace spectroscope

#endif  // SPECTROSCOPE_OPTIMIZER_H_
