/* The variadic functions of the Parameter and Message suites. Each reads its arguments according to what the
   simulator says of the parameter, and passes them on as an array. */
#include <stdarg.h>
#include <stdio.h>

#include "ofxImageEffect.h"
#include "ofxMessage.h"
#include "ofxParam.h"

/* Longest message in bytes; what is longer is cut. */
#define MESSAGE_BYTES 4096

/* What the arguments of a parameter are. */
enum { KIND_NONE = 0, KIND_INT = 1, KIND_DOUBLE = 2, KIND_STRING = 3 };

/* Which function was called. */
enum { GET_VALUE = 0, GET_VALUE_AT_TIME = 1, GET_DERIVATIVE = 2, GET_INTEGRAL = 3 };

typedef union SimArgument {
  int i;
  double d;
  const char *s;
} SimArgument;

/* In Rust. `sim_param_arguments` gives the kind and, through `count`, the number of arguments. */
extern int sim_param_arguments(OfxParamHandle param, int *count);
extern OfxStatus sim_param_get(OfxParamHandle param, int function, double time1, double time2, void **values, int count);
extern OfxStatus sim_param_set(OfxParamHandle param, int at_time, double time, const SimArgument *values, int count);
extern OfxStatus sim_message(void *handle, int persistent, const char *type, const char *id, const char *format,
                             const char *text);

static OfxStatus get(OfxParamHandle param, int function, double time1, double time2, va_list args) {
  void *values[4] = {0};
  int count = 0;
  sim_param_arguments(param, &count);
  for (int i = 0; i < count && i < 4; i++) values[i] = va_arg(args, void *);
  return sim_param_get(param, function, time1, time2, values, count);
}

static OfxStatus set(OfxParamHandle param, int at_time, double time, va_list args) {
  SimArgument values[4] = {{0}};
  int count = 0;
  int kind = sim_param_arguments(param, &count);
  for (int i = 0; i < count && i < 4; i++) {
    if (kind == KIND_INT) values[i].i = va_arg(args, int);
    else if (kind == KIND_DOUBLE) values[i].d = va_arg(args, double);
    else if (kind == KIND_STRING) values[i].s = va_arg(args, const char *);
  }
  return sim_param_set(param, at_time, time, values, count);
}

OfxStatus sim_shim_param_get_value(OfxParamHandle param, ...) {
  va_list args;
  va_start(args, param);
  OfxStatus status = get(param, GET_VALUE, 0, 0, args);
  va_end(args);
  return status;
}

OfxStatus sim_shim_param_get_value_at_time(OfxParamHandle param, OfxTime time, ...) {
  va_list args;
  va_start(args, time);
  OfxStatus status = get(param, GET_VALUE_AT_TIME, time, time, args);
  va_end(args);
  return status;
}

OfxStatus sim_shim_param_get_derivative(OfxParamHandle param, OfxTime time, ...) {
  va_list args;
  va_start(args, time);
  OfxStatus status = get(param, GET_DERIVATIVE, time, time, args);
  va_end(args);
  return status;
}

OfxStatus sim_shim_param_get_integral(OfxParamHandle param, OfxTime time1, OfxTime time2, ...) {
  va_list args;
  va_start(args, time2);
  OfxStatus status = get(param, GET_INTEGRAL, time1, time2, args);
  va_end(args);
  return status;
}

OfxStatus sim_shim_param_set_value(OfxParamHandle param, ...) {
  va_list args;
  va_start(args, param);
  OfxStatus status = set(param, 0, 0, args);
  va_end(args);
  return status;
}

OfxStatus sim_shim_param_set_value_at_time(OfxParamHandle param, OfxTime time, ...) {
  va_list args;
  va_start(args, time);
  OfxStatus status = set(param, 1, time, args);
  va_end(args);
  return status;
}

OfxStatus sim_shim_message(void *handle, const char *type, const char *id, const char *format, ...) {
  char text[MESSAGE_BYTES];
  text[0] = 0;
  va_list args;
  va_start(args, format);
  if (format) vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return sim_message(handle, 0, type, id, format, text);
}

OfxStatus sim_shim_set_persistent_message(void *handle, const char *type, const char *id, const char *format, ...) {
  char text[MESSAGE_BYTES];
  text[0] = 0;
  va_list args;
  va_start(args, format);
  if (format) vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return sim_message(handle, 1, type, id, format, text);
}
