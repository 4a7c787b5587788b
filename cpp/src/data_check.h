// Whether rows, targets and weights fit a network and its loss; says where they do not.
#pragma once

#include "network_impl.h"
#include "proxnet/fit.h"

namespace proxnet {

template <class T> void check_data(const NetworkImpl<T>& network, const Data<T>& data, const char* operation);

}  // namespace proxnet
