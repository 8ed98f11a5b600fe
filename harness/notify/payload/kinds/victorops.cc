// Splunk On-Call, once VictorOps.
#include <map>

#include "base/text/format.h"
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {
namespace {

constexpr Limit kMessage{.runes = 20480};

}  // namespace

void victorops(Draft& draft) {
  const std::string address = format("{}{}/{}", draft.address("api_url"), kHidden, draft.text("routing_key"));
  draft.retry_faults();
  std::string type = draft.text("message_type");
  if (!draft.is_firing()) {
    type = "RECOVERY";
  } else if (type != "INFO" && type != "WARNING" && type != "CRITICAL") {
    type = "CRITICAL";
  }
  std::map<std::string, std::string> message{{"message_type", type}, {"entity_id", draft.hash()}};
  message["state_message"] = draft.text("state_message", kMessage);
  message["entity_display_name"] = draft.text("entity_display_name");
  message["monitoring_tool"] = draft.text("monitoring_tool");
  if (const Value* custom = draft.settings().find("custom_fields")) {
    for (const auto& [name, value] : custom->entries) message[name] = draft.text(*custom, name, {}, "custom_fields");
  }
  json::object body;
  for (const auto& [name, value] : message) body[name] = value;
  draft.post_json(address, body);
}

}  // namespace firedrill::notify::payloads
