// The alerts that have arrived and are not over for long (provider/mem/mem.go).
#pragma once

#include <map>
#include <vector>

#include "notify/provider/alert.h"

namespace firedrill::notify {

class AlertStore {
 public:
  // Puts the alert in its predecessor's place, merged with it where their times overlap (succeed()); what stands there
  // then is returned.
  AlertPtr put(Alert alert, Time now);
  // Null if there is none.
  AlertPtr get(Fingerprint fingerprint) const;
  // Forgets the alerts that are over at the time.
  void collect(Time now);

  bool empty() const { return alerts_.empty(); }
  // In the order in which they first came.
  std::vector<AlertPtr> list() const;

 private:
  struct Entry {
    AlertPtr alert;
    std::uint64_t number = 0;
  };
  std::map<Fingerprint, Entry> alerts_;
  std::uint64_t next_number_ = 0;
};

}  // namespace firedrill::notify
