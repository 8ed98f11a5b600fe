#include "fake_services/telemetry/request_marks.h"

#include <algorithm>
#include <iterator>

namespace firedrill::fake_services {

void RequestMarks::add(const Mark& now, Duration longest) {
  if (!marks_.empty() && now.requests < marks_.back().requests) marks_.clear();
  marks_.push_back(now);
  // Not one by one: long windows hold many.
  const auto unreached = &before(longest) - marks_.data();
  if (2 * unreached >= std::ssize(marks_)) marks_.erase(marks_.begin(), marks_.begin() + unreached);
}

const RequestMarks::Mark& RequestMarks::before(Duration window) const {
  const auto young = std::ranges::upper_bound(marks_, marks_.back().t - window, {}, &Mark::t);
  return young == marks_.begin() ? marks_.front() : *std::prev(young);
}

double RequestMarks::error_ratio(Duration window) const {
  const Mark& then = before(window);
  const double requests = marks_.back().requests - then.requests;
  return requests > 0 ? (marks_.back().errors - then.errors) / requests : 0;
}

double RequestMarks::rate(Duration window) const {
  const Mark& then = before(window);
  const double seconds = to_seconds(marks_.back().t - then.t);
  return seconds > 0 ? (marks_.back().requests - then.requests) / seconds : 0;
}

}  // namespace firedrill::fake_services
