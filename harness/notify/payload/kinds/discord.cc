// Discord: a message with one embed.
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {

void discord(Draft& draft) {
  // 0.25 cuts nothing.
  const bool cuts = draft.is_recent();
  const Limit title_limit = cuts ? Limit{.runes = 256} : Limit{};
  const Limit description_limit = cuts ? Limit{.runes = 4096} : Limit{};
  constexpr Limit kContent{.runes = 2000};
  constexpr std::int64_t kRed = 0x992d22;
  constexpr std::int64_t kGreen = 0x2ecc71;
  const std::string title = draft.text("title", title_limit);
  const std::string message = draft.text("message", description_limit);
  json::object body;
  body["content"] = draft.text("content", kContent);
  body["embeds"] = json::array{
      json::object{{"title", title}, {"description", message}, {"color", draft.is_firing() ? kRed : kGreen}}};
  put(body, "username", std::string(draft.settings().text_of("username")));
  put(body, "avatar_url", std::string(draft.settings().text_of("avatar_url")));
  draft.post_json(draft.address("webhook_url", "webhook_url_file"), body);
}

}  // namespace firedrill::notify::payloads
