// Everything public, in one include.
#pragma once

#include "proxnet/activation.h"
#include "proxnet/constraint.h"
#include "proxnet/error.h"
#include "proxnet/file.h"
#include "proxnet/fit.h"
#include "proxnet/layer.h"
#include "proxnet/loss.h"
#include "proxnet/matrix.h"
#include "proxnet/metric.h"
#include "proxnet/network.h"
#include "proxnet/optimizer.h"
#include "proxnet/penalty.h"
#include "proxnet/rows.h"
#include "proxnet/runtime.h"
#include "proxnet/sparsity.h"
#include "proxnet/version.h"
