// Alertmanager's HTTP API v2, as 0.33 has it: alerts, alerts/groups, silences, status, receivers, /-/healthy and
// /-/ready. Alerts come from whoever monitors: they are not taken here (403).
#pragma once

#include <span>
#include <string>

#include "console/alertmanager_api/alerting.h"
#include "http/message.h"

namespace firedrill::console {

class AlertmanagerApi {
 public:
  // It must outlive this.
  explicit AlertmanagerApi(Alerting& alerting) : alerting_(alerting) {}

  // Not thread-safe. Never throws for what a request says.
  http::Response answer(const http::Request& request) const;

 private:
  struct Table;
  using Segments = std::span<const std::string>;

  http::Response alerts(const http::Request& request, Segments) const;
  http::Response groups(const http::Request& request, Segments) const;
  http::Response refuse_alerts(const http::Request& request, Segments) const;
  http::Response silences(const http::Request& request, Segments) const;
  http::Response set_silence(const http::Request& request, Segments) const;
  http::Response silence(const http::Request& request, Segments segments) const;
  http::Response expire_silence(const http::Request& request, Segments segments) const;
  http::Response receivers(const http::Request& request, Segments) const;
  http::Response status(const http::Request& request, Segments) const;
  http::Response healthy(const http::Request& request, Segments) const;

  Alerting& alerting_;
};

}  // namespace firedrill::console
