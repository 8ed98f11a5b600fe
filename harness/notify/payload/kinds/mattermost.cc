// Mattermost: a message with the attachments that the configuration gives; if it gives none, with one of its own
// fields.
#include "base/text/format.h"
#include "notify/payload/draft.h"
#include "template/format/unicode.h"

namespace firedrill::notify::payloads {
namespace {

constexpr std::string_view kOfAttachment[] = {"fallback",    "color",       "pretext", "text",      "author_name",
                                              "author_link", "author_icon", "title",   "title_link"};
constexpr std::string_view kBehindFields[] = {"thumb_url", "footer", "footer_icon", "image_url"};

json::array fields(Draft& draft, const Value& list, const std::string& in) {
  json::array out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Value& field = list.items[i];
    const std::string at = format("{}{}fields[{}]", in, in.empty() ? "" : ".", i);
    json::object made;
    put(made, "title", draft.text(field, "title", {}, at));
    put(made, "value", draft.text(field, "value", {}, at));
    if (const Value* flag = field.find("short")) made["short"] = flag->text == "true";
    out.push_back(std::move(made));
  }
  return out;
}

json::object attachment(Draft& draft, const Value& given, const std::string& in) {
  json::object out;
  for (const std::string_view key : kOfAttachment) put(out, key, draft.text(given, key, {}, in));
  if (const Value* each = given.find("fields"); each != nullptr && !each->items.empty()) {
    out["fields"] = fields(draft, *each, in);
  }
  for (const std::string_view key : kBehindFields) put(out, key, draft.text(given, key, {}, in));
  return out;
}

json::array attachments(Draft& draft) {
  json::array out;
  const Value* list = draft.settings().find("attachments");
  if (list == nullptr || list->items.empty()) {
    out.push_back(attachment(draft, draft.settings(), {}));
    return out;
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    out.push_back(attachment(draft, list->items[i], format("attachments[{}]", i)));
  }
  return out;
}

// Whatever else it is called, a priority is the standard one; only an urgent message insists.
json::object priority(Draft& draft, const Value& given) {
  std::string level = templates::to_lower(draft.text(given, "priority", {}, "priority"));
  if (level != "urgent" && level != "important") level = "standard";
  json::object out{{"priority", level}};
  if (given.is_true("requested_ack") && level != "standard") out["requested_ack"] = true;
  if (given.is_true("persistent_notifications") && level == "urgent") out["persistent_notifications"] = true;
  return out;
}

}  // namespace

void mattermost(Draft& draft) {
  constexpr Limit kText{.runes = 16383};
  const Value& settings = draft.settings();
  json::object body;
  const Value* given_attachments = settings.find("attachments");
  const bool is_plain = given_attachments == nullptr || given_attachments->items.empty();
  // Its text stands in the attachment if there is only that one.
  if (!is_plain) put(body, "text", draft.text("text", kText));
  for (const std::string_view key : {"channel", "username", "icon_url", "icon_emoji"}) put(body, key, draft.text(key));
  body["attachments"] = attachments(draft);
  put(body, "type", draft.text("type"));
  if (const Value* props = settings.find("props"); props != nullptr && props->filled("card")) {
    body["props"] = json::object{{"card", draft.text(*props, "card", {}, "props")}};
  }
  if (const Value* given = settings.find("priority"); given != nullptr && given->filled("priority")) {
    body["priority"] = priority(draft, *given);
  }
  draft.post_json(draft.address("webhook_url", "webhook_url_file"), body);
}

}  // namespace firedrill::notify::payloads
