// Which series a run reads, so that exporters make no others.
#pragma once

#include <functional>

#include "driver/components/component.h"
#include "model/labels.h"

namespace firedrill::driver {

// Whether some rule, expectation, SLO or chart selects a series with these labels. Empty: all may be read, since all
// are kept, or since a configuration gives them other labels when they are stored.
std::function<bool(const model::Labels&)> series_read(const Setup& setup);

}  // namespace firedrill::driver
