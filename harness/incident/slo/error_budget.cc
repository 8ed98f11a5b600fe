#include "incident/slo/error_budget.h"
#include "incident/slo/slo.h"
#include "record/record.h"

#include <algorithm>

namespace firedrill::incident {
using namespace record;
namespace {

constexpr Duration kMinute = 1min;

std::size_t minutes_of(Duration window) {
  return static_cast<std::size_t>(std::max<std::int64_t>((window + kMinute - 1ms) / kMinute, 1));
}

}  // namespace

ErrorBudget::ErrorBudget(const Record& record, const Slo& slo) : slo_(slo), from_(record.judged_from) {
  const std::size_t count = minute_count(record);
  ends_.reserve(count);
  sums_.reserve(count + 1);
  sums_.emplace_back();
  for (std::size_t minute = 0; minute < count; ++minute) {
    ends_.push_back(minute_end(record, minute));
    const SliCount counted = sli_count(record, slo, {minute, minute});
    sums_.push_back({sums_.back().bad + counted.bad(), sums_.back().total + counted.total});
  }
}

SliCount ErrorBudget::count(std::size_t minute, Duration window) const {
  const std::size_t wanted = minutes_of(window);
  const std::size_t first = minute + 1 >= wanted ? minute + 1 - wanted : 0;
  const double total = sums_[minute + 1].total - sums_[first].total;
  const double bad = sums_[minute + 1].bad - sums_[first].bad;
  // The difference of two sums may miss 0 by a rounding.
  return {total - std::clamp(bad, 0.0, total), total};
}

Duration ErrorBudget::covered(std::size_t minute, Duration window) const {
  return std::min(window, ends_[minute] - from_);
}

double ErrorBudget::burn_rate(std::size_t minute, Duration window, Before before) const {
  const double rate = incident::burn_rate(slo_, count(minute, window));
  if (before == Before::alike || window <= 0ms) return rate;
  return rate * (to_seconds(covered(minute, window)) / to_seconds(window));
}

double ErrorBudget::share_of_budget(double bad, std::size_t minute) const {
  // The first minute at which the window is as full as it will be.
  const std::size_t full = std::min(minutes_of(slo_.window), minutes()) - 1;
  const std::size_t basis = std::max(minute, full);
  const double total = count(basis, slo_.window).total;
  const double rate = incident::burn_rate(slo_, {total - bad, total});
  return slo_.window <= 0ms ? rate : rate * (to_seconds(covered(basis, slo_.window)) / to_seconds(slo_.window));
}

double ErrorBudget::left(std::size_t minute, Before before) const {
  if (before == Before::alike) return 1 - burn_rate(minute, slo_.window, before);
  return 1 - share_of_budget(count(minute, slo_.window).bad(), minute);
}

double ErrorBudget::spent(std::size_t first, std::size_t last) const {
  return share_of_budget(std::max(0.0, sums_[last + 1].bad - sums_[first].bad), last);
}

std::vector<double> ErrorBudget::left_by_minute(Before before) const {
  std::vector<double> shares;
  shares.reserve(minutes());
  for (std::size_t minute = 0; minute < minutes(); ++minute) shares.push_back(left(minute, before));
  return shares;
}

ErrorBudget::Worst ErrorBudget::worst(Duration window) const {
  Worst found;
  for (std::size_t minute = 0; minute < minutes(); ++minute) {
    const double rate = burn_rate(minute, window);
    if (rate > found.rate) found = {rate, ends_[minute]};
  }
  return found;
}

}  // namespace firedrill::incident
