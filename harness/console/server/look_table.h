// What a request to the APIs of Prometheus and Alertmanager looks at, as the console's line for it: evidence that
// whoever works the drill has looked.
#pragma once

#include <string>

#include "http/message.h"

namespace firedrill::console {

// Of a request that was answered, its path without /prometheus or /alertmanager. Empty: it looks at nothing of the
// incident, such as names of metrics.
std::string look_of(const http::Request& request);

}  // namespace firedrill::console
