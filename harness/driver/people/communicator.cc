#include "driver/people/communicator.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "events/event.h"

namespace firedrill::driver {
namespace {

using events::Event;
using events::EventKind;
using record::ComponentStatus;
using record::SeverityLevel;

constexpr std::string_view kOperational = "operational";

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::vector<std::string> impaired(const std::vector<ComponentStatus>& components) {
  std::vector<std::string> names;
  for (const ComponentStatus& each : components) {
    if (each.status != kOperational) names.push_back(each.name);
  }
  return names;
}

// "Outage of web, admin".
std::string title_of(SeverityLevel severity, const std::vector<std::string>& components) {
  std::string out(record::describe(severity));
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
  if (!components.empty()) out += " of " + joined(components);
  return oncall::at_most(std::move(out), oncall::kLongestTitle);
}

}  // namespace

Communicator::Communicator(std::shared_ptr<const oncall::Team> team, SeverityWatch watch)
    : team_(team), watch_(std::move(watch)), communication_(std::move(team)) {}

void Communicator::on_minute(const events::Minute& minute) {
  watch_.add(minute);
  communication_.measured(watch_.now(), minute.from + 1min);
}

void Communicator::acknowledged(const oncall::AcknowledgedPage& page, Time paged, Time t) {
  communication_.acknowledged(page, watch_.worst_since(paged), t);
}

void Communicator::run_due(Time now, events::Sink& sink) {
  const bool was_open = communication_.open();
  for (const oncall::Post& post : communication_.advance(now)) say(post, sink);
  // The next incident is as bad as it is, not as the one before it was.
  if (was_open && !communication_.open()) watch_.forget();
}

// When it is over nothing is impaired any more, whatever the last five minutes still show.
void Communicator::say(const oncall::Post& post, events::Sink& sink) {
  oncall::PostData data = post.data;
  std::vector<ComponentStatus> components = watch_.components();
  if (data.kind == oncall::PostKind::final_post) {
    for (ComponentStatus& each : components) each.status = kOperational;
  }
  data.components = impaired(components);
  const auto title = titles_.find(data.incident);
  data.title = title == titles_.end() ? title_of(data.severity, data.components) : title->second;
  // What everybody knows it by stays, whatever else becomes of it.
  if (post.channel == record::kExternal) titles_.emplace(data.incident, data.title);
  const auto& own = team_->roster.communication.templates;
  const auto text = (own != nullptr ? *own : oncall::PostTemplates::shipped()).render(post.channel, data);
  if (!text) {
    Event note{.t = data.at, .kind = EventKind::note, .subject = data.incident, .fields = {}};
    sink.on_event(note.with("by", data.role).with("text", format("nothing is posted: {}", text.error())));
    return;
  }
  Event event{.t = data.at, .kind = EventKind::communication_posted, .subject = data.incident, .fields = {}};
  event.with("alert", joined(data.alerts))
      .with("channel", post.channel)
      .with("status", std::string(to_string(data.status)))
      .with("severity", std::string(record::to_string(data.severity)))
      .with("since", format_instant(data.began));
  if (post.channel == record::kExternal) event.with("components", record::write_components(components));
  event.with("by", data.role);
  if (data.next) event.with("next", format_instant(*data.next));
  sink.on_event(event.with("title", data.title).with("text", *text));
}

}  // namespace firedrill::driver
