// A replica with a quota of its processor as a station: its stationary law at some loads (quota_sample.h), each sampled
// when it is first asked for, and between them; stepped through time as a StationTable is. What such a station takes
// depends on how long a request keeps its worker after its work, which moves all the time: it lies between two tables.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "fake_services/traffic/stations/quota_sample.h"

namespace firedrill::fake_services {

class QuotaTable;

struct QuotaPoint {
  StationPoint station;          // `wait_mean` and `wait_variance` in seconds
  double done_rate = 0;          // per second
  double stretch = 1;            // of the mean time at work
  double throttled_periods = 0;  // share of periods in which the quota is used up
  double throttled_time = 0;     // share of time in which all stands still
};

class QuotaStation {
 public:
  explicit QuotaStation(const QuotaShape& shape);

  // Whether it stands for this one: all but the mean rest is the same.
  bool like(const QuotaShape& shape) const;
  void set_rest(double rest_s);
  double rest_varies() const { return shape_.rest_varies; }
  std::int64_t elsewhere() const { return shape_.arrivals.elsewhere; }

  // As StationTable::step. The point is also where the laws below are taken from.
  QuotaPoint step(double from, double arrivals, double dt_s, double turned_away = 1);
  const QuotaPoint& point() const { return point_; }
  // The law of the time at work of a route's requests, and of what those wait that wait.
  Times at_work(std::size_t route) const;
  Times wait() const;

 private:
  QuotaPoint at(double x) const;
  template <typename LawOf>
  Times blend(const LawOf& law_of) const;

  QuotaShape shape_;
  double own_s_ = 0;
  std::shared_ptr<const QuotaTable> low_;
  std::shared_ptr<const QuotaTable> high_;
  double toward_ = 0;  // the high one
  double x_ = 0;       // where the last step ended
  QuotaPoint point_;
};

}  // namespace firedrill::fake_services
