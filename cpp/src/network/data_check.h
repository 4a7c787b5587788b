// Checks that rows, targets and sample weights fit a network, its loss and its metrics.
#pragma once

#include "network/network_impl.h"
#include "proxnet/evaluate.h"

namespace proxnet {

// Throws InvalidInput naming the element. `read_x`: also checks that x is finite; false if the caller does so as it
// reads x. `some_weight`: refuses sample weights that are all zero; false for single batches.
template <class T>
void check_data(const NetworkImpl<T>& network, const Data<T>& data, const char* operation, bool read_x = true,
                bool some_weight = true);

}  // namespace proxnet
