// What an Alertmanager meets where its receivers are: how their endpoints respond, and how long it waits and tries.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/time.h"
#include "notify/config/config.h"

namespace firedrill::notify {

// Of a receiver, to one request.
struct Response {
  int status = 200;
  Duration after{};    // how long it takes; not negative
  bool never = false;  // it does not come: the attempt waits for its time-out
};

// Where integrations send their requests.
class Endpoints {
 public:
  virtual ~Endpoints() = default;
  // To a request that an integration (by index in the receiver's) makes at a time.
  virtual Response respond(const Receiver& receiver, std::size_t integration, Time at) const = 0;
};

// Whether an integration of the kind tries again after the status (each notifier's retrier: 5xx always, some also 429).
bool is_retried(const Integration& integration, int status);
// How long an integration waits for an answer by its own settings; zero: as long as its flush lasts.
Duration own_timeout(const Integration& integration);

}  // namespace firedrill::notify
