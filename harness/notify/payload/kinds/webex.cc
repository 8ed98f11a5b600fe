// Webex: a message to a room.
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {

void webex(Draft& draft) {
  constexpr Limit kMessage{.bytes = 7439};
  json::object body;
  body["markdown"] = draft.text("message", kMessage);
  const bool is_sent = !draft.failed();
  // 0.25 takes the room as it is written.
  put(body, "roomId", draft.is_recent() ? draft.text("room_id") : std::string(draft.settings().text_of("room_id")));
  // A room that cannot be rendered is none.
  if (is_sent) draft.forget_fault();
  draft.post_json(draft.address("api_url"), body);
}

}  // namespace firedrill::notify::payloads
