// Projections of arrays of weights in panels.
#pragma once

#include "ops/panels.h"
#include "proxnet/constraint.h"
#include "runtime/dispatch.h"

namespace proxnet {

// Rows of one panel with `width` columns; the padding stays zero.
template <class T> void project_box(const Constraint& constraint, std::size_t rows, std::size_t width, T* w);
// The norms of an array (rows, cols) come in independent parts: a panel of columns, a row, or the whole array.
template <class T> std::size_t norm_parts(const Constraint& constraint, std::size_t rows, std::size_t cols);
template <class T>
void project_norms(const Constraint& constraint, std::size_t part, std::size_t rows, std::size_t cols, T* w,
                   const KernelTable<T>& k);

}  // namespace proxnet
