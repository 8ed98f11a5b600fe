// firedrill test playbooks [PATH...]; see cli.h.
#pragma once

#include "cli/arguments.h"

namespace firedrill::cli {

// `arguments` are those of `firedrill test`.
void declare_test_playbooks(Arguments arguments);

}  // namespace firedrill::cli
