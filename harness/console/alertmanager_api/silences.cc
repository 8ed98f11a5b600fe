// silences and silence/ID.
#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "console/alertmanager_api/alertmanager_api.h"
#include "console/alertmanager_api/answers.h"
#include "console/alertmanager_api/silence_body.h"

namespace firedrill::console {
namespace {

using notify::Silence;

enum class State { active, pending, expired };

State state_at(const Silence& silence, Time now) {
  if (now < silence.starts_at) return State::pending;
  return now < silence.ends_at ? State::active : State::expired;
}

std::string_view name_of(State state) {
  constexpr std::array<std::string_view, 3> kNames{"active", "pending", "expired"};
  return kNames[static_cast<std::size_t>(state)];
}

json::object silence_json(const Silence& silence, Time now) {
  json::array matchers;
  for (const notify::Matcher& matcher : silence.matchers) {
    const bool regex = matcher.op() == notify::MatchOp::regex || matcher.op() == notify::MatchOp::not_regex;
    const bool equal = matcher.op() == notify::MatchOp::equal || matcher.op() == notify::MatchOp::regex;
    matchers.push_back(
        json::object{{"isEqual", equal}, {"isRegex", regex}, {"name", matcher.name()}, {"value", matcher.value()}});
  }
  return {{"id", uuid_of(silence.id)},
          {"status", json::object{{"state", std::string(name_of(state_at(silence, now)))}}},
          {"updatedAt", am_time(silence.updated_at)},
          {"comment", silence.comment},
          {"createdBy", silence.created_by},
          {"endsAt", am_time(silence.ends_at)},
          {"matchers", std::move(matchers)},
          {"startsAt", am_time(silence.starts_at)}};
}

// A silence is asked for by its own matchers: each filter must be one of them, with its operator and value.
bool passes(const Silence& silence, const notify::Matchers& filters) {
  return std::ranges::all_of(filters, [&](const notify::Matcher& filter) {
    return std::ranges::find(silence.matchers, filter) != silence.matchers.end();
  });
}

// Active ones by their end, pending ones by their start, expired ones the last first.
bool comes_first(const Silence& a, const Silence& b, Time now) {
  const State state = state_at(a, now);
  if (state != state_at(b, now)) return state < state_at(b, now);
  if (state == State::active) return a.ends_at < b.ends_at;
  return state == State::pending ? a.starts_at < b.starts_at : a.ends_at > b.ends_at;
}

const Silence* silence_of(const notify::Alertmanager& manager, std::string_view uuid) {
  const auto& all = manager.silences().all();
  const auto it = std::ranges::find_if(all, [&](const Silence& each) { return uuid_of(each.id) == uuid; });
  return it == all.end() ? nullptr : &*it;
}

http::Response no_uuid(std::string_view text) {
  return am_fault(422, 601, format("silenceID in path must be of type uuid: \"{}\"", text));
}

}  // namespace

http::Response AlertmanagerApi::silences(const http::Request& request, Segments) const {
  const auto filters = parse_filters(Form::of(request));
  if (!filters) return am_text(400, filters.error());
  const Time now = alerting_.now();
  std::vector<const Silence*> found;
  for (const Silence& each : alerting_.alertmanager()->silences().all()) {
    if (passes(each, *filters)) found.push_back(&each);
  }
  std::ranges::stable_sort(found, [&](const Silence* a, const Silence* b) { return comes_first(*a, *b, now); });
  json::array out;
  for (const Silence* each : found) out.push_back(silence_json(*each, now));
  return am_data(out);
}

http::Response AlertmanagerApi::silence(const http::Request&, Segments segments) const {
  if (!is_uuid(segments[0])) return no_uuid(segments[0]);
  const Silence* found = silence_of(*alerting_.alertmanager(), segments[0]);
  return found == nullptr ? am_empty(404) : am_data(silence_json(*found, alerting_.now()));
}

http::Response AlertmanagerApi::expire_silence(const http::Request&, Segments segments) const {
  if (!is_uuid(segments[0])) return no_uuid(segments[0]);
  const Silence* found = silence_of(*alerting_.alertmanager(), segments[0]);
  if (found == nullptr) return am_empty(404);
  if (state_at(*found, alerting_.now()) == State::expired) return am_empty(200);
  const auto done = alerting_.expire_silence(std::string(found->id));
  return done ? am_empty(200) : am_text(500, done.error().what);
}

// One that is changed ends, and another takes its place under an id of its own.
http::Response AlertmanagerApi::set_silence(const http::Request& request, Segments) const {
  auto body = parse_silence_body(request.body);
  if (!body)
    return body.error().code == 0 ? am_text(body.error().status, body.error().what)
                                  : am_fault(body.error().status, body.error().code, body.error().what);
  const Time now = alerting_.now();
  Silence& silence = body->silence;
  // Programs such as amtool count from their own clock: what begins behind the drill's end begins now, and lasts as
  // long.
  if (silence.starts_at >= alerting_.ends() && silence.ends_at > silence.starts_at) {
    silence.ends_at = now + (silence.ends_at - silence.starts_at);
    silence.starts_at = now;
  }
  if (silence.ends_at < silence.starts_at) {
    return am_text(400, "Failed to create silence: start time must be before end time");
  }
  if (silence.ends_at < now) return am_text(400, "Failed to create silence: end time can't be in the past");
  if (silence.starts_at == silence.ends_at) {
    return am_text(400, "Failed to create silence: start time must not be equal to end time");
  }
  if (!body->invalid.empty()) return am_text(400, "invalid silence: " + body->invalid);
  if (!body->id.empty()) {
    const Silence* old = silence_of(*alerting_.alertmanager(), body->id);
    if (old == nullptr) return am_text(404, "silence not found");
    if (state_at(*old, now) != State::expired) {
      if (const auto done = alerting_.expire_silence(std::string(old->id)); !done) {
        return am_text(500, done.error().what);
      }
    }
  }
  silence.starts_at = std::max(silence.starts_at, now);
  silence.updated_at = now;
  const auto id = alerting_.add_silence(silence);
  if (!id) return am_text(400, id.error().what);
  return am_data(json::object{{"silenceID", uuid_of(*id)}});
}

}  // namespace firedrill::console
