// incident.io: the data of a webhook, bounded in bytes.
#include <algorithm>

#include "base/text/numbers.h"
#include "notify/payload/data/go_json.h"
#include "notify/payload/draft.h"

namespace firedrill::notify::payloads {
namespace {

constexpr std::size_t kMostBytes = std::size_t{512} * 1024;

json::object message(const Draft& draft, std::size_t most) {
  json::object body = draft.data(most);
  body["version"] = "1";
  body["groupKey"] = draft.notification().group->key;
  body["truncatedAlerts"] = draft.notification().alerts.size() - most;
  return body;
}

}  // namespace

void incidentio(Draft& draft) {
  const std::size_t count = draft.notification().alerts.size();
  const auto bound = parse_float(draft.settings().text_of("max_alerts"));
  const std::size_t most = !bound || *bound < 1 ? count : std::min(count, static_cast<std::size_t>(*bound));
  json::object body = message(draft, most);
  // Of what is too long the first alert is left; the rest of the message still speaks of all.
  if (go_json(body).size() + 1 > kMostBytes) body["alerts"].as_array().resize(1);
  draft.show_all(body);
  draft.post_json(draft.address("url", "url_file"), body);
  // It takes the place of whatever authorization http_config has.
  if (draft.has_secret("alert_source_token", "alert_source_token_file")) draft.authorize("Bearer");
}

}  // namespace firedrill::notify::payloads
