// firedrill test scenarios PATH...; see cli.h.
#pragma once

#include "cli/arguments.h"

namespace firedrill::cli {

// `arguments` are its own.
void declare_test_scenarios(Arguments arguments);

}  // namespace firedrill::cli
