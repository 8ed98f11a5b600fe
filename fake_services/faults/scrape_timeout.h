// The target answers its scrapes too slowly.
#pragma once

#include "fake_services/fault.h"

namespace firedrill::fake_services {

extern const FaultKind kScrapeTimeout;

}  // namespace firedrill::fake_services
