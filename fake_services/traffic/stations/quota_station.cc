#include "fake_services/traffic/stations/quota_station.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

// What comes, against what would be done were all workers always busy.
constexpr std::array<double, 21> kLoads = {0.05, 0.1,  0.2, 0.3,  0.4,  0.5,  0.6, 0.7, 0.8, 0.85, 0.9,
                                           0.94, 0.97, 1.0, 1.03, 1.07, 1.15, 1.3, 1.6, 2.2, 4};
constexpr std::size_t kFunctions = 10;
// Occupancy, blocking, waits, wait_mean, wait_variance, variance, at_work_s, throttled periods and time, done_rate.
using Values = std::array<double, kFunctions>;
constexpr std::size_t kAtWork = 6;

double node_at(std::size_t i) {
  return maths::log(kLoads[i]);
}

// The slope at a node, by those of the two intervals beside it; so that nothing goes beyond the nodes (Fritsch and
// Butland 1984).
double slope(double h0, double d0, double h1, double d1) {
  if (d0 * d1 <= 0) return 0;
  const double w0 = 2 * h1 + h0;
  const double w1 = h1 + 2 * h0;
  return (w0 + w1) / (w0 / d0 + w1 / d1);
}

}  // namespace

class QuotaTable {
 public:
  explicit QuotaTable(const QuotaShape& shape) : shape_(shape), capacity_(quota_capacity(shape)) {}

  double capacity() const { return capacity_; }
  const QuotaSample& node(std::size_t i) const {
    const std::scoped_lock lock(mutex_);
    if (!nodes_[i])
      nodes_[i] = std::make_unique<const QuotaSample>(sample_quota(shape_, kLoads[i] * capacity_, capacity_));
    return *nodes_[i];
  }
  Values values(std::size_t i) const {
    const QuotaSample& n = node(i);
    const StationPoint& s = n.station;
    return {s.occupancy,      s.blocking,
            s.waits,          s.wait_mean,
            s.wait_variance,  s.variance,
            n.at_work_s,      n.throttled_periods,
            n.throttled_time, n.done_rate / capacity_};
  }
  // Within an interval of nodes.
  Values between(std::size_t i, double t) const {
    const Values a = values(i);
    const Values b = values(i + 1);
    const Values before = i > 0 ? values(i - 1) : a;
    const Values after = i + 2 < kLoads.size() ? values(i + 2) : b;
    const double h = node_at(i + 1) - node_at(i);
    const double h0 = i > 0 ? node_at(i) - node_at(i - 1) : h;
    const double h1 = i + 2 < kLoads.size() ? node_at(i + 2) - node_at(i + 1) : h;
    const double u = 1 - t;
    Values out;
    for (std::size_t f = 0; f < kFunctions; ++f) {
      const double d = (b[f] - a[f]) / h;
      const double da = i > 0 ? slope(h0, (a[f] - before[f]) / h0, h, d) : d;
      const double db = i + 2 < kLoads.size() ? slope(h, d, h1, (after[f] - b[f]) / h1) : d;
      out[f] = u * u * ((1 + 2 * t) * a[f] + t * h * da) + t * t * ((3 - 2 * t) * b[f] - u * h * db);
    }
    return out;
  }

 private:
  QuotaShape shape_;
  double capacity_;
  mutable std::mutex mutex_;
  mutable std::array<std::unique_ptr<const QuotaSample>, kLoads.size()> nodes_;
};

namespace {

using Key = std::tuple<std::int64_t, std::int64_t, Arrivals, std::vector<std::tuple<double, int, double, double>>,
                       double, double, double, bool>;

// A table follows from its shape alone, so that whoever has made it does not matter.
std::shared_ptr<const QuotaTable> table_of(const QuotaShape& shape) {
  static std::mutex mutex;
  static std::map<Key, std::shared_ptr<const QuotaTable>> made;
  constexpr std::size_t kMost = 256;
  Key key{shape.workers,
          shape.places,
          shape.arrivals,
          {},
          shape.per_period,
          shape.rest_s,
          shape.rest_s > 0 ? shape.rest_varies : 1,
          shape.one_line};
  for (const QuotaWork& w : shape.works) {
    std::get<3>(key).emplace_back(w.share, static_cast<int>(w.own.shape()), w.own.mean(), w.own.variance());
  }
  {
    const std::scoped_lock lock(mutex);
    if (const auto found = made.find(key); found != made.end()) return found->second;
  }
  auto table = std::make_shared<const QuotaTable>(shape);
  const std::scoped_lock lock(mutex);
  if (made.size() >= kMost) made.clear();
  return made.try_emplace(std::move(key), std::move(table)).first->second;
}

}  // namespace

QuotaStation::QuotaStation(const QuotaShape& shape) : shape_(shape) {
  for (const QuotaWork& w : shape_.works) own_s_ += w.share * w.own.mean();
  set_rest(shape.rest_s);
}

bool QuotaStation::like(const QuotaShape& shape) const {
  if (shape.workers != shape_.workers || shape.places != shape_.places || shape.arrivals != shape_.arrivals ||
      shape.per_period != shape_.per_period || shape.rest_varies != shape_.rest_varies ||
      shape.one_line != shape_.one_line || shape.works.size() != shape_.works.size()) {
    return false;
  }
  for (std::size_t i = 0; i < shape.works.size(); ++i) {
    const QuotaWork& a = shape.works[i];
    const QuotaWork& b = shape_.works[i];
    if (a.share != b.share || a.own.shape() != b.own.shape() || a.own.mean() != b.own.mean()) return false;
  }
  return true;
}

// None, a quarter of the own time, and then twice as long each time.
void QuotaStation::set_rest(double rest_s) {
  constexpr double kFirst = 0.25;
  constexpr double kNear = 0.02;
  double below = 0;
  double above = kFirst * own_s_;
  while (above < rest_s) {
    below = above;
    above *= 2;
  }
  toward_ = std::clamp((rest_s - below) / (above - below), 0.0, 1.0);
  if (toward_ < kNear) toward_ = 0;
  if (toward_ > 1 - kNear) toward_ = 1;
  const auto table_at = [&](double at) {
    QuotaShape shape = shape_;
    shape.rest_s = at;
    return table_of(shape);
  };
  shape_.rest_s = rest_s;
  low_ = toward_ < 1 ? table_at(below) : nullptr;
  high_ = toward_ > 0 ? table_at(above) : nullptr;
  if (low_ == nullptr) low_ = high_;
  if (high_ == nullptr) high_ = low_;
}

QuotaPoint QuotaStation::at(double x) const {
  const double first = node_at(0);
  const double inside = std::clamp(x, first, node_at(kLoads.size() - 1));
  std::size_t i = 0;
  while (i + 2 < kLoads.size() && inside >= node_at(i + 1)) ++i;
  const double t = (inside - node_at(i)) / (node_at(i + 1) - node_at(i));
  Values v = low_->between(i, t);
  double capacity = low_->capacity();
  if (high_ != low_) {
    const Values other = high_->between(i, t);
    for (std::size_t f = 0; f < kFunctions; ++f) v[f] += toward_ * (other[f] - v[f]);
    capacity += toward_ * (high_->capacity() - capacity);
  }
  // Nearly empty: all that needs more than one request is rarer in proportion.
  const double fewer = x < first ? maths::exp(x - first) : 1;
  QuotaPoint p;
  p.station.blocking = fewer * v[1];
  p.station.waits = fewer * v[2];
  p.station.wait_mean = v[3];
  p.station.wait_variance = v[4];
  p.station.occupancy = fewer * v[0];
  p.station.variance = fewer * v[5];
  p.stretch = std::max(1.0, v[kAtWork] / own_s_);
  p.throttled_periods = fewer * v[7];
  p.throttled_time = fewer * v[8];
  const bool few = shape_.arrivals.callers > 0;
  p.done_rate = few ? fewer * v[9] * capacity : maths::exp(x) * capacity * (1 - p.station.blocking);
  p.station.busy = p.done_rate * (own_s_ * p.stretch + shape_.rest_s);
  p.station.occupancy = std::max(p.station.occupancy, p.station.busy);
  return p;
}

QuotaPoint QuotaStation::step(double from, double arrivals, double dt_s, double turned_away) {
  if (shape_.arrivals.callers > 0 && shape_.places >= shape_.arrivals.callers) turned_away = 0;
  const auto at_x = [&](double x) {
    const QuotaPoint p = at(x);
    const double accepted = arrivals * (1 - turned_away * p.station.blocking);
    return p.station.occupancy - from - dt_s * (accepted - p.done_rate);
  };
  constexpr double kEmpty = -14;  // of 1e-6 of the capacity
  const double full = node_at(kLoads.size() - 1);
  // Around where the last step ended first, and from there outwards.
  double reach = 0.02;
  double low = std::clamp(x_ - reach, kEmpty, full);
  double high = std::clamp(x_ + reach, kEmpty, full);
  double at_low = at_x(low);
  double at_high = at_x(high);
  while (low > kEmpty && at_low > 0) {
    high = low;
    at_high = at_low;
    reach *= 3;
    low = std::max(kEmpty, low - reach);
    at_low = at_x(low);
  }
  while (high < full && at_high <= 0) {
    low = high;
    at_low = at_high;
    reach *= 3;
    high = std::min(full, high + reach);
    at_high = at_x(high);
  }
  x_ = at_high <= 0 ? full : low;
  int side = 0;  // regula falsi with the Illinois rule
  for (int round = 0; round < 40 && at_low <= 0 && at_high > 0 && high - low > 1e-10; ++round) {
    x_ = low + (high - low) * -at_low / (at_high - at_low);
    const double f = at_x(x_);
    if (f < 1e-10 && f > -1e-10) break;
    if (f <= 0) {
      low = x_;
      at_low = f;
      if (side == -1) at_high /= 2;
      side = -1;
    } else {
      high = x_;
      at_high = f;
      if (side == 1) at_low /= 2;
      side = 1;
    }
  }
  point_ = at(x_);
  // More comes than any node stands for: all else is as there.
  if (x_ >= full && arrivals > 0 && shape_.arrivals.callers == 0) {
    const double left_over = (1 - point_.done_rate / arrivals) / std::max(1e-9, turned_away);
    point_.station.blocking = std::max(point_.station.blocking, std::min(1.0, left_over));
  }
  return point_;
}

// Of the two nodes that the last step ended between, of both tables; so much of each that the mean is that of the
// point.
template <typename LawOf>
Times QuotaStation::blend(const LawOf& law_of) const {
  const double inside = std::clamp(x_, node_at(0), node_at(kLoads.size() - 1));
  std::size_t i = 0;
  while (i + 2 < kLoads.size() && inside >= node_at(i + 1)) ++i;
  const double t = (inside - node_at(i)) / (node_at(i + 1) - node_at(i));
  Times law;
  for (const auto& [table, weight] : {std::pair{low_.get(), 1 - toward_}, std::pair{high_.get(), toward_}}) {
    if (weight <= 0) continue;
    const double low_s = table->node(i).at_work_s;
    const double high_s = table->node(i + 1).at_work_s;
    const double here_s = table->between(i, t)[kAtWork];
    const double above = high_s > low_s ? std::clamp((here_s - low_s) / (high_s - low_s), 0.0, 1.0) : t;
    for (const auto& [node, share] : {std::pair{i, 1 - above}, std::pair{i + 1, above}}) {
      const Times& sampled = law_of(table->node(node));
      if (!sampled.parts().empty()) law.add(weight * share, sampled);
    }
  }
  return law;
}

Times QuotaStation::at_work(std::size_t route) const {
  return blend([&](const QuotaSample& s) -> const Times& { return s.at_work[route]; });
}

Times QuotaStation::wait() const {
  return blend([](const QuotaSample& s) -> const Times& { return s.wait; });
}

}  // namespace firedrill::fake_services
