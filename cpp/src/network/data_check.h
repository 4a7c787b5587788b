// Whether rows, targets and weights fit a network and its loss; says where they do not.
#pragma once

#include "network/network_impl.h"
#include "proxnet/fit.h"

namespace proxnet {

// `read_x`: not where the caller looks for numbers that are not finite while it reads x for its own ends.
// `some_weight`: not for one batch of many, whose weights may all be zero.
template <class T>
void check_data(const NetworkImpl<T>& network, const Data<T>& data, const char* operation, bool read_x = true,
                bool some_weight = true);

}  // namespace proxnet
