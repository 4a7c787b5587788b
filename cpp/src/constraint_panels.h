// Projections on arrays of weights in panels.
#pragma once

#include "ops/panels.h"
#include "proxnet/constraint.h"
#include "runtime/dispatch.h"

namespace proxnet {

// Rows of one panel, `width` columns of them real: the padding stays zero.
template <class T> void project_box(const Constraint& constraint, std::size_t rows, std::size_t width, T* w);
// One panel of a kernel: the norm of each column.
template <class T>
void project_columns(const Constraint& constraint, std::size_t rows, T* w, const KernelTable<T>& k);
// A bias of `count` weights with its padding: one norm.
template <class T> void project_vector(const Constraint& constraint, std::size_t count, T* w, const KernelTable<T>& k);

}  // namespace proxnet
