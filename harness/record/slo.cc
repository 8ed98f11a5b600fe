#include "record/slo.h"

namespace firedrill::record {

Duration Slo::budget() const {
  return from_seconds(to_seconds(window) * (1 - objective));
}

}  // namespace firedrill::record
