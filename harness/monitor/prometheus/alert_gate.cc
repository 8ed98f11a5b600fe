#include "monitor/prometheus/alert_gate.h"

#include "base/diagnostic.h"
#include "http/client.h"
#include "monitor/prometheus/json_texts.h"

namespace firedrill::monitor {
namespace {

constexpr int kTaken = 200;
constexpr int kNobodyThere = 502;
constexpr int kRefused = 400;

}  // namespace

void AlertGate::open(std::uint16_t alertmanager) {
  const std::scoped_lock lock(mutex_);
  alertmanager_ = alertmanager;
  json::array alerts;
  for (const auto& [labels, alert] : firing_) alerts.push_back(alert);
  if (alerts.empty() || post(alerts) >= kRefused) return;  // else it is sent again
  for (const auto& [labels, alert] : firing_) told_.insert(labels);
}

void AlertGate::forget() {
  const std::scoped_lock lock(mutex_);
  firing_.clear();
}

int AlertGate::pass(const std::string& body, Time at) {
  const std::scoped_lock lock(mutex_);
  const auto read = read_json(make_source("post", body));
  if (!read || !read->is_array()) return kRefused;
  json::array passing;
  std::set<model::Labels> firing;
  for (const json::value& alert : read->as_array()) {
    const model::Labels labels = labels_in(alert, "labels");
    const bool over = parse_instant(text_in(alert, "endsAt")).value_or(Time::max()) <= at;
    if (alertmanager_ == 0) {
      firing_.erase(labels);
      if (!over) firing_.emplace(labels, alert);
    } else if (!over || told_.contains(labels)) {
      if (!over) firing.insert(labels);
      passing.push_back(alert);
    }
  }
  if (passing.empty()) return kTaken;
  const int status = post(passing);
  if (status < kRefused) told_.merge(firing);
  return status;
}

int AlertGate::post(const json::array& alerts) {
  const auto answer = http::fetch(alertmanager_,
                                  {.method = "POST",
                                   .path = "/api/v2/alerts",
                                   .headers = {{"Content-Type", "application/json"}},
                                   .body = write_json(alerts, JsonStyle::compact)},
                                  {});
  return answer ? answer->status : kNobodyThere;
}

}  // namespace firedrill::monitor
