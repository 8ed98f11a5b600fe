// Alerting on SLOs, written as a Prometheus rule file: the error ratio recorded over the windows of the usual burn-rate
// conditions, an alert that pages while the budget burns fast, another that makes a ticket while it burns slowly.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "incident/slo/slo.h"

namespace firedrill::incident {

// What the rules read, and what their alerts are called by. Selectors are PromQL's (name, name{matchers}, {matchers}).
struct SloRuleOptions {
  std::string requests = "http_requests_total";  // the counter of all requests
  // Of failed requests. Without a metric's name its matchers are added to those of `requests`.
  std::string errors = "{code=~\"5..\"}";
  std::string latency = "http_request_duration_seconds_bucket";  // a histogram's buckets
  // The label that holds an SLO's service: `service="checkout"` is added to each selector that says nothing about the
  // label. Empty: nothing is added.
  std::string service_label = "service";
  std::vector<double> bounds;  // of the histogram, in seconds, rising; empty: those of usual client libraries
  bool nearest_bound = false;  // a threshold that is no bound stands for the nearest one, with a warning
  std::string page = "page";   // values of the label `severity`
  std::string ticket = "ticket";
  std::string runbooks =
      "https://wiki/runbooks";  // the annotation `runbook`: this, and /slo-fast-burn or /slo-slow-burn
};

inline constexpr const char* kFastBurnAlert = "SLOFastBurn";
inline constexpr const char* kSlowBurnAlert = "SLOSlowBurn";

// An SLO and where it stands, for messages.
struct PlacedSlo {
  record::Slo slo;
  Position where;
};

// The file's text, one group for each SLO: recording rules slo:sli_error:ratio_rate5m and so on with labels slo and
// service, then the alerts. Errors: a selector that is none, a latency threshold above the histogram's bounds.
// Warnings: an SLO without a service, a threshold between two bounds, conditions that even a total outage cannot meet,
// an SLO over less time than any condition looks back.
Result<std::string> slo_rules(std::span<const PlacedSlo> slos, const SloRuleOptions& options, Diagnostics& warnings);

}  // namespace firedrill::incident
