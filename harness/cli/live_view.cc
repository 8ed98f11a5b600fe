#include "cli/live_view.h"

#include <algorithm>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "events/event.h"

namespace firedrill::cli {
namespace {

using events::Event;
using events::EventKind;

constexpr std::size_t kMostNamed = 4;

// All of its labels, by which it is told from others.
std::string alert_of(const Event& event) {
  const events::EventValue* labels = event.find("labels");
  return labels == nullptr ? event.subject : events::describe_alert(std::get<model::Labels>(*labels));
}

// As short as a line wants it: what it is about, and how bad that is.
std::string short_name(const Event& event) {
  const events::EventValue* found = event.find("labels");
  if (found == nullptr) return event.subject;
  const auto& labels = std::get<model::Labels>(*found);
  std::string name = event.subject;
  for (const char* about : {"pod", "service", "job", "instance"}) {
    if (!labels.has(about)) continue;
    name += format(" of {}", labels.get(about));
    break;
  }
  if (labels.has("dependency")) name += format(" to {}", labels.get("dependency"));
  if (labels.has("severity")) name += format(" ({})", labels.get("severity"));
  return name;
}

// "a, b, c and 3 more"; "none".
std::string listed(const std::vector<std::string>& all) {
  std::string out;
  for (std::size_t i = 0; i < std::min(all.size(), kMostNamed); ++i) out += (i == 0 ? "" : ", ") + all[i];
  if (all.size() > kMostNamed) out += format(" and {} more", all.size() - kMostNamed);
  return out.empty() ? "none" : out;
}

// Few services one by one, of many those alone that are not all there.
std::string readiness(const std::vector<driver::live::ReplicaView>& views) {
  std::vector<std::string> services;
  std::vector<std::string> lacking;
  for (std::size_t i = 0; i < views.size();) {
    std::size_t ready = 0;
    std::size_t all = 0;
    const std::string& service = views[i].service;
    for (; i < views.size() && views[i].service == service; ++i, ++all) ready += views[i].ready ? 1 : 0;
    services.push_back(format("{} {}/{}", service, ready, all));
    if (ready < all) lacking.push_back(services.back());
  }
  if (services.size() <= kMostNamed) return listed(services);
  if (lacking.empty()) return format("all {} replicas of {} services", views.size(), services.size());
  return format("not all of {} ({} other services are)", listed(lacking), services.size() - lacking.size());
}

// A receiver may have several integrations, of which each notifies.
std::string line_of(const Event& event) {
  const bool sends = event.kind == EventKind::receiver_notified || event.kind == EventKind::receiver_failed;
  const std::string integration = sends ? event.text("integration") : std::string();
  return events::describe(event) + (integration.empty() ? "" : ", by " + integration);
}

std::string bar(double share) {
  constexpr int kWidth = 30;
  const int filled = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth);
  return format("[{}{}]", std::string(filled, '='), std::string(kWidth - filled, ' '));
}

}  // namespace

void LiveView::on_event(Event event) {
  note(event);
  if (!events::spec_of(event.kind).recorded) return;
  block_.print_above(format("{} {}", format_clock(event.t), printable(line_of(event))));
}

void LiveView::note(const Event& event) {
  switch (event.kind) {
    case EventKind::phase:
      phase_ = event.subject;
      break;
    case EventKind::fault_injected:
      faults_[event.subject] = "since " + format_clock(event.t);
      break;
    case EventKind::fault_witnessed:
      if (const auto fault = faults_.find(event.subject); fault != faults_.end()) fault->second += ", seen";
      break;
    case EventKind::fault_ended:
    case EventKind::fault_recovered:
      faults_.erase(event.subject);
      break;
    case EventKind::probe_failure:
      failing_.insert(format("{} of {}", event.text("probe"), event.subject));
      break;
    case EventKind::probe_success:
      failing_.erase(format("{} of {}", event.text("probe"), event.subject));
      break;
    case EventKind::container_started:
    case EventKind::container_restarted:
      // A new one has been found nothing of.
      std::erase_if(failing_, [&](const std::string& each) { return each.ends_with(" of " + event.subject); });
      break;
    case EventKind::alert_pending:
      alerts_[alert_of(event)] = {short_name(event), false};
      break;
    case EventKind::alert_firing:
      alerts_[alert_of(event)] = {short_name(event), true};
      break;
    case EventKind::alert_resolved:
      alerts_.erase(alert_of(event));
      break;
    case EventKind::receiver_notified:
      ++notified_;
      last_notified_ = events::describe(event);
      break;
    default:
      break;
  }
}

void LiveView::show(double share, Time now) {
  if (block_.on_terminal()) block_.show(status(share, now));
}

std::vector<std::string> LiveView::status(double share, Time now) const {
  std::vector<std::string> faults;
  for (const auto& [id, state] : faults_) faults.push_back(format("{} ({})", id, state));
  std::vector<std::string> firing;
  std::vector<std::string> pending;
  for (const auto& [labels, alert] : alerts_) (alert.firing ? firing : pending).push_back(alert.name);
  std::string alerts = listed(firing);
  if (!pending.empty()) alerts += "; pending: " + listed(pending);
  std::vector<std::string> lines{
      format("{:3.0f} % {} {}  {}", 100 * std::clamp(share, 0.0, 1.0), bar(share), format_clock(now), phase_),
      format("ready          {}", readiness(world_.services().views())),
      format("faults         {}", listed(faults)),
      format("probes failing {}", listed({failing_.begin(), failing_.end()})),
      format("alerts firing  {}", alerts),
      notified_ == 0 ? "notifications  none" : format("notifications  {}, last: {}", notified_, last_notified_)};
  for (std::string& line : lines) line = printable(line);
  return lines;
}

}  // namespace firedrill::cli
