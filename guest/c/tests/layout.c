/* The imports' structures and numbers against the contracts: nothing to run. */
#include "../src/internal.h"
#include "../src/foreign/imports.h"

#include "layout_generated.h"
