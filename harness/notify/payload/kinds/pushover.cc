// Pushover: everything stands in the address.
#include "base/text/format.h"
#include "notify/config/form/scalars.h"
#include "notify/payload/draft.h"
#include "notify/payload/text.h"

namespace firedrill::notify::payloads {
namespace {

constexpr Limit kTitle{.runes = 250};
constexpr Limit kMessage{.runes = 1024};
constexpr Limit kUrl{.runes = 512};

// Whole seconds of a duration in Go's form.
std::string seconds(std::string_view text) {
  return format("{}", static_cast<std::int64_t>(parse_go_duration(text).value_or(0)));
}

}  // namespace

void pushover(Draft& draft) {
  const Value& settings = draft.settings();
  const auto key_of = [&](std::string_view key) {
    return settings.filled(key) ? draft.text(key) : std::string(kHidden);
  };
  Parameters parameters{{"token", key_of("token")}, {"user", key_of("user_key")}};
  parameters.emplace_back("title", draft.text("title", kTitle));
  const bool html = settings.is_true("html");
  if (html) parameters.emplace_back("html", "1");
  if (settings.is_true("monospace")) parameters.emplace_back("monospace", "1");
  const std::string rendered = html ? draft.html("message", kMessage) : draft.text("message", kMessage);
  const std::string message(trim(rendered));
  // It takes no empty ones.
  parameters.emplace_back("message", message.empty() ? "(no details)" : message);
  parameters.emplace_back("url", draft.text("url", kUrl));
  parameters.emplace_back("url_title", draft.text("url_title"));
  parameters.emplace_back("priority", draft.text("priority"));
  parameters.emplace_back("retry", seconds(settings.text_of("retry")));
  parameters.emplace_back("expire", seconds(settings.text_of("expire")));
  if (draft.is_recent()) parameters.emplace_back("device", draft.text("device"));
  parameters.emplace_back("sound", draft.text("sound"));
  if (const std::string ttl = seconds(settings.text_of("ttl")); ttl != "0") parameters.emplace_back("ttl", ttl);
  Payload::Request& request =
      draft.request("POST", "https://api.pushover.net/1/messages.json?" + encode_form(std::move(parameters)));
  request.headers.insert(request.headers.begin(), {"Content-Type", "text/plain"});
}

}  // namespace firedrill::notify::payloads
