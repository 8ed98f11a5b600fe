// The records that reports are tested with: one that passed, one with everything wrong, one where nothing happened.
#pragma once

#include "../incident/no_series.h"
#include "../incident/sample_record.h"

namespace firedrill::reports::sample {

using namespace incident::sample;

inline incident::Record judged(incident::Record record) {
  incident::judge(record, NoSeries());
  return record;
}

inline incident::Record passed() {
  return judged(outage());
}
inline incident::Record nothing() {
  return judged(quiet());
}

// Late, missed, spurious, vacuous, and texts that must not become markup.
inline incident::Record failed() {
  incident::Record record = outage();
  record.scenario = "everything-wrong";
  record.summary = "Labels <b>with</b> markup & \"quotes\" must not break a report.";
  record.alerts[0].firing_at = at(17min + 30s);
  record.alerts.push_back(alert("DiskFull<script>", "critical", "redis", 20min, 21min, 25min));
  record.alerts.push_back(alert("HighLatencyP95", "warning", "catalogue", 12min, 22min, 36min));
  record.alerts.push_back(alert("Watchdog", "none", "", -30min, -30min, std::nullopt));
  record.rules.push_back(rule("CertificateExpires", "ssl_expiry_seconds < 86400", 0min));
  record.rules.back().empty_selectors = {"ssl_expiry_seconds"};
  record.declared.expectations.push_back(
      expectation("expiry", "alert_firing", {{"alert", std::string("CertificateExpires")}}));
  record.declared.expectations.push_back(
      expectation("resolved", "measure", {{"measure", std::string("ttr")}, {"at_most", Duration(20min)}}));
  record.declared.expectations.push_back(
      expectation("acknowledged", "measure", {{"measure", std::string("tta")}, {"at_most", Duration(5min)}}));
  return judged(std::move(record));
}

// As the failed one, and its fault had no effect.
inline incident::Record invalid() {
  incident::Record record = outage();
  record.faults[0].witness = {};
  record.alerts.clear();
  record.truth = {truth("web", true, 0, 0, 0)};
  return judged(std::move(record));
}

}  // namespace firedrill::reports::sample
