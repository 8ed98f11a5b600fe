#include "notify/config/config.h"

#include <algorithm>

namespace firedrill::notify {

const Receiver* Configuration::receiver(std::string_view name) const {
  const auto found = std::ranges::find(receivers, name, &Receiver::name);
  return found == receivers.end() ? nullptr : &*found;
}

const NamedTimeInterval* Configuration::time_interval(std::string_view name) const {
  const auto found = std::ranges::find(time_intervals, name, &NamedTimeInterval::name);
  return found == time_intervals.end() ? nullptr : &*found;
}

}  // namespace firedrill::notify
