// A drill's session as what the APIs of Prometheus and of Alertmanager answer from. Both go to the game that is played
// at the time, so that they stay what they are over a reset.
#pragma once

#include "console/alertmanager_api/alerting.h"
#include "console/prometheus_api/monitoring.h"
#include "console/server/drill_host.h"

namespace firedrill::console {

class SessionMonitoring final : public Monitoring {
 public:
  // It must outlive this.
  explicit SessionMonitoring(DrillHost& host) : host_(host) {}

  Time now() const override { return session().now(); }
  const promql::Queryable& series() const override { return session().series(); }
  promql::Options promql() const override;
  Duration scrape_interval() const override;
  std::vector<RuleGroupView> rule_groups() const override { return session().rule_groups(); }
  std::vector<TargetView> targets() const override { return session().targets(); }
  std::vector<MetricView> metrics() const override { return session().metrics(); }

 private:
  const Session& session() const { return host_.game().session(); }
  DrillHost& host_;
};

class SessionAlerting final : public Alerting {
 public:
  // It must outlive this.
  explicit SessionAlerting(DrillHost& host) : host_(host) {}

  Time now() const override { return session().now(); }
  Time started() const override { return session().scenario().scenario.start; }
  Time ends() const override { return session().end(); }
  const notify::Alertmanager* alertmanager() const override { return session().alertmanager(); }
  Answered<std::string> add_silence(const notify::Silence& silence) override;
  Done expire_silence(std::string_view id) override;

 private:
  const Session& session() const { return host_.game().session(); }
  DrillHost& host_;
};

}  // namespace firedrill::console
