// How long a retry waits (notify/retry_stage.go, github.com/cenkalti/backoff: NewTicker of NewExponentialBackOff).
#pragma once

#include "base/random.h"
#include "base/time.h"

namespace firedrill::notify {

// Half a second, then half as much again each time, up to a minute; each wait drawn evenly from half of it to one and a
// half times it. It counts from the beginning of the attempt before.
class BackOff {
 public:
  Duration next(RandomStream& random);
  // What next() may give: at least and at most.
  Duration least() const;
  Duration most() const;

 private:
  double milliseconds_ = 500;
};

}  // namespace firedrill::notify
