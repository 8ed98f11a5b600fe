// Webhooks: the notification's data, or what the configuration makes of it.
#include <algorithm>

#include "base/text/numbers.h"
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {
namespace {

// `max_alerts`; 0 is no bound.
std::size_t most_alerts(const Draft& draft) {
  const std::size_t count = draft.notification().alerts.size();
  const auto most = parse_float(draft.settings().text_of("max_alerts"));
  return !most || *most < 1 ? count : std::min(count, static_cast<std::size_t>(*most));
}

}  // namespace

void webhook(Draft& draft) {
  const Value* url = draft.settings().find("url");
  // An address may be a template; it is rendered for what is wrong with it, and not shown.
  if (url != nullptr) draft.rendered(*url);
  const std::string address = draft.address("url", "url_file");
  if (const Value* payload = draft.settings().find("payload")) {
    draft.post_json(address, draft.any(*payload, "payload"));
    return;
  }
  const std::size_t most = most_alerts(draft);
  json::object body = draft.data(most);
  body["version"] = "4";
  body["groupKey"] = draft.notification().group->key;
  body["truncatedAlerts"] = draft.notification().alerts.size() - most;
  draft.show_all(body);
  draft.post_json(address, body);
}

}  // namespace firedrill::notify::payloads
