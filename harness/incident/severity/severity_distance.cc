#include "incident/severity/severity_distance.h"

#include <algorithm>

#include "base/text/format.h"
#include "incident/expectations/expectation_context.h"
#include "incident/incidents/incidents.h"
#include "incident/severity/distinct_texts.h"
#include "incident/truth.h"

namespace firedrill::incident {
using namespace record;
namespace {

struct Approach {
  double share = -1;  // of the way to the threshold: 1 is at it
  std::string text;
};

void take(Approach& best, double share, const auto& text) {
  if (share > best.share) best = {share, text()};
}

double part_of(double value, double threshold) {
  return threshold > 0 ? value / threshold : 1;
}

// What falls short of 1 on the way down to the threshold: at 97.5 % half of the way to 95 % is gone.
double part_down(double value, double threshold) {
  return threshold < 1 ? (1 - value) / (1 - threshold) : 1;
}

void compare(Approach& best, const SeverityInputs& in, const SeverityRule& rule, const std::string& at) {
  if (rule.error_rate_over) {
    take(best, part_of(in.error_rate, *rule.error_rate_over), [&] {
      const auto [value, threshold] = distinct_texts(in.error_rate, *rule.error_rate_over);
      return format("the error rate came to {} at {}, needed > {}", value, at, threshold);
    });
  }
  if (rule.affected_over) {
    take(best, part_of(in.affected, *rule.affected_over), [&] {
      const auto [value, threshold] = distinct_texts(in.affected, *rule.affected_over);
      return format("the share of users affected came to {} at {}, needed > {}", value, at, threshold);
    });
  }
  if (rule.p95_seconds_over) {
    take(best, part_of(in.p95_seconds, *rule.p95_seconds_over), [&] {
      const auto [value, threshold] = distinct_seconds(in.p95_seconds, *rule.p95_seconds_over);
      return format("the p95 came to {} at {}, needed > {}", value, at, threshold);
    });
  }
  if (rule.availability_under) {
    take(best, part_down(in.availability, *rule.availability_under), [&] {
      const auto [value, threshold] = distinct_texts(in.availability, *rule.availability_under);
      return format("availability fell to {} at {}, needed < {}", value, at, threshold);
    });
  }
}

}  // namespace

std::string nearest_threshold(const Record& record, const IncidentRecord& incident, SeverityLevel level, Time until) {
  const SeverityThresholds& all = record.declared.severity;
  const auto opened = opened_at(incident);
  if (!opened) return "it never opened";
  if (level == SeverityLevel::p3) return "it would have had to cross no threshold";
  const SeverityRule& rule = level == SeverityLevel::p0 ? all.p0 : level == SeverityLevel::p1 ? all.p1 : all.p2;
  const Time closed = std::min(until, incident.times.resolved_at.value_or(record.judged_to));
  Approach best;
  for (std::size_t minute = minute_at(record, *opened); minute < minute_count(record); ++minute) {
    const Time t = minute_end(record, minute);
    if (t > closed) break;
    compare(best, severity_inputs(record, minute), rule, when(record, t));
  }
  return best.text.empty() ? "no minute of it was over" : best.text;
}

}  // namespace firedrill::incident
