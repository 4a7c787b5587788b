// Everything public, in one include.
#pragma once

#include "proxnet/activation.h"
#include "proxnet/column_moments.h"
#include "proxnet/constraint.h"
#include "proxnet/error.h"
#include "proxnet/fit.h"
<<<<<<< HEAD
#include "proxnet/glm.h"
#include "proxnet/group_path.h"
=======
>>>>>>> main
#include "proxnet/initializer.h"
#include "proxnet/layer.h"
#include "proxnet/linear.h"
#include "proxnet/loss.h"
#include "proxnet/matrix.h"
#include "proxnet/metric.h"
#include "proxnet/network.h"
#include "proxnet/optimizer.h"
#include "proxnet/penalized.h"
#include "proxnet/penalty.h"
#include "proxnet/ridge.h"
#include "proxnet/rows.h"
#include "proxnet/runtime.h"
#include "proxnet/schedule.h"
#include "proxnet/sparsity.h"
#include "proxnet/version.h"
