// Telegram: a message of a bot.
#include "base/text/format.h"
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {

void telegram(Draft& draft) {
  constexpr Limit kMessage{.runes = 4096};
  const Value& settings = draft.settings();
  // 0.25 sends an empty message instead, which Telegram refuses.
  if (!draft.is_recent()) draft.retry_faults();
  const std::string_view mode = settings.text_of("parse_mode");
  const std::string text = mode == "HTML" ? draft.html("message", kMessage) : draft.text("message", kMessage);
  const std::string chat(settings.filled("chat_id_file") ? kHidden : settings.text_of("chat_id"));
  json::object body;
  body["chat_id"] = chat;
  if (settings.is_true("disable_notifications")) body["disable_notification"] = "true";
  body["disable_web_page_preview"] = "true";
  if (const std::string_view thread = settings.text_of("message_thread_id"); !thread.empty() && thread != "0") {
    body["message_thread_id"] = thread;
  }
  if (!mode.empty()) body["parse_mode"] = mode;
  body["text"] = text;
  draft.post_json(format("{}/bot{}/sendMessage", draft.address("api_url"), kHidden), body);
}

}  // namespace firedrill::notify::payloads
