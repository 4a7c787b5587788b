// The kernel table in use: the best that the CPU runs, or PROXNET_ISA. Chosen at first use.
#pragma once

#include <vector>

#include "kernels/kernel_table.h"

namespace proxnet {

template <class T> const KernelTable<T>& kernels();
// All that the CPU runs, best first.
template <class T> std::vector<const KernelTable<T>*> supported_kernels();

}  // namespace proxnet
