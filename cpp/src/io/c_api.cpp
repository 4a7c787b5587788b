// The C interface: status codes and sentences for exceptions, checks of all arguments.
#include "proxnet/c_api.h"

#include <cmath>
#include <cstring>
#include <new>
#include <string_view>

#include "proxnet/file.h"
#include "proxnet/load_predictor.h"
#include "proxnet/version.h"
#include "runtime/dispatch.h"

struct proxnet_predictor {
  proxnet::AnyPredictor loaded;
  template <class F> decltype(auto) visit(F&& f) const { return std::visit(std::forward<F>(f), loaded); }
};

namespace proxnet {

namespace {

// Of fixed size: without memory there is a sentence too.
thread_local char last_error[1024] = "";

proxnet_status refuse(proxnet_status status, std::string_view text) noexcept {
  const std::size_t size = std::min(text.size(), sizeof last_error - 1);
  std::memcpy(last_error, text.data(), size);
  last_error[size] = '\0';
  return status;
}

// f(), with exceptions as status codes.
template <class F> proxnet_status guarded(F&& f) noexcept {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return refuse(PROXNET_OUT_OF_MEMORY, "[proxnet] there is not enough memory");
  } catch (const FileError& error) {
    return refuse(PROXNET_FILE_ERROR, error.what());
  } catch (const InvalidInput& error) {
    return refuse(PROXNET_INVALID_FILE, error.what());
  } catch (const std::exception& error) {
    return refuse(PROXNET_INTERNAL_ERROR, error.what());
  } catch (...) {
    return refuse(PROXNET_INTERNAL_ERROR, "[proxnet] an unknown exception");
  }
}

template <class Load>
proxnet_status load(bool given, std::uint32_t flags, proxnet_predictor** predictor, Load&& make) noexcept {
  if (!predictor) return refuse(PROXNET_INVALID_ARGUMENT, "[load] predictor must not be NULL");
  *predictor = nullptr;
  if (!given) return refuse(PROXNET_INVALID_ARGUMENT, "[load] path or bytes must not be NULL");
  if (flags & ~PROXNET_LOAD_UNCHECKED) return refuse(PROXNET_INVALID_ARGUMENT, "[load] flags must be known");
  return guarded([&] {
    *predictor = new proxnet_predictor{make(LoadOptions{!(flags & PROXNET_LOAD_UNCHECKED), {}})};
    return PROXNET_OK;
  });
}

// Checks the arguments of a prediction, then calls run(loaded predictor, x, workspace).
template <class T, class Run>
proxnet_status checked(const proxnet_predictor* predictor, const T* x, std::size_t rows, std::size_t x_stride,
                       const void* out, void* workspace, std::size_t workspace_size, std::uint32_t flags,
                       Run&& run) noexcept {
  return guarded([&] {
    const auto wrong = [](const auto&... parts) {
      return refuse(PROXNET_INVALID_ARGUMENT, sentence("[predict] ", parts...));
    };
    if (!predictor) return wrong("predictor must not be NULL");
    const auto* loaded = std::get_if<LoadedPredictor<T>>(&predictor->loaded);
    if (!loaded) return wrong("the number type must be the predictor's, ", sizeof(T) == 4 ? "float64" : "float32");
    if (flags & ~(PROXNET_PASS_NOT_FINITE | PROXNET_LOGITS)) return wrong("flags must be known, got ", flags);
    if (rows == 0) return PROXNET_OK;
    if (!x || !out || !workspace) return wrong("x, the outputs and the workspace must not be NULL");
    const std::size_t inputs = loaded->predictor.inputs(), needed = loaded->predictor.workspace_size(rows);
    if (rows > 1 && x_stride < inputs)
      return wrong("the stride of x must be at least its columns, ", inputs, ", got ", x_stride);
    if (workspace_size < needed)
      return refuse(PROXNET_WORKSPACE_TOO_SMALL, sentence("[predict] the workspace for ", rows, " rows must have ",
                                                          needed, " bytes, got ", workspace_size));
    for (std::size_t r = 0; !(flags & PROXNET_PASS_NOT_FINITE) && r < rows; ++r) {
      const T* row = x + r * x_stride;
      if (kernels<T>().all_finite(inputs, row)) continue;
      std::size_t j = 0;
      while (std::isfinite(row[j])) ++j;
      return refuse(PROXNET_NOT_FINITE, sentence("[predict] x must be finite, x[", r, ", ", j, "] = ", row[j]));
    }
    return run(*loaded, ConstMatrixView<T>(x, rows, inputs, x_stride));
  });
}

template <class T>
proxnet_status predict(const proxnet_predictor* predictor, const T* x, std::size_t rows, std::size_t x_stride, T* out,
                       std::size_t out_stride, void* workspace, std::size_t workspace_size,
                       std::uint32_t flags) noexcept {
  return checked(predictor, x, rows, x_stride, out, workspace, workspace_size, flags,
                 [&](const LoadedPredictor<T>& loaded, ConstMatrixView<T> from) {
                   const std::size_t outputs = loaded.predictor.outputs();
                   if (rows > 1 && out_stride < outputs)
                     return refuse(PROXNET_INVALID_ARGUMENT,
                                   sentence("[predict] the stride of the outputs must be at least their columns, ",
                                            outputs, ", got ", out_stride));
                   const MatrixView<T> to(out, rows, outputs, out_stride);
                   flags& PROXNET_LOGITS ? loaded.predictor.logits(from, to, workspace)
                                         : loaded.predictor.predict(from, to, workspace);
                   return PROXNET_OK;
                 });
}

template <class T>
proxnet_status labels(const proxnet_predictor* predictor, const T* x, std::size_t rows, std::size_t x_stride,
                      std::int64_t* found, void* workspace, std::size_t workspace_size, std::uint32_t flags) noexcept {
  return checked(predictor, x, rows, x_stride, found, workspace, workspace_size, flags,
                 [&](const LoadedPredictor<T>& loaded, ConstMatrixView<T> from) {
                   loaded.predictor.labels(from, found, workspace, loaded.info.threshold);
                   return PROXNET_OK;
                 });
}

// Null where there are fewer.
const char* text_at(const std::vector<std::string>& texts, std::size_t i) {
  return i < texts.size() ? texts[i].c_str() : nullptr;
}

}  // namespace

}  // namespace proxnet

using namespace proxnet;

int32_t proxnet_abi_version() { return PROXNET_ABI_VERSION; }
const char* proxnet_version() { return PROXNET_VERSION_STRING; }
const char* proxnet_last_error() { return last_error; }

proxnet_status proxnet_predictor_load(const char* path, uint32_t flags, proxnet_predictor** predictor) {
  return load(path, flags, predictor, [&](const LoadOptions& options) { return load_any_predictor(path, options); });
}
proxnet_status proxnet_predictor_load_from_memory(const void* bytes, size_t size, uint32_t flags,
                                                  proxnet_predictor** predictor) {
  return load(bytes, flags, predictor, [&](const LoadOptions& options) {
    return load_any_predictor({static_cast<const std::byte*>(bytes), size}, options);
  });
}
void proxnet_predictor_free(proxnet_predictor* predictor) { delete predictor; }

size_t proxnet_predictor_inputs(const proxnet_predictor* p) {
  return p ? p->visit([](const auto& loaded) { return loaded.predictor.inputs(); }) : 0;
}
size_t proxnet_predictor_outputs(const proxnet_predictor* p) {
  return p ? p->visit([](const auto& loaded) { return loaded.predictor.outputs(); }) : 0;
}
int32_t proxnet_predictor_number_type(const proxnet_predictor* p) {
  return p && p->loaded.index() == 1 ? PROXNET_FLOAT64 : PROXNET_FLOAT32;
}
const char* proxnet_predictor_input_name(const proxnet_predictor* p, size_t input) {
  return p ? p->visit([&](const auto& loaded) { return text_at(loaded.info.input_names, input); }) : nullptr;
}
size_t proxnet_predictor_class_count(const proxnet_predictor* p) {
  return p ? p->visit([](const auto& loaded) { return loaded.info.classes.size(); }) : 0;
}
const char* proxnet_predictor_class_label(const proxnet_predictor* p, size_t number) {
  return p ? p->visit([&](const auto& loaded) { return text_at(loaded.info.classes, number); }) : nullptr;
}
size_t proxnet_predictor_workspace_size(const proxnet_predictor* p, size_t rows) {
  return p ? p->visit([&](const auto& loaded) { return loaded.predictor.workspace_size(rows); }) : 0;
}

proxnet_status proxnet_predict_f32(const proxnet_predictor* predictor, const float* x, size_t rows, size_t x_stride,
                                   float* out, size_t out_stride, void* workspace, size_t workspace_size,
                                   uint32_t flags) {
  return predict(predictor, x, rows, x_stride, out, out_stride, workspace, workspace_size, flags);
}
proxnet_status proxnet_predict_f64(const proxnet_predictor* predictor, const double* x, size_t rows, size_t x_stride,
                                   double* out, size_t out_stride, void* workspace, size_t workspace_size,
                                   uint32_t flags) {
  return predict(predictor, x, rows, x_stride, out, out_stride, workspace, workspace_size, flags);
}
proxnet_status proxnet_predict_labels_f32(const proxnet_predictor* predictor, const float* x, size_t rows,
                                          size_t x_stride, int64_t* found, void* workspace, size_t workspace_size,
                                          uint32_t flags) {
  return labels(predictor, x, rows, x_stride, found, workspace, workspace_size, flags);
}
proxnet_status proxnet_predict_labels_f64(const proxnet_predictor* predictor, const double* x, size_t rows,
                                          size_t x_stride, int64_t* found, void* workspace, size_t workspace_size,
                                          uint32_t flags) {
  return labels(predictor, x, rows, x_stride, found, workspace, workspace_size, flags);
}
