// An alert as Alertmanager holds it (alert/alert.go; types/types.go in 0.25).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/alert.h"
#include "model/labels.h"

namespace firedrill::notify {

// What names an alert: the hash of its labels that Alertmanager computes too (model.LabelSet.Fingerprint: 64-bit FNV-1a
// over the names and values in order), so that its sixteen hexadecimal digits are those of a payload.
using Fingerprint = std::uint64_t;
Fingerprint fingerprint(const model::Labels& labels);

// An alert as the API takes it (POST /api/v2/alerts). Empty labels count as none.
struct PostedAlert {
  model::Labels labels;
  events::Annotations annotations{};
  std::optional<Time> starts_at{};  // left out: now, or ends_at if only that is given
  std::optional<Time> ends_at{};    // left out: now + resolve_timeout, which is marked as a time-out's
  std::string generator_url{};
};

struct Alert {
  model::Labels labels;
  events::Annotations annotations;
  std::string generator_url;
  Time starts_at{};
  Time ends_at{};
  bool timeout = false;        // ends_at is resolve_timeout's, nobody said it
  Time updated_at{};           // when it was last posted
  std::uint64_t revision = 0;  // which post it came by: what Alertmanager's UpdatedAt is compared for
  Fingerprint fingerprint = 0;

  // An end at the instant itself is over.
  bool is_resolved_at(Time at) const { return ends_at <= at; }
};
using AlertPtr = std::shared_ptr<const Alert>;

// The alert that a post makes; nothing if Alertmanager refuses it (no labels, an end before its start).
std::optional<Alert> alert_of(const PostedAlert& posted, Time now, Duration resolve_timeout, std::uint64_t revision);

// What becomes of an alert when another of its labels arrives (provider/mem: Put): the new one takes its place, but for
// one whose end or start lies strictly inside the old one's time, with which it is merged: the earlier start; of two
// ends that are over the later one; and the old end where it is later than a coming one and no time-out's.
Alert succeed(const Alert& old, Alert next, Time now);

// LabelSet.Before: fewer labels first, then by names and values; where the names differ, the set that lacks the
// smallest of them comes first.
bool labels_before(const model::Labels& a, const model::Labels& b);

// Alertmanager's order in a notification (AlertSlice): by job, then instance (an alert without comes last), then fewer
// labels first, then by the labels.
bool is_before(const model::Labels& a, const model::Labels& b);

}  // namespace firedrill::notify
