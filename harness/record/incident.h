// Incidents as judged: times, measures, severity and impact.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "record/people/communication.h"
#include "record/severity.h"

namespace firedrill::record {

struct SeverityChange {
  Time t;
  SeverityLevel level = SeverityLevel::p3;
  SeverityInputs inputs;
  std::string why;
  bool operator==(const SeverityChange&) const = default;
};

struct IncidentTimes {
  std::optional<Time> injected_at;
  std::optional<Time> breached_at;
  std::optional<Time> pending_at;     // of the alert that detected it
  std::optional<Time> firing_at;      // of the alert that detected it
  std::optional<Time> first_sign_at;  // any of its alerts fired that was not dropped, also one that pages nobody
  std::optional<Time> reported_at;    // by a person
  std::optional<Time> notified_at;    // a receiver accepted the first notification
  std::optional<Time> detected_at;    // a person heard: the first alert that pages, or a report
  std::optional<Time> acknowledged_at;
  std::optional<Time> communicated_at;
  std::optional<Time> mitigated_at;
  std::optional<Time> resolved_at;
  bool operator==(const IncidentTimes&) const = default;
};

// A time measured on an incident. `value` absent: it does not apply (nothing broke, nobody was to be paged).
struct Measure {
  std::string name;  // ttd, ttd_injected, first_sign, delivery, tta, ttc, ttm, ttr
  std::optional<Duration> value;
  bool early = false;     // detected ahead of the breach: the value is 0
  bool censored = false;  // it had not happened when the run ended: the value is a lower bound
  // "2 m 30 s", "0 s (early, 40 s ahead of the breach)", "> 50 min", "not applicable".
  std::string text;
  bool operator==(const Measure&) const = default;
};

struct IncidentRecord {
  std::string id;
  std::string title;
  std::vector<std::string> faults;
  std::string slo;
  std::vector<std::string> services;      // that the faults hit, sorted
  std::vector<std::string> nodes;         // of the zones that they hit, sorted
  std::vector<std::string> blast_radius;  // these, what the faults load, and whatever depends on any of it, sorted
  std::vector<SeverityChange> severity;   // as it evolved, while the incident was open
  std::optional<SeverityLevel> peak;      // absent: never opened
  IncidentTimes times;
  // The severity thresholds crossed when it broke, "availability 0 % < 50 %", where it is these that say so first;
  // absent: an SLO was missed first, or it never broke.
  std::optional<std::string> thresholds_crossed;
  std::vector<Measure> measures;
  std::string detected_by = "nobody";  // alert | person | nobody
  std::string detected_alert;          // the alert that detected it
  std::vector<std::string> paged;
  std::string acknowledged_by;
  std::optional<IncidentCommunication> communication{};  // absent: nobody was on call, or it was never open
  // Impact while it was broken (from injection to mitigation), over the entry points.
  double requests = 0;
  double requests_failed = 0;
  double affected_peak = 0;  // the largest share of users affected in any five minutes
  bool operator==(const IncidentRecord&) const = default;
  const Measure* measure(std::string_view name) const;
};

}  // namespace firedrill::record
