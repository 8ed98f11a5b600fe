// The shop of the fake services' tests with the embedded monitor on it, as a run drives them: what rules, people and
// witnesses see of a fault.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../alerting/rule_builder.h"
#include "../fake_services/fault_script.h"
#include "base/duration.h"
#include "base/text/numbers.h"
#include "driver/sim/sim_host.h"
#include "events/event.h"
#include "monitor/alertmanager/received_alerts.h"
#include "monitor/embedded/embedded_monitor.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"

namespace firedrill::driver {

struct ShopOptions {
  std::vector<fake_services::FaultSpec> faults{};
  std::vector<alerting::Rule> rules;
  bool disable_faults = false;
  Duration interval = 15s;  // of scrapes and evaluations
  std::uint64_t seed = 1;
  model::Labels external_labels{};
  monitor::Receivers receivers{};
  bool has_receiver_of_its_own = true;  // which takes all that is sent
};

class MonitoredShop final : public events::Sink {
 public:
  explicit MonitoredShop(ShopOptions options)
      : host_(world_of(options), *this), start_(*parse_instant("2026-03-03T13:30:00Z")), now_(start_) {
    files_.resize(1);
    files_[0].source = make_source("rules.yml", "");
    files_[0].groups.push_back(alerting::group_of("shop", std::move(options.rules)));
    const Diagnostics found = alerting::finish(files_[0], {});
    EXPECT_FALSE(has_errors(found)) << render(found);
    scenario::PrometheusSettings settings;
    settings.scrape_interval = settings.evaluation_interval = options.interval;
    settings.scrape_phase = scenario::ScrapePhase::aligned;
    settings.external_labels = options.external_labels;
    monitor::EmbeddedMonitor::Options monitoring;
    monitoring.keep = monitor::EmbeddedMonitor::Options::Keep::all;
    monitoring.sends = true;
    monitoring.may_fail = std::ranges::any_of(options.faults, [](const fake_services::FaultSpec& fault) {
      return fault.kind->aims == fake_services::Aims(fake_services::Aim::monitor);
    });
    monitoring.seed = options.seed;
    receivers_ = std::move(options.receivers);
    if (options.has_receiver_of_its_own) receivers_.push_back(&received_);
    monitor_ =
        std::make_unique<monitor::EmbeddedMonitor>(host_, settings, files_, start_, monitoring, *this, receivers_);
  }

  // To so long after the start, in the steps of Run.
  void run_to(Duration since_start) {
    const Time until = start_ + since_start;
    for (;;) {
      const Time next = std::min({host_.next_due(), monitor_->next_due(), received_.next_due()});
      if (next > until) break;
      host_.run_due(next);
      monitor_->run_due(next);
      received_.run_due(next);
    }
    now_ = until;
  }

  // The values of an expression now, in order of labels: "0 1"; empty if there are none.
  std::string query(const std::string& text) const {
    const auto parsed = promql::parse_text(text, {});
    if (!parsed) return "not an expression: " + text;
    promql::Query query(*parsed, monitor_->series(), {});
    const auto rows = query.rows_at(now_);
    if (!rows) return rows.error();
    std::string out;
    for (const promql::RowSample& row : *rows) out += (out.empty() ? "" : " ") + format_number(row.value);
    return out;
  }

  // What happened since the last call: "10m15s Down{pod=\"checkout-0\"} firing", "20m monitor up".
  std::vector<std::string> told() { return std::exchange(told_, {}); }
  // What an Alertmanager's statuses of alerts became since the last call: "10m15s Down{pod=\"checkout-0\"} firing",
  // "… resolved".
  std::vector<std::string> statuses() { return std::exchange(statuses_, {}); }
  // When firing alerts were sent: "1m15s", those that were lost as "(1m15s)".
  std::vector<std::string> sends() const {
    std::vector<std::string> out;
    for (const events::AlertSend& send : sends_) out.push_back(send.received ? at(send.t) : "(" + at(send.t) + ")");
    return out;
  }
  fake_services::Witness witness() const { return host_.faults().at(0).witness; }
  // Of all probes of a service: made and failed.
  std::pair<std::uint64_t, std::uint64_t> probes(std::string_view service) {
    std::pair<std::uint64_t, std::uint64_t> sum;
    for (const fake_services::ProbeState& probe : host_.probes()) {
      if (probe.service != service) continue;
      sum.first += probe.checks;
      sum.second += probe.failures;
    }
    return sum;
  }
  const monitor::EmbeddedMonitor& monitor() const { return *monitor_; }

 private:
  static fake_services::WorldSpec world_of(const ShopOptions& options) {
    fake_services::WorldSpec spec = fake_services::drill_shop(options.faults);
    spec.seed = options.seed;
    spec.disable_faults = options.disable_faults;
    return spec;
  }
  std::string at(Time t) const { return format_duration(t - start_); }
  void on_event(events::Event event) override {
    if (event.kind == events::EventKind::monitor_down) told_.push_back(at(event.t) + " monitor down");
    if (event.kind == events::EventKind::monitor_up) told_.push_back(at(event.t) + " monitor up");
    const std::string_view kind = to_string(event.kind);
    if (!kind.starts_with("alert.")) return;
    const auto& labels = std::get<model::Labels>(*event.find("labels"));
    told_.push_back(at(event.t) + " " + named(labels) + " " + std::string(kind.substr(kind.find('.') + 1)));
  }
  void on_status_change(const events::AlertStatusChange& change) override {
    statuses_.push_back(at(change.t) + " " + named(change.labels) + (change.firing ? " firing" : " resolved"));
  }
  static std::string named(model::Labels labels) {
    labels.set(model::kMetricName, labels.get(model::kAlertName));
    labels.remove(model::kAlertName);
    return labels.to_string();
  }
  void on_send(const events::AlertSend& send) override { sends_.push_back(send); }

  SimHost host_;
  Time start_;
  Time now_;
  std::vector<alerting::RuleFile> files_;
  monitor::Receivers receivers_;
  std::unique_ptr<monitor::EmbeddedMonitor> monitor_;
  monitor::ReceivedAlerts received_{*this};
  std::vector<std::string> told_;
  std::vector<std::string> statuses_;
  std::vector<events::AlertSend> sends_;
};

}  // namespace firedrill::driver
