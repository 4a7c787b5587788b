// The products of dense layers: rows times two panels of weights, by the way the chain walks through the left operand.
#include "roofline.h"

namespace roofline {
namespace {

using proxnet::GemmPanel;
using proxnet::GemmStep;

std::ptrdiff_t step(std::size_t count) { return static_cast<std::ptrdiff_t>(count); }

// The operands, all of one size whatever the walk.
template <class T> struct Product {
  Product(std::size_t rows, std::size_t depth)
      : a(rows * depth + kPanel<T> * rows), b(depth * kCols), c(rows * kCols), bias(kCols), mask(rows * kCols) {
    g.rows = rows, g.cols = kCols, g.depth = depth;
    g.a = a.data(), g.a_row = step(depth), g.a_step = 1;
    g.b = b.data(), g.b_step = kPanel<T>, g.b_panel = step(depth * kPanel<T>);
    g.c = c.data(), g.c_row = kPanel<T>, g.c_panel = step(rows * kPanel<T>);
  }
  static constexpr std::size_t kCols = 2 * kPanel<T>;
  Buffer<T> a, b, c, bias, mask;
  GemmPanel<T> g = {};
};

template <class T> struct Walk {
  const char* name;
  bool transposed;  // rows are inputs, the depth a batch
  // What the walk changes in a product; what it has to keep alive.
  std::shared_ptr<void> (*set)(Product<T>&);
};

template <class T> std::shared_ptr<void> transpose(Product<T>& p) {
  p.g.a_row = 1, p.g.a_step = step(p.g.rows);
  return nullptr;
}

template <class T> const Walk<T> kWalks[] = {
    {"gemm", false, [](Product<T>&) { return std::shared_ptr<void>(); }},
    {"gemm_relu", false,
     [](Product<T>& p) {
       p.g.bias = p.bias.data();
       return std::shared_ptr<void>();
     }},
    {"gemm_gate", false,
     [](Product<T>& p) {
       p.g.mask = p.mask.data(), p.g.mask_row = p.g.c_row, p.g.mask_panel = p.g.c_panel;
       return std::shared_ptr<void>();
     }},
    {"gemm_resume", false,
     [](Product<T>& p) {
       std::fill_n(p.c.data(), p.g.rows * Product<T>::kCols, T(0));
       std::fill_n(p.a.data(), p.g.rows * p.g.depth, T(1e-3));  // the sums go on and on
       p.g.resume = true;
       return std::shared_ptr<void>();
     }},
    {"gemm_chunked", false,
     [](Product<T>& p) {
       p.g.a_row = kPanel<T>, p.g.chunk = kPanel<T>, p.g.a_jump = step(p.g.rows * kPanel<T>);
       return std::shared_ptr<void>();
     }},
    {"gemm_listed", false,
     [](Product<T>& p) {
       auto steps = std::make_shared<std::vector<GemmStep>>();
       for (std::size_t i = 0; i < p.g.depth; ++i) steps->push_back({step(i), step(i * kPanel<T>)});
       p.g.steps = steps->data();
       return std::shared_ptr<void>(steps);
     }},
    {"gemm_transposed", true, transpose<T>},
};

template <class T> Call multiply(const KernelTable<T>& k, const Walk<T>& walk, std::size_t rows, std::size_t depth) {
  Product<T> product(rows, depth);
  std::shared_ptr<void> alive = walk.set(product);
  return [&k, product, alive] { k.gemm_panel(product.g); };
}

constexpr std::size_t kFar = std::size_t{1} << 22, kArrays = 6;

// A tile of a weight gradient that calls for the next tile's weights and two moments, from memory each time.
template <class T> Call multiply_near(const KernelTable<T>& k, std::size_t rows, std::size_t depth) {
  Product<T> product(rows, depth);
  transpose(product);
  const Buffer<T> far(kFar);
  return [&k, product, far, at = std::size_t{0}]() mutable {
    const std::size_t count = product.g.rows * kPanel<T>;
    for (std::size_t i = 0; i < kArrays; ++i, at += count) product.g.prefetch[i] = far.data() + at % (kFar - count);
    product.g.prefetch_rows = product.g.rows;
    k.gemm_panel(product.g);
  };
}

}  // namespace

template <class T> void add_products(Cases<T>& cases) {
  const auto add = [&](const std::string& name, std::size_t rows, std::size_t depth, double prefetched, auto make) {
    const double flop = 2.0 * static_cast<double>(rows * depth * Product<T>::kCols);
    const std::size_t numbers = rows * depth + (rows + depth) * Product<T>::kCols;
    const double bytes = (static_cast<double>(numbers) + prefetched) * sizeof(T);
    cases.push_back({name + "/depth:" + std::to_string(depth) + "/rows", rows, bytes, flop,
                     prefetched > 0 ? double{kFar * sizeof(T)} : bytes, false, make});
  };
  for (const Walk<T>& walk : kWalks<T>)
    for (const std::size_t depth : {walk.transposed ? 32 : 64, walk.transposed ? 256 : 784})
      for (const std::size_t rows : {std::size_t{1}, std::size_t{12}, walk.transposed ? kPanel<T> : std::size_t{128}})
        add(walk.name, rows, depth, 0,
            [&walk, rows, depth](const KernelTable<T>& k) { return multiply(k, walk, rows, depth); });
  for (const std::size_t depth : {32, 256})
    add("gemm_transposed_near", kPanel<T>, depth, double{kArrays * kPanel<T> * kPanel<T>},
        [depth](const KernelTable<T>& k) { return multiply_near(k, kPanel<T>, depth); });
}

template void add_products(Cases<float>&);
template void add_products(Cases<double>&);

}  // namespace roofline
