#include "monitor/prometheus/notified.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/contains.h"
#include "base/hash.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "monitor/prometheus/json_texts.h"
#include "monitor/prometheus/recorded_kinds.h"
#include "notify/stages/dedup.h"
#include "notify/stages/receivers.h"

namespace firedrill::monitor {
namespace {

using events::Notification;
using events::NotificationAttempt;
using events::NotificationPayload;
using notify::Integration;

// dispatch/dispatch.go: a flush has as long as its group's interval, and no less than this, of the machine's time.
constexpr Duration kLeastFlush = 10s;
// By which what goes out at one flush may be apart here, likewise.
constexpr Duration kApart = 3s;
constexpr int kSuccess = 200;
constexpr int kBeyondSuccess = 300;

// What a webhook's body says; nothing: it is none of Alertmanager's.
std::optional<Notification> read_body(const std::string& body) {
  const auto read = read_json(make_source("body", body));
  if (!read) return std::nullopt;
  Notification out;
  out.group_key = text_in(*read, "groupKey");
  out.group_labels = labels_in(*read, "groupLabels");
  out.status = text_in(*read, "status");
  if (out.group_key.empty() || member(*read, "alerts") == nullptr) return std::nullopt;
  for (const json::value& each : list_in(*read, "alerts")) {
    out.alerts.push_back({text_in(each, "status"), labels_in(each, "labels")});
  }
  return out;
}

void show_all(const json::value& value, const std::string& path, std::vector<NotificationPayload::Field>& fields) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, each] : *object) {
      show_all(each, path.empty() ? std::string(key) : format("{}.{}", path, std::string(key)), fields);
    }
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) show_all((*array)[i], format("{}[{}]", path, i), fields);
  } else if (const auto* text = value.if_string()) {
    fields.push_back({path, std::string(*text)});
  } else if (!value.is_null()) {
    fields.push_back({path, write_json(value, JsonStyle::compact)});
  }
}

// Those that the configuration or the kind gives, without what the client's own connection needs.
bool is_of_connection(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kNames = {"Host",       "User-Agent", "Content-Length",
                                                             "Connection", "Accept",     "Accept-Encoding"};
  return std::ranges::any_of(kNames, [&](std::string_view each) {
    return std::ranges::equal(each, name, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  });
}

std::string address_of(const Integration& integration, const std::string& rest) {
  const RecordedKind* kind = find_recorded_kind(integration.kind);
  const notify::Value* address = kind == nullptr ? nullptr : integration.settings.find(kind->address);
  if (address == nullptr || address->text.empty() || address->secret) return "<secret>" + rest;
  std::string text = address->text;
  if (text.ends_with('/') && rest.starts_with('/')) text.pop_back();
  return text + rest;
}

}  // namespace

NotificationReader::NotificationReader(const scenario::AlertmanagerSettings& settings, const RunTimes& times)
    : settings_(&settings),
      least_flush_(times.in_run(kLeastFlush)),
      apart_(times.in_run(kApart)),
      redirections_(redirections(*settings.configuration)) {}

const Integration& NotificationReader::integration(const Flush& flush) const {
  return settings_->configuration->receivers[flush.receiver].integrations[flush.integration];
}

// A group's key is its route's, a colon, and its labels. Routes of one key and receiver are not told apart.
const notify::Route* NotificationReader::route_of(const std::string& receiver, const std::string& group_key) const {
  const notify::Route* found = nullptr;
  for (const notify::Route& route : settings_->configuration->routes) {
    if (route.receiver != receiver || !group_key.starts_with(route.key + ":")) continue;
    if (found == nullptr || route.key.size() > found->key.size()) found = &route;
  }
  return found;
}

Duration NotificationReader::flush_time(const std::string& receiver, const std::string& group_key) const {
  const notify::Route* route = route_of(receiver, group_key);
  return std::max(least_flush_, route == nullptr ? least_flush_ : route->group_interval);
}

Duration NotificationReader::repeat_interval(const std::string& receiver, const std::string& group_key) const {
  const notify::Route* route = route_of(receiver, group_key);
  return route == nullptr ? Duration(0) : route->repeat_interval;
}

void NotificationReader::take(const RecordedRequest& request) {
  const auto how = std::ranges::find_if(redirections_, [&](const Redirection& each) {
    return each.receiver == request.receiver && each.integration == request.integration;
  });
  const bool is_told = request.as != SentAs::itself || (how != redirections_.end() && !how->beside);
  if (is_told) {
    take_told(request);
  } else if (!assign(request)) {
    unassigned_.push_back(request);
  }
}

void NotificationReader::take_told(const RecordedRequest& request) {
  auto body = read_body(request.request.body);
  if (!body) return;
  const auto open = std::ranges::find_if(flushes_, [&](const Flush& each) {
    return each.receiver == request.receiver && each.integration == request.integration && !each.over &&
           each.notification.group_key == body->group_key && request.at < each.deadline;
  });
  if (open != flushes_.end()) {
    note_attempt(*open, request);
  } else {
    Flush flush = begin(request, *std::move(body));
    note_attempt(flush, request);
    flushes_.push_back(std::move(flush));
  }
  std::vector<RecordedRequest> early = std::exchange(unassigned_, {});
  for (const RecordedRequest& each : early) {
    if (!assign(each) && request.at - each.at < apart_) unassigned_.push_back(each);
  }
}

NotificationReader::Flush NotificationReader::begin(const RecordedRequest& request, Notification notification) const {
  const notify::Receiver& receiver = settings_->configuration->receivers[request.receiver];
  Flush flush{.receiver = request.receiver,
              .integration = request.integration,
              .hash = sha256_hex(notification.group_key),
              .deadline = request.at + flush_time(receiver.name, notification.group_key),
              .notification = std::move(notification)};
  flush.notification.receiver = receiver.name;
  flush.notification.integration = receiver.integrations[request.integration].kind;
  flush.notification.index = static_cast<int>(request.integration);
  flush.notification.pages = contains(settings_->paging, receiver.name);
  flush.notification.flushed_at = request.at;
  return flush;
}

void NotificationReader::note_attempt(Flush& flush, const RecordedRequest& request) const {
  NotificationAttempt attempt{.at = request.at, .ended = request.answered, .status = request.status, .result = ""};
  if (attempt.status == 0 || attempt.ended >= flush.deadline) {
    attempt = {
        .at = request.at, .ended = std::min(request.answered, flush.deadline), .status = 0, .result = "timed_out"};
    flush.over = true;
  } else if (attempt.status >= kSuccess && attempt.status < kBeyondSuccess) {
    attempt.result = "accepted";
    flush.over = true;
    flush.notification.accepted = true;
  } else {
    const bool again = notify::is_retried(integration(flush), attempt.status);
    attempt.result = again ? "retried" : "dropped";
    flush.over = !again;
  }
  flush.notification.attempts.push_back(std::move(attempt));
  if (request.as == SentAs::itself) flush.own.push_back(request);
}

// To a flush whose group the request names; where it names none, to the first that has fewest of them. One that has had
// its own waits for no more: what comes then is of a flush whose webhook is on its way.
bool NotificationReader::assign(const RecordedRequest& request) {
  const RecordedKind* kind =
      find_recorded_kind(settings_->configuration->receivers[request.receiver].integrations[request.integration].kind);
  std::optional<std::string> hash;
  if (kind != nullptr && kind->group_hash != nullptr) hash = kind->group_hash(request.request);
  const bool goes_on = kind != nullptr && kind->goes_on != nullptr && kind->goes_on(request.request);
  Flush* best = nullptr;
  for (Flush& flush : flushes_) {
    if (flush.receiver != request.receiver || flush.integration != request.integration) continue;
    if (hash && flush.hash != *hash) continue;
    if (request.at + apart_ < flush.notification.flushed_at) continue;
    const bool has_its_own = flush.over && flush.own.size() >= flush.notification.attempts.size();
    if (goes_on ? flush.own.empty() : has_its_own) continue;
    if (best == nullptr || goes_on || flush.own.size() < best->own.size()) best = &flush;
  }
  if (best == nullptr) return false;
  best->own.push_back(request);
  return true;
}

bool NotificationReader::is_complete(const Flush& flush, Time now) const {
  const Time last = flush.notification.attempts.back().ended;
  if (!flush.over && now < flush.deadline + apart_) return false;
  // What goes out beside it may still come.
  const bool own_comes = find_recorded_kind(integration(flush).kind) != nullptr;
  return !own_comes || flush.own.size() >= flush.notification.attempts.size() || now >= last + apart_;
}

std::vector<NotificationReader::Told> NotificationReader::ended(Time now) {
  std::vector<Told> out;
  for (auto flush = flushes_.begin(); flush != flushes_.end();) {
    if (!is_complete(*flush, now)) {
      ++flush;
      continue;
    }
    out.push_back(told(*flush));
    flush = flushes_.erase(flush);
  }
  return out;
}

std::vector<NotificationReader::Told> NotificationReader::finish(Time end) {
  std::vector<Told> out = ended(end);
  for (Flush& flush : flushes_) {
    if (!flush.over) flush.notification.under_way = true;
    out.push_back(told(flush));
  }
  flushes_.clear();
  return out;
}

NotificationReader::Told NotificationReader::told(Flush& flush) {
  Notification& notification = flush.notification;
  const bool own_comes = find_recorded_kind(integration(flush).kind) != nullptr;
  Told out;
  if (own_comes && flush.own.empty()) {
    NotificationAttempt& last = notification.attempts.back();
    notification.attempts = {{.at = last.at, .ended = last.at, .status = 0, .result = "not_rendered"}};
    notification.accepted = false;
    notification.fault = "Alertmanager has sent no request of it: a template failed";
  } else if (own_comes) {
    // The times are the integration's own, where there is a request of it for each attempt.
    if (flush.own.size() == notification.attempts.size()) {
      for (std::size_t i = 0; i < flush.own.size(); ++i) {
        NotificationAttempt& attempt = notification.attempts[i];
        if (attempt.status == 0) continue;
        attempt.at = flush.own[i].at;
        attempt.ended = std::max(attempt.at, flush.own[i].answered);
        attempt.status = flush.own[i].status;
      }
      out.payload = payload_of(flush, {flush.own.back()});
    } else {
      out.payload = payload_of(flush, flush.own);
    }
  }
  notification.t = notification.attempts.back().ended;
  notification.reason = reason_of(flush);
  out.notification = notification;
  return out;
}

// By what the integration was last told of the group, as Alertmanager decides that it is told again.
std::string NotificationReader::reason_of(const Flush& flush) {
  const Notification& notification = flush.notification;
  notify::LogEntry next{.at = notification.t, .firing = {}, .resolved = {}};
  for (const events::NotifiedAlert& each : notification.alerts) {
    (each.status == "firing" ? next.firing : next.resolved).push_back(notify::fingerprint(each.labels));
  }
  std::ranges::sort(next.firing);
  std::ranges::sort(next.resolved);
  const notify::LogKey key{notification.group_key, notification.receiver, notification.integration, flush.integration};
  const auto known = log_.find(key);
  const notify::Reason reason =
      notify::reason_to_notify(known == log_.end() ? nullptr : &known->second,
                               {.firing = next.firing,
                                .resolved = next.resolved,
                                .send_resolved = integration(flush).send_resolved,
                                .repeat_interval = repeat_interval(notification.receiver, notification.group_key),
                                .now = notification.flushed_at});
  if (notification.accepted) log_.insert_or_assign(key, std::move(next));
  // It was sent: what is no news was due again, whatever the clocks say.
  return std::string(notify::to_string(reason == notify::Reason::none ? notify::Reason::repeat : reason));
}

NotificationPayload NotificationReader::payload_of(const Flush& flush,
                                                   const std::vector<RecordedRequest>& requests) const {
  NotificationPayload out;
  for (const RecordedRequest& each : requests) {
    NotificationPayload::Request& request = out.requests.emplace_back();
    request.method = each.request.method;
    request.url = address_of(integration(flush), each.rest);
    if (!each.request.query.empty()) request.url += "?" + each.request.query;
    for (const http::Header& header : each.request.headers) {
      if (!is_of_connection(header.name)) request.headers.push_back({header.name, header.value});
    }
    request.body = each.request.body;
    if (const auto body = read_json(make_source("body", each.request.body))) show_all(*body, {}, out.fields);
  }
  return out;
}

}  // namespace firedrill::monitor
