/* predict MODEL: rows of numbers on standard input, one row of outputs a line; class labels with -l. */
#include <proxnet/c_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed(const char* what, proxnet_status status) {
  fprintf(stderr, "%s: %d: %s\n", what, (int)status, proxnet_last_error());
  return 1;
}

int main(int argc, char** argv) {
  const int labels = argc > 2 && strcmp(argv[2], "-l") == 0;
  proxnet_predictor* predictor = NULL;
  proxnet_status status;
  size_t inputs, outputs, size, j;
  float *x, *out;
  void* workspace;
  if (proxnet_abi_version() != PROXNET_ABI_VERSION) return 2;
  status = proxnet_predictor_load(argc > 1 ? argv[1] : NULL, 0, &predictor);
  if (status != PROXNET_OK) return failed("load", status);
  inputs = proxnet_predictor_inputs(predictor);
  outputs = proxnet_predictor_outputs(predictor);
  size = proxnet_predictor_workspace_size(predictor, 1);
  x = malloc(inputs * sizeof *x);
  out = malloc(outputs * sizeof *out);
  workspace = malloc(size);
  if (!x || !out || !workspace) return 3;
  for (;;) {
    for (j = 0; j < inputs && scanf("%f", &x[j]) == 1; ++j) {
    }
    if (j < inputs) break;
    if (labels) {
      int64_t label;
      status = proxnet_predict_labels_f32(predictor, x, 1, inputs, &label, workspace, size, 0);
      if (status != PROXNET_OK) return failed("labels", status);
      puts(proxnet_predictor_class_label(predictor, (size_t)label));
      continue;
    }
    status = proxnet_predict_f32(predictor, x, 1, inputs, out, outputs, workspace, size, 0);
    if (status != PROXNET_OK) return failed("predict", status);
    for (j = 0; j < outputs; ++j) printf("%.9g%c", (double)out[j], j + 1 < outputs ? ' ' : '\n');
  }
  proxnet_predictor_free(predictor);
  free(workspace);
  free(out);
  free(x);
  return 0;
}
