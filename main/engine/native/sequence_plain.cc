#include "attention_loops.h"
#include "recurrent_loops.h"

namespace spectroscope {

// Sums of a tile of a product that the registers hold: rows, and vectors in each.
const SequenceLoops sequence_loops_plain = {recurrent_forward_of<2, 1>, recurrent_backward_of<2, 1>, attention_forward_of<2, 1>,
                                            attention_backward_of<2, 1>};

}  // namespace spectroscope
