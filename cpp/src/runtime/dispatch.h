// The kernel table in use: the best the CPU runs, or the one PROXNET_ISA asks for. Decided at first use, then fixed.
#pragma once

#include <vector>

#include "kernels/kernel_table.h"

namespace proxnet {

template <class T> const KernelTable<T>& kernels();
// Best first.
template <class T> std::vector<const KernelTable<T>*> supported_kernels();

}  // namespace proxnet
