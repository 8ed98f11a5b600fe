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

std::string alert_of(const Event& event) {
  const events::EventValue* labels = event.find("labels");
  return labels == nullptr ? event.subject : events::describe_alert(std::get<model::Labels>(*labels));
}

// "a, b, c and 3 more"; "none".
std::string listed(const std::vector<std::string>& all) {
  std::string out;
  for (std::size_t i = 0; i < std::min(all.size(), kMostNamed); ++i) out += (i == 0 ? "" : ", ") + all[i];
  if (all.size() > kMostNamed) out += format(" and {} more", all.size() - kMostNamed);
  return out.empty() ? "none" : out;
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
  block_.print_above(
      format("{} {}: {}", format_clock(event.t), events::to_string(event.kind), printable(events::describe(event))));
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
      alerts_[alert_of(event)] = "pending";
      break;
    case EventKind::alert_firing:
      alerts_[alert_of(event)] = "firing";
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
  std::vector<std::string> services;
  const std::vector<driver::live::ReplicaView> views = world_.services().views();
  for (std::size_t i = 0; i < views.size();) {
    std::size_t ready = 0;
    std::size_t all = 0;
    const std::string& service = views[i].service;
    for (; i < views.size() && views[i].service == service; ++i, ++all) ready += views[i].ready ? 1 : 0;
    services.push_back(format("{} {}/{}", service, ready, all));
  }
  std::vector<std::string> faults;
  for (const auto& [id, state] : faults_) faults.push_back(format("{} ({})", id, state));
  std::vector<std::string> firing;
  std::vector<std::string> pending;
  for (const auto& [alert, state] : alerts_) (state == "firing" ? firing : pending).push_back(alert);
  std::string alerts = listed(firing);
  if (!pending.empty()) alerts += "; pending: " + listed(pending);
  std::vector<std::string> lines{
      format("{} {:3.0f} %  {}  {}", bar(share), 100 * std::clamp(share, 0.0, 1.0), format_clock(now), phase_),
      format("ready          {}", listed(services)),
      format("faults         {}", listed(faults)),
      format("probes failing {}", listed({failing_.begin(), failing_.end()})),
      format("alerts firing  {}", alerts),
      notified_ == 0 ? "notifications  none" : format("notifications  {}, last: {}", notified_, last_notified_)};
  for (std::string& line : lines) line = printable(line);
  return lines;
}

}  // namespace firedrill::cli
