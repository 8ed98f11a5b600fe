#include "fake_services/process/process_conditions.h"

#include <algorithm>

namespace firedrill::fake_services {
namespace {

double number(const json::object& told, const char* key, double otherwise) {
  const json::value* found = told.if_contains(key);
  if (found == nullptr) return otherwise;
  if (const double* real = found->if_double()) return *real;
  if (const auto* whole = found->if_int64()) return static_cast<double>(*whole);
  if (const auto* natural = found->if_uint64()) return static_cast<double>(*natural);
  return otherwise;
}

bool truth(const json::object& told, const char* key) {
  const json::value* found = told.if_contains(key);
  return found != nullptr && found->is_bool() && found->as_bool();
}

const json::object& part(const json::object& told, const char* key) {
  static const json::object kNone;
  const json::value* found = told.if_contains(key);
  return found != nullptr && found->is_object() ? found->as_object() : kNone;
}

template <typename Read, typename Out>
void read_each(const json::object& told, const char* key, Out& out, Read read) {
  const json::value* found = told.if_contains(key);
  if (found == nullptr || !found->is_array()) return;
  const json::array& listed = found->as_array();
  for (std::size_t i = 0; i < std::min(listed.size(), out.size()); ++i) {
    if (listed[i].is_object()) out[i] = read(listed[i].as_object());
  }
}

json::object to_json(const Delay& delay) {
  return {{"share", delay.share}, {"mean_s", delay.mean_s}, {"variance_s2", delay.variance_s2}};
}

Delay read_delay(const json::object& told) {
  return {number(told, "share", 0), number(told, "mean_s", 0), number(told, "variance_s2", 0)};
}

json::object to_json(const RequestConditions& request) {
  json::array replies;
  for (const InjectedReply& reply : request.replies) {
    replies.push_back(
        json::object{{"code", reply.code}, {"share", reply.share}, {"retry_after_s", reply.retry_after_s}});
  }
  return {{"replies", std::move(replies)}, {"delay", to_json(request.delay)}, {"silent", request.silent}};
}

RequestConditions read_request(const json::object& told) {
  RequestConditions out;
  out.delay = read_delay(part(told, "delay"));
  out.silent = number(told, "silent", 0);
  read_each(told, "replies", out.replies, [](const json::object& reply) {
    return InjectedReply{static_cast<std::int32_t>(number(reply, "code", 0)), number(reply, "share", 0),
                         number(reply, "retry_after_s", 0)};
  });
  return out;
}

json::object to_json(const CallConditions& call) {
  return {{"pool_leak", call.pool_leak},    {"pool_left", call.pool_left},
          {"cache_lost", call.cache_lost},  {"off", call.off},
          {"unresolved", call.unresolved},  {"misled", call.misled},
          {"lookup", to_json(call.lookup)}, {"extra", call.extra}};
}

CallConditions read_call(const json::object& told) {
  return {.pool_leak = number(told, "pool_leak", 0),
          .pool_left = number(told, "pool_left", 1e9),
          .cache_lost = number(told, "cache_lost", 0),
          .off = truth(told, "off"),
          .unresolved = number(told, "unresolved", 0),
          .misled = number(told, "misled", 0),
          .lookup = read_delay(part(told, "lookup")),
          .extra = number(told, "extra", 0)};
}

json::object to_json(const FirstFew& first);

template <typename List>
json::array each_to_json(const List& list) {
  json::array out;
  for (const auto& each : list) out.push_back(to_json(each));
  return out;
}

json::object to_json(const FirstFew& first) {
  return {{"fault", first.fault}, {"routes", each_to_json(first.routes)}};
}

std::vector<FirstFew> read_first(const json::object& told, std::size_t routes) {
  std::vector<FirstFew> out;
  const json::value* found = told.if_contains("first");
  if (found == nullptr || !found->is_array()) return out;
  for (const json::value& each : found->as_array()) {
    if (!each.is_object()) continue;
    FirstFew& first = out.emplace_back();
    first.fault = static_cast<std::size_t>(number(each.as_object(), "fault", 0));
    first.routes.resize(routes);
    read_each(each.as_object(), "routes", first.routes, read_request);
  }
  return out;
}

}  // namespace

ProcessConditions conditions_for(const ServiceModel& service) {
  ProcessConditions neutral;
  neutral.routes.resize(service.routes.size());
  neutral.calls.resize(service.edges.size());
  return neutral;
}

json::object to_json(const ProcessConditions& c) {
  json::array forced;
  for (const auto& each : c.forced) forced.push_back(each ? json::value(*each) : json::value());
  return {{"routes", each_to_json(c.routes)},
          {"health", each_to_json(c.health)},
          {"cpu_factor", c.cpu_factor},
          {"concurrency_factor", c.concurrency_factor},
          {"scrapes_silent", c.scrapes_silent},
          {"disk_delay", to_json(c.disk_delay)},
          {"disk_errors", c.disk_errors},
          {"disk_level", c.disk_level},
          {"calls", each_to_json(c.calls)},
          {"forced", std::move(forced)},
          {"limit", json::object{{"per_second", c.limit.per_second},
                                 {"burst", c.limit.burst},
                                 {"code", c.limit.code},
                                 {"retry_after_s", c.limit.retry_after_s},
                                 {"probes", c.limit.probes}}},
          {"consuming", c.consuming},
          {"foreign_messages", c.foreign_messages},
          {"leak", c.leak},
          {"memory_limit", c.memory_limit},
          {"first", each_to_json(c.first)}};
}

ProcessConditions read_conditions(const json::object& told, const ServiceModel& service) {
  ProcessConditions out = conditions_for(service);
  read_each(told, "routes", out.routes, read_request);
  read_each(told, "health", out.health, read_request);
  out.cpu_factor = number(told, "cpu_factor", 1);
  out.concurrency_factor = number(told, "concurrency_factor", 1);
  out.scrapes_silent = number(told, "scrapes_silent", 0);
  out.disk_delay = read_delay(part(told, "disk_delay"));
  out.disk_errors = number(told, "disk_errors", 0);
  out.disk_level = number(told, "disk_level", 0);
  read_each(told, "calls", out.calls, read_call);
  const json::value* forced = told.if_contains("forced");
  for (std::size_t i = 0; forced != nullptr && forced->is_array() && i < out.forced.size(); ++i) {
    const json::array& listed = forced->as_array();
    if (i < listed.size() && listed[i].is_bool()) out.forced[i] = listed[i].as_bool();
  }
  const json::object& limit = part(told, "limit");
  out.limit = {number(limit, "per_second", 0), number(limit, "burst", 0),
               static_cast<int>(number(limit, "code", kTooManyRequests)), number(limit, "retry_after_s", 0),
               truth(limit, "probes")};
  out.consuming = number(told, "consuming", 1);
  out.foreign_messages = number(told, "foreign_messages", 0);
  out.leak = number(told, "leak", 0);
  out.memory_limit = number(told, "memory_limit", 0);
  out.first = read_first(told, service.routes.size());
  return out;
}

}  // namespace firedrill::fake_services
