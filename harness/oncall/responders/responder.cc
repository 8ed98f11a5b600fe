#include "oncall/responders/responder.h"

#include <algorithm>

namespace firedrill::oncall {

DistributionSpec usual_acknowledgement() {
  DistributionSpec usual;
  usual.distribution = "lognormal";
  usual.p50 = 2min;
  usual.p90 = 5min;
  return usual;
}

Responder Team::of(std::string_view person) const {
  const auto found = std::ranges::find(responders, person, &Responder::person);
  if (found != responders.end()) return *found;
  Responder usual;
  usual.person = person;
  return usual;
}

}  // namespace firedrill::oncall
