// A row of inputs with the outputs that the network had for it when it was saved: a check that a file, and the machine
// that reads it, give the same network.
#pragma once

#include <cstdint>
#include <vector>

#include "layers/parameters.h"

namespace proxnet {

// The row as the file holds it: bytes u, for x = (u - 128) / 64, spread evenly over [-2, 2).
std::vector<std::uint8_t> test_row(std::size_t inputs);
template <class T> std::vector<T> test_inputs(const std::uint8_t* row, std::size_t inputs);

// For each output, a bound on the difference between two predictions of x that round differently. With eps of T, a
// layer z = W' x + b of n inputs, given |dx| <= e, has |dz| <= |W|' e + (n + 2) eps (|W|' (|x| + e) + |b|); an
// activation multiplies the bound by its largest slope, and adds a few eps for its own rounding.
template <class T>
std::vector<double> rounding_bound(const std::vector<Layer>& layers, const Parameters<T>& parameters,
                                   const std::vector<T>& x);

}  // namespace proxnet
