// Microsoft Teams by its older connector: a message card.
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {

void msteams(Draft& draft) {
  json::object body{{"@context", "http://schema.org/extensions"}, {"type", "MessageCard"}};
  for (const std::string_view key : {"title", "summary", "text"}) body[key] = draft.text(key);
  body["themeColor"] = draft.is_firing() ? "8C1A1A" : "2DC72D";
  draft.post_json(draft.address("webhook_url", "webhook_url_file"), body);
}

}  // namespace firedrill::notify::payloads
