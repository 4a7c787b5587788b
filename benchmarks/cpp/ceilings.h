// What this machine does at most on one thread, measured: multiply-adds per instruction set and type, bytes per
// instruction set and size of the arrays.
#pragma once

#include <cstddef>
#include <string>

#include "peaks.h"

namespace ceilings {

// Null where no peaks are compiled for this instruction set.
const peaks::Peaks* find(const std::string& isa);
// Floating-point operations a second; measured at the first call for `isa`, as the next.
double multiply_adds(const std::string& isa, bool in_double);
// Bytes a second of the triad over `bytes` bytes in all, between the two measured sizes around them.
double bandwidth(const std::string& isa, double bytes);
// Bytes a second of reading an array of so many bytes again and again.
double read_bandwidth(const std::string& isa, std::size_t bytes);

}  // namespace ceilings
