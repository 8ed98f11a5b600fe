// Time zones of the IANA database: local civil time at an instant. The only file that knows the date library.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/time.h"

namespace firedrill {

// Civil time in a zone.
struct LocalTime {
  int year = 1970;
  int month = 1;    // 1 to 12
  int day = 1;      // 1 to 31
  int weekday = 4;  // 0 is Sunday
  int minute_of_day = 0;
  Duration offset{};  // local minus UTC
  std::string abbreviation;
};

// A zone, cheap to copy.
class Zone {
 public:
  static Zone utc();
  // By IANA name ("Europe/London"); "UTC" and "" are UTC. The error says that it is not known, or that this machine has
  // no zone database.
  static std::expected<Zone, std::string> find(std::string_view name);

  LocalTime local(Time instant) const;
  // The instant at which the zone's clocks show the time: of two the first; where they jump over it, as much later as
  // they jump.
  Time instant(int year, int month, int day, int minute_of_day = 0) const;
  const std::string& name() const;
  bool operator==(const Zone& other) const { return data_ == other.data_; }

  struct Data;

 private:
  explicit Zone(const Data* data) : data_(data) {}
  const Data* data_;
};

// Days that a month of the proleptic Gregorian calendar has.
int days_in_month(int year, int month);

}  // namespace firedrill
