// What there is to say at the console: each command with its usage, in groups.
#pragma once

#include "console/answer.h"

namespace firedrill::console {

Answer help();

}  // namespace firedrill::console
