// Opsgenie: an alert is created, changed and closed.
#include <map>

#include "base/text/format.h"
#include "notify/payload/draft.h"
#include "notify/payload/text.h"

namespace firedrill::notify::payloads {
namespace {

constexpr Limit kMessage{.runes = 130};

json::object details(Draft& draft) {
  std::map<std::string, std::string> all;
  const json::object data = draft.data(draft.notification().alerts.size());
  for (const auto& [name, value] : data.at("commonLabels").as_object()) {
    all[std::string(name)] = std::string(value.as_string());
  }
  if (const Value* given = draft.settings().find("details")) {
    for (const auto& [name, value] : given->entries) all[name] = draft.text(*given, name, {}, "details");
  }
  json::object out;
  for (const auto& [name, value] : all) out[name] = value;
  return out;
}

json::array responders(Draft& draft) {
  json::array out;
  const Value* list = draft.settings().find("responders");
  if (list == nullptr) return out;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    json::object made;
    for (const std::string_view key : {"id", "name", "username", "type"}) {
      put(made, key, draft.text(list->items[i], key, {}, format("responders[{}]", i)));
    }
    if (made.empty()) continue;
    if (!made.contains("type")) made["type"] = "";
    if (made["type"] != "teams") {
      out.push_back(std::move(made));
      continue;
    }
    const std::string names = made.contains("name") ? std::string(made["name"].as_string()) : std::string();
    for (const std::string& team : split_list(names)) {
      out.push_back(json::object{{"name", team}, {"type", "team"}});
    }
  }
  return out;
}

void put_list(json::object& body, std::string_view key, const std::string& text) {
  json::array parts;
  for (const std::string& each : split_list(text)) parts.push_back(json::string(each));
  if (!parts.empty()) body[key] = std::move(parts);
}

void send(Draft& draft, std::string_view method, const std::string& path, const json::object& body) {
  draft.send_json(method, draft.address("api_url") + "v2/alerts" + path, body);
}

void create(Draft& draft) {
  json::object body;
  body["alias"] = draft.hash();
  body["message"] = draft.text("message", kMessage);
  const std::string description = draft.text("description");
  put(body, "description", description);
  body["details"] = details(draft);
  body["source"] = draft.text("source");
  if (json::array list = responders(draft); !list.empty()) body["responders"] = std::move(list);
  put_list(body, "tags", draft.text("tags"));
  put(body, "note", draft.text("note"));
  put(body, "priority", draft.text("priority"));
  put(body, "entity", draft.text("entity"));
  put_list(body, "actions", draft.text("actions"));
  send(draft, "POST", "", body);
  if (!draft.settings().is_true("update_alerts")) return;
  json::object message;
  put(message, "message", std::string(body["message"].as_string()));
  send(draft, "PUT", format("/{}/message?identifierType=alias", draft.hash()), message);
  json::object described;
  put(described, "description", description);
  send(draft, "PUT", format("/{}/description?identifierType=alias", draft.hash()), described);
}

}  // namespace

void opsgenie(Draft& draft) {
  if (draft.is_firing()) {
    create(draft);
  } else {
    const json::object body{{"source", draft.text("source")}};
    send(draft, "POST", format("/{}/close?identifierType=alias", draft.hash()), body);
  }
  draft.authorize("GenieKey");
}

}  // namespace firedrill::notify::payloads
