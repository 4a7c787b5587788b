/* Predictions from C, and from every language that calls C: a model file is loaded once, then any number of threads
 * predict with it, without allocation or lock, in memory of the caller's.
 *
 *   proxnet_predictor *predictor;
 *   if (proxnet_predictor_load("model.safetensors", 0, &predictor) != PROXNET_OK) puts(proxnet_last_error());
 *   void *workspace = malloc(proxnet_predictor_workspace_size(predictor, 1));
 *   proxnet_predict_f32(predictor, x, 1, inputs, out, outputs, workspace, size, 0);
 *
 * The functions of this file keep their signatures and meaning while PROXNET_ABI_VERSION stays the same; a larger
 * version may add functions, flags and status codes. No exception leaves them. */
#ifndef PROXNET_C_API_H
#define PROXNET_C_API_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PROXNET_C_API __attribute__((visibility("default")))
#else
#define PROXNET_C_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define PROXNET_ABI_VERSION 1

/* What functions return. proxnet_last_error() has the sentence. */
typedef int32_t proxnet_status;
#define PROXNET_OK 0
#define PROXNET_INVALID_ARGUMENT 1 /* a null pointer, a stride smaller than a row, the other number type */
#define PROXNET_INVALID_FILE 2     /* damaged, of a newer version, not of proxnet, or a wrong test row */
#define PROXNET_FILE_ERROR 3       /* the system could not open or read the file */
#define PROXNET_OUT_OF_MEMORY 4
#define PROXNET_WORKSPACE_TOO_SMALL 5
#define PROXNET_NOT_FINITE 6 /* a NaN or an infinity in x */
#define PROXNET_INTERNAL_ERROR 7

/* Flags of loading: the test row of the file is not compared. */
#define PROXNET_LOAD_UNCHECKED 1u

/* Flags of predictions. */
#define PROXNET_PASS_NOT_FINITE 1u /* rows with a NaN or an infinity give outputs that are not finite: no error */
#define PROXNET_LOGITS 2u          /* outputs before the activation of the last layer */

/* Number types of a predictor. */
#define PROXNET_FLOAT32 0
#define PROXNET_FLOAT64 1

/* Immutable. All functions but proxnet_predictor_free() may be called by any number of threads at once. */
typedef struct proxnet_predictor proxnet_predictor;

/* PROXNET_ABI_VERSION of the library that runs, and its release, "0.1.0". */
PROXNET_C_API int32_t proxnet_abi_version(void);
PROXNET_C_API const char* proxnet_version(void);

/* The sentence of this thread's last status that was not PROXNET_OK, at most 1023 bytes; "" before there was one. The
 * text stays until the thread's next error. */
PROXNET_C_API const char* proxnet_last_error(void);

/* Reads a file of Sequential.save, proxnet.save_predictor or proxnet::save(), or its bytes, which may go afterwards.
 * On an error *predictor is set to NULL. */
PROXNET_C_API proxnet_status proxnet_predictor_load(const char* path, uint32_t flags, proxnet_predictor** predictor);
PROXNET_C_API proxnet_status proxnet_predictor_load_from_memory(const void* bytes, size_t size, uint32_t flags,
                                                                proxnet_predictor** predictor);
/* NULL does nothing. */
PROXNET_C_API void proxnet_predictor_free(proxnet_predictor* predictor);

/* Columns of x and of the outputs; PROXNET_FLOAT32 or PROXNET_FLOAT64. */
PROXNET_C_API size_t proxnet_predictor_inputs(const proxnet_predictor* predictor);
PROXNET_C_API size_t proxnet_predictor_outputs(const proxnet_predictor* predictor);
PROXNET_C_API int32_t proxnet_predictor_number_type(const proxnet_predictor* predictor);

/* UTF-8, valid until the predictor is freed; NULL where the file names no inputs or classes, or the number is too
 * large. */
PROXNET_C_API const char* proxnet_predictor_input_name(const proxnet_predictor* predictor, size_t input);
PROXNET_C_API size_t proxnet_predictor_class_count(const proxnet_predictor* predictor);
PROXNET_C_API const char* proxnet_predictor_class_label(const proxnet_predictor* predictor, size_t number);

/* Bytes of workspace for calls with at most so many rows; it needs no alignment, and one per thread. */
PROXNET_C_API size_t proxnet_predictor_workspace_size(const proxnet_predictor* predictor, size_t rows);

/* out[r * out_stride + j] = f(x[r * x_stride], ...)[j]; strides count numbers, at least a row's. On an error nothing is
 * written. */
PROXNET_C_API proxnet_status proxnet_predict_f32(const proxnet_predictor* predictor, const float* x, size_t rows,
                                                 size_t x_stride, float* out, size_t out_stride, void* workspace,
                                                 size_t workspace_size, uint32_t flags);
PROXNET_C_API proxnet_status proxnet_predict_f64(const proxnet_predictor* predictor, const double* x, size_t rows,
                                                 size_t x_stride, double* out, size_t out_stride, void* workspace,
                                                 size_t workspace_size, uint32_t flags);

/* labels[r]: the number of the class of row r, the column of the largest output; with one output 1 where it is over the
 * threshold of the model (0.5 behind a sigmoid, else 0), else 0. */
PROXNET_C_API proxnet_status proxnet_predict_labels_f32(const proxnet_predictor* predictor, const float* x, size_t rows,
                                                        size_t x_stride, int64_t* labels, void* workspace,
                                                        size_t workspace_size, uint32_t flags);
PROXNET_C_API proxnet_status proxnet_predict_labels_f64(const proxnet_predictor* predictor, const double* x,
                                                        size_t rows, size_t x_stride, int64_t* labels, void* workspace,
                                                        size_t workspace_size, uint32_t flags);

#ifdef __cplusplus
}
#endif

#endif
