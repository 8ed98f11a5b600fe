// Rocket.Chat: a message with one attachment.
#include "base/text/format.h"
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {
namespace {

json::array fields(Draft& draft, const Value& list) {
  json::array out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Value& field = list.items[i];
    const std::string in = format("fields[{}]", i);
    const Value* flag = field.find("short");
    json::object made;
    made["short"] = flag != nullptr ? flag->text == "true" : draft.settings().is_true("short_fields");
    put(made, "title", draft.text(field, "title", {}, in));
    put(made, "value", draft.text(field, "value", {}, in));
    out.push_back(std::move(made));
  }
  return out;
}

json::array actions(Draft& draft, const Value& list) {
  json::array out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string in = format("actions[{}]", i);
    json::object made{{"type", "button"}};
    for (const std::string_view key : {"text", "url", "msg"}) {
      put(made, key, draft.text(list.items[i], key, {}, in));
    }
    // What else an action may have in the file is not sent.
    made["is_webview"] = false;
    made["msg_in_chat_window"] = false;
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace

void rocketchat(Draft& draft) {
  constexpr Limit kTitle{.runes = 1024};
  const Value& settings = draft.settings();
  json::object attachment;
  put(attachment, "title", draft.text("title", kTitle));
  for (const std::string_view key : {"title_link", "text", "image_url", "thumb_url", "color"}) {
    put(attachment, key, draft.text(key));
  }
  if (const Value* list = settings.find("fields"); list != nullptr && !list->items.empty()) {
    attachment["fields"] = fields(draft, *list);
  }
  if (const Value* list = settings.find("actions"); list != nullptr && !list->items.empty()) {
    attachment["actions"] = actions(draft, *list);
  }
  json::object body;
  put(body, "channel", draft.text("channel"));
  put(body, "emoji", draft.text("emoji"));
  put(body, "avatar", draft.text("icon_url"));
  json::array attachments;
  attachments.push_back(std::move(attachment));
  body["attachments"] = std::move(attachments);
  const std::string base = draft.address("api_url");
  draft.post_json(base + (base.ends_with('/') ? "" : "/") + "api/v1/chat.postMessage", body);
  draft.add_header("X-Auth-Token", kHidden);
  draft.add_header("X-User-Id", kHidden);
}

}  // namespace firedrill::notify::payloads
