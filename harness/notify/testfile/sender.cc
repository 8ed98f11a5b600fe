#include "notify/testfile/sender.h"

#include <algorithm>

#include "alerting/alert.h"

namespace firedrill::notify {
namespace {

// The first evaluation that is not before the time.
Duration evaluation_at(Duration time, Duration interval) {
  return (time + interval - 1ms) / interval * interval;
}

// The last time at which something may be sent.
Duration end_of(const SentAlert& alert, Duration until) {
  Duration end = std::min(until, alert.stops.value_or(Duration::max()) - 1ms);
  if (alert.resolved) {
    end = std::min(end, evaluation_at(*alert.resolved, alert.evaluation_interval) + alerting::kResolvedRetention);
  }
  return end;
}

}  // namespace

SenderWork work_of(const SentAlert& alert, Time start, Time until) {
  const Duration length = end_of(alert, until - start) - alert.firing;
  if (length < Duration::zero()) return {};
  const Duration between = std::max(alert.evaluation_interval, alert.resend_delay);
  // One more for the first, and one for the resolution.
  return {.evaluations = static_cast<std::size_t>(length / alert.evaluation_interval) + 1,
          .posts = static_cast<std::size_t>(length / between) + 2};
}

std::vector<TimedPost> posts_of(const SentAlert& alert, Time start, Time until) {
  std::vector<TimedPost> posts;
  const Duration interval = alert.evaluation_interval;
  const Duration fired = evaluation_at(alert.firing, interval);
  const Duration resolved = alert.resolved ? evaluation_at(*alert.resolved, interval) : Duration::max();
  const Duration end = end_of(alert, until - start);
  // One that resolves before the evaluation at which it would fire was never seen.
  if (resolved <= fired) return posts;
  std::optional<Duration> last;
  for (Duration t = fired; t <= end; t += interval) {
    const bool is_news = !last || (t >= resolved && *last < resolved);
    if (!is_news && *last + alert.resend_delay >= t) continue;
    last = t;
    PostedAlert posted{.labels = alert.labels, .annotations = alert.annotations};
    posted.starts_at = start + fired;
    posted.ends_at = start + (t >= resolved ? resolved : t + 4 * std::max(interval, alert.resend_delay));
    posts.push_back({start + t, std::move(posted)});
  }
  return posts;
}

}  // namespace firedrill::notify
