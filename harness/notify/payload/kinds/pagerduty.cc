// PagerDuty: events of its second API, of the first where a service key is given.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "notify/payload/data/go_json.h"
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {
namespace {

constexpr std::size_t kMostBytes = 512'000;
constexpr Limit kSummary{.runes = 1024};
constexpr std::string_view kFirstApi = "https://events.pagerduty.com/generic/2010-04-15/create_event.json";

json::object details(Draft& draft) {
  json::object out;
  const Value* list = draft.settings().find("details");
  if (list == nullptr) return out;
  std::vector<std::pair<std::string_view, const Value*>> sorted;
  for (const auto& [name, value] : list->entries) sorted.emplace_back(name, &value);
  std::ranges::sort(sorted, {}, &std::pair<std::string_view, const Value*>::first);
  for (const auto& [name, value] : sorted) {
    out[name] = draft.is_recent() ? draft.any(*value, format("details.{}", name))
                                  : json::value(draft.text(*list, name, {}, "details"));
  }
  return out;
}

// Images and links: those whose address is not empty.
json::array listed(Draft& draft, std::string_view key, std::string_view wanted,
                   std::initializer_list<std::string_view> parts) {
  json::array out;
  const Value* list = draft.settings().find(key);
  if (list == nullptr) return out;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    json::object made;
    for (const std::string_view part : parts) {
      made[part] = draft.text(list->items[i], part, {}, format("{}[{}]", key, i));
    }
    if (!made[wanted].as_string().empty()) out.push_back(std::move(made));
  }
  return out;
}

// Without its details if it would be too long with them.
void send(Draft& draft, std::string url, json::object body, std::string_view inside, std::string_view key) {
  const std::size_t size = go_json(body).size() + 1 + draft.hidden_bytes();
  if (size > kMostBytes) {
    json::object& holder = inside.empty() ? body : body[inside].as_object();
    holder[key] = json::object{
        {"error", "Custom details have been removed because the original event exceeds the maximum size of 512KB"}};
  }
  draft.post_json(std::move(url), body);
}

void refuse_empty_key(Draft& draft, const json::object& body, std::string_view key) {
  if (body.contains(key)) return;
  draft.fail(draft.settings().where_of(key), format("'{}' renders to nothing", key),
             "Alertmanager sends nothing without it");
}

void build_first_api(Draft& draft, json::object custom) {
  json::object body;
  put(body, "service_key", draft.settings().filled("service_key") ? draft.text("service_key") : std::string(kHidden));
  refuse_empty_key(draft, body, "service_key");
  body["incident_key"] = draft.hash();
  body["event_type"] = draft.is_firing() ? "trigger" : "resolve";
  put(body, "description", draft.text("description", kSummary));
  body["event_action"] = "";
  body["payload"] = nullptr;
  if (draft.is_firing()) {
    put(body, "client", draft.text("client"));
    put(body, "client_url", draft.text("client_url"));
  }
  if (!custom.empty()) body["details"] = std::move(custom);
  send(draft, std::string(kFirstApi), std::move(body), {}, "details");
}

void build_second_api(Draft& draft, json::object custom) {
  json::object payload;
  payload["summary"] = draft.text("description", kSummary);
  payload["source"] = draft.text("source");
  payload["severity"] = draft.settings().filled("severity") ? draft.text("severity") : "error";
  for (const std::string_view key : {"class", "component", "group"}) put(payload, key, draft.text(key));
  if (!custom.empty()) payload["custom_details"] = std::move(custom);
  json::object body;
  put(body, "routing_key", draft.settings().filled("routing_key") ? draft.text("routing_key") : std::string(kHidden));
  refuse_empty_key(draft, body, "routing_key");
  body["dedup_key"] = draft.hash();
  body["event_action"] = draft.is_firing() ? "trigger" : "resolve";
  body["payload"] = std::move(payload);
  put(body, "client", draft.text("client"));
  put(body, "client_url", draft.text("client_url"));
  json::array images = listed(draft, "images", "src", {"src", "alt", "href"});
  json::array links = listed(draft, "links", "href", {"href", "text"});
  if (!images.empty()) body["images"] = std::move(images);
  if (!links.empty()) body["links"] = std::move(links);
  send(draft, draft.address("url"), std::move(body), "payload", "custom_details");
}

}  // namespace

void pagerduty(Draft& draft) {
  json::object custom = details(draft);
  if (draft.has_secret("service_key", "service_key_file")) {
    build_first_api(draft, std::move(custom));
  } else {
    build_second_api(draft, std::move(custom));
  }
}

}  // namespace firedrill::notify::payloads
