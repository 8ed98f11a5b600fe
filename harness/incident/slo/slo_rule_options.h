// What rules for SLOs are written from, and what they are to read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "incident/slo/declared_slo.h"
#include "record/slo.h"

namespace firedrill::incident {

// Whose names the rules have.
enum class SloStyle {
  firedrill,
  sloth,  // those of slok/sloth 0.12, so that its dashboards find them
};

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
  SloStyle style = SloStyle::firedrill;
  std::optional<double> rate;  // requests a second, for which it is said how many failures fire an alert
  std::string rate_as_given;   // "20/min"
  int min_failures = 0;        // fewer bad requests within its long window fire no alert; 0: any number does
};

inline constexpr const char* kFastBurnAlert = "SLOFastBurn";
inline constexpr const char* kSlowBurnAlert = "SLOSlowBurn";

// An SLO and where it stands, for messages.
struct PlacedSlo {
  record::Slo slo;
  Position where;
  std::shared_ptr<const DeclaredSlo> declared{};  // of an OpenSLO or Sloth file, whose own queries are read; else null
};

}  // namespace firedrill::incident
