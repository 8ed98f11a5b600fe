// A Prometheus as an Alertmanager sees it (rules/alerting.go: sendAlerts; notifier): what it posts of one alert, when.
#pragma once

#include <vector>

#include "notify/provider/alert.h"
#include "notify/testfile/test_file.h"

namespace firedrill::notify {

struct TimedPost {
  Time at{};
  PostedAlert alert;
};

// What posts_of() goes through and gives, at most.
struct SenderWork {
  std::size_t evaluations = 0;
  std::size_t posts = 0;
};
SenderWork work_of(const SentAlert& alert, Time start, Time until);

// Up to and with `until`. The rule is evaluated at multiples of the evaluation interval since the start; it fires at
// the first evaluation at or after `firing`, is sent then, and again at each evaluation that is later than the last
// send by more than the resend delay. Resolved it is sent at once, and again for fifteen minutes. A firing alert's end
// is four times the longer of interval and resend delay ahead, so that a sender that dies makes it resolve.
std::vector<TimedPost> posts_of(const SentAlert& alert, Time start, Time until);

}  // namespace firedrill::notify
