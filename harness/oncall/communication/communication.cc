#include "oncall/communication/communication.h"

#include <algorithm>

#include "base/text/format.h"

namespace firedrill::oncall {

using record::PostStatus;
using record::SeverityLevel;

void Communication::paged(const std::string& page, const std::set<std::string>& alerts, Time t) {
  Page& open = pages_.try_emplace(page, Page{.alerts = {}, .paged = t}).first->second;
  open.alerts.insert(alerts.begin(), alerts.end());
  if (!incident_) return;
  incident_->alerts.insert(alerts.begin(), alerts.end());
  incident_->final_due = Time::max();
}

// With all that goes on: whoever says that this one is over says so of the others as well.
void Communication::begin(const AcknowledgedPage& page, SeverityLevel severity, Time t) {
  const Talk talk = team_->of(page.person).talk;
  incident_.emplace();
  incident_->id = format("inc-{}", ++count_);
  incident_->person = page.person;
  incident_->role = page.role;
  incident_->began = t;
  for (const auto& [id, open] : pages_) {
    incident_->began = std::min(incident_->began, open.paged);
    incident_->alerts.insert(open.alerts.begin(), open.alerts.end());
  }
  incident_->severity = severity;
  incident_->cadence = team_->roster.communication.cadence;
  incident_->first_due = t + talk.first;
  incident_->internal_due = incident_->first_due;
  if (posts_outside()) incident_->external_due = incident_->first_due;
}

void Communication::acknowledged(const AcknowledgedPage& page, SeverityLevel severity, Time t) {
  if (!incident_) {
    if (!team_->of(page.person).talk.inside) return;
    begin(page, severity, t);
  }
  if (page.plan != nullptr) {
    for (std::size_t i = 0; i < incident_->cadence.size(); ++i) {
      if (page.plan->cadence[i]) incident_->cadence[i] = page.plan->cadence[i];
    }
  }
  if (!incident_->is_declared) raise(severity, t);
}

bool Communication::posts_outside() const {
  return team_->of(incident_->person).talk.outside && incident_->severity <= team_->roster.communication.public_up_to;
}

std::optional<Duration> Communication::every() const {
  const Talk talk = team_->of(incident_->person).talk;
  return talk.every ? talk.every : incident_->cadence[static_cast<std::size_t>(incident_->severity)];
}

// Never ahead of the first post.
void Communication::news(Time t, bool outside) {
  incident_->internal_due = std::min(incident_->internal_due, std::max(t, incident_->first_due));
  const bool told = incident_->posted_external || posts_outside();
  if (outside && told) incident_->external_due = std::min(incident_->external_due, std::max(t, incident_->first_due));
}

// What has become worse is told at once.
void Communication::raise(SeverityLevel severity, Time t) {
  if (severity >= incident_->severity) return;
  incident_->severity = severity;
  news(t, true);
}

void Communication::measured(SeverityLevel severity, Time t) {
  if (incident_ && !incident_->is_declared && incident_->final_due == Time::max()) raise(severity, t);
}

void Communication::declared(SeverityLevel severity, Time t) {
  if (!incident_) return;
  const bool changed = severity != incident_->severity;
  incident_->is_declared = true;
  incident_->severity = severity;
  // What is too mild for the status page, and does not stand there yet, is not put there.
  if (!incident_->posted_external && !posts_outside()) incident_->external_due = Time::max();
  if (changed) news(t, true);
}

void Communication::acted(const std::string& action, Time t) {
  if (!incident_) return;
  incident_->actions.push_back(action);
  if (incident_->final_due != Time::max()) return;  // the last post tells of it
  const bool changed = incident_->status != PostStatus::identified;
  incident_->status = PostStatus::identified;
  news(t, changed);
}

// It is often seen only when the pages are over already.
void Communication::helped(Time t) {
  if (!incident_) return;
  const bool changed = incident_->status != PostStatus::monitoring;
  incident_->status = PostStatus::monitoring;
  if (changed) news(t, true);
}

void Communication::over(std::string_view page, Time t) {
  const auto found = pages_.find(page);
  if (found == pages_.end()) return;
  pages_.erase(found);
  if (!incident_ || !pages_.empty()) return;
  incident_->final_due = t + team_->of(incident_->person).talk.last;
}

Time Communication::next_due() const {
  if (!incident_) return Time::max();
  return std::min({incident_->internal_due, incident_->external_due, incident_->final_due});
}

Post Communication::post_of(std::string_view channel, PostKind kind, Time t) const {
  Post post{.channel = std::string(channel), .person = incident_->person};
  post.data.incident = incident_->id;
  post.data.severity = incident_->severity;
  post.data.status = kind == PostKind::final_post ? PostStatus::resolved : incident_->status;
  post.data.kind = kind;
  post.data.role = incident_->role;
  post.data.began = incident_->began;
  post.data.at = t;
  if (kind != PostKind::final_post) {
    if (const auto next = every()) post.data.next = t + *next;
  }
  post.data.alerts.assign(incident_->alerts.begin(), incident_->alerts.end());
  post.data.actions = incident_->actions;
  return post;
}

std::vector<Post> Communication::advance(Time now) {
  std::vector<Post> out;
  if (next_due() > now || !incident_) return out;
  const auto next = [&] {
    const auto interval = every();
    return interval ? now + *interval : Time::max();
  };
  if (incident_->final_due <= now) {
    // Of what nobody has heard nobody needs to hear that it is over.
    if (incident_->posted_internal) {
      out.push_back(post_of(record::kInternal, PostKind::final_post, now));
    } else {
      --count_;
    }
    if (incident_->posted_external) out.push_back(post_of(record::kExternal, PostKind::final_post, now));
    incident_.reset();
    return out;
  }
  const auto kind = [](const std::optional<Time>& posted) { return posted ? PostKind::update : PostKind::first; };
  if (incident_->internal_due <= now) {
    out.push_back(post_of(record::kInternal, kind(incident_->posted_internal), now));
    incident_->posted_internal = now;
    incident_->internal_due = next();
  }
  if (incident_->external_due <= now) {
    out.push_back(post_of(record::kExternal, kind(incident_->posted_external), now));
    incident_->posted_external = now;
    incident_->external_due = next();
  }
  return out;
}

}  // namespace firedrill::oncall
