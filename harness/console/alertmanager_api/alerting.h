// What Alertmanager's API answers from, at a time that stands still while it is asked, and who sets silences.
#pragma once

#include <string_view>

#include "base/time.h"
#include "console/session.h"
#include "notify/alertmanager.h"

namespace firedrill::console {

class Alerting {
 public:
  virtual ~Alerting() = default;

  virtual Time now() const = 0;
  virtual Time started() const = 0;
  // When all is over; nobody asks later.
  virtual Time ends() const = 0;
  // Null: there is none, or it is down.
  virtual const notify::Alertmanager* alertmanager() const = 0;
  // Gives its id.
  virtual Answered<std::string> add_silence(const notify::Silence& silence) = 0;
  virtual Done expire_silence(std::string_view id) = 0;
};

}  // namespace firedrill::console
