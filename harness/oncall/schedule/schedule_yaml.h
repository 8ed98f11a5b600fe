// One schedule of an on-call file, from its block (roster_form.h).
#pragma once

#include "oncall/schedule/schedule.h"
#include "yaml/decode.h"

namespace firedrill::oncall {

// What is in error is told and left out.
Schedule decode_schedule(const yaml::DecodedBlock& block, Diagnostics& diagnostics);

}  // namespace firedrill::oncall
