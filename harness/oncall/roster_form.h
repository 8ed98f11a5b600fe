// The on-call file's blocks and their fields; its JSON Schema follows from them.
#pragma once

#include "yaml/decode.h"

namespace firedrill::oncall {

const yaml::Block& roster_block();

}  // namespace firedrill::oncall
