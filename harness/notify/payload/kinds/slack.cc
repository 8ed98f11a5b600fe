// Slack: a message with one attachment. With `update_message` a later notification changes the message of the first,
// which Slack has named by its channel and its time; that it has done so is taken to have gone well.
#include "base/text/format.h"
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {
namespace {

constexpr std::string_view kUpdate = "https://slack.com/api/chat.update";
constexpr std::string_view kChannel = "{channel}";
constexpr std::string_view kMessage = "{ts}";

json::array fields(Draft& draft, const Value& list) {
  json::array out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Value& field = list.items[i];
    const std::string in = format("fields[{}]", i);
    const Value* flag = field.find("short");
    json::object made;
    put(made, "title", draft.text(field, "title", {}, in));
    put(made, "value", draft.text(field, "value", {}, in));
    made["short"] = flag != nullptr ? flag->text == "true" : draft.settings().is_true("short_fields");
    out.push_back(std::move(made));
  }
  return out;
}

json::array actions(Draft& draft, const Value& list) {
  json::array out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Value& action = list.items[i];
    const std::string in = format("actions[{}]", i);
    json::object made;
    for (const std::string_view key : {"type", "text", "url", "style", "name", "value"}) {
      put(made, key, draft.text(action, key, {}, in));
    }
    if (const Value* confirm = action.find("confirm")) {
      json::object question;
      for (const std::string_view key : {"text", "title", "ok_text", "dismiss_text"}) {
        put(question, key, draft.text(*confirm, key, {}, in + ".confirm"));
      }
      made["confirm"] = std::move(question);
    }
    out.push_back(std::move(made));
  }
  return out;
}

json::array formatted_fields(const Value& settings) {
  json::array out;
  if (const Value* list = settings.find("mrkdwn_in")) {
    for (const Value& each : list->items) out.push_back(json::string(each.text));
  }
  if (out.empty()) out = {"fallback", "pretext", "text"};
  return out;
}

json::object attachment(Draft& draft) {
  constexpr Limit kTitle{.runes = 1024};
  const Value& settings = draft.settings();
  json::object out;
  put(out, "title", draft.text("title", kTitle));
  put(out, "title_link", draft.text("title_link"));
  put(out, "pretext", draft.text("pretext"));
  for (const std::string_view key : {"text", "fallback", "callback_id"}) out[key] = draft.text(key);
  if (const Value* list = settings.find("fields"); list != nullptr && !list->items.empty()) {
    out["fields"] = fields(draft, *list);
  }
  if (const Value* list = settings.find("actions"); list != nullptr && !list->items.empty()) {
    out["actions"] = actions(draft, *list);
  }
  put(out, "image_url", draft.text("image_url"));
  put(out, "thumb_url", draft.text("thumb_url"));
  out["footer"] = draft.text("footer");
  put(out, "color", draft.text("color"));
  out["mrkdwn_in"] = formatted_fields(settings);
  return out;
}

}  // namespace

void slack(Draft& draft) {
  const bool updates =
      draft.settings().is_true("update_message") && draft.notification().reason != Reason::first_notification;
  json::object body;
  put(body, "channel", draft.text("channel"));
  if (updates) {
    body["channel"] = kChannel;
    body["ts"] = kMessage;
  }
  for (const std::string_view key : {"username", "icon_emoji", "icon_url"}) put(body, key, draft.text(key));
  if (draft.settings().is_true("link_names")) body["link_names"] = true;
  put(body, "text", draft.text("message_text"));
  body["attachments"] = json::array{attachment(draft)};
  draft.post_json(updates ? std::string(kUpdate) : draft.address("api_url", "api_url_file"), body);
}

}  // namespace firedrill::notify::payloads
