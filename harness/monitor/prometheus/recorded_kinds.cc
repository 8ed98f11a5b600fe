#include "monitor/prometheus/recorded_kinds.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "base/text/json.h"
#include "monitor/prometheus/json_texts.h"

namespace firedrill::monitor {
namespace {

using http::Request;
using http::Response;
using Hash = std::optional<std::string>;

constexpr std::string_view kJson = "application/json; charset=utf-8";

Response with_json(int status, const json::value& body) {
  return {.status = status, .content_type = std::string(kJson), .body = write_json(body, JsonStyle::compact)};
}

Response with_text(int status, std::string body) {
  return {.status = status, .body = std::move(body)};
}

std::optional<json::value> body_of(const Request& request) {
  const auto read = read_json(make_source("body", request.body));
  if (!read || !read->is_object()) return std::nullopt;
  return *read;
}

bool has_texts(const Request& request, std::initializer_list<std::string_view> keys) {
  const auto body = body_of(request);
  return body && std::ranges::all_of(keys, [&](std::string_view key) { return !text_in(*body, key).empty(); });
}

Hash text_of_body(const Request& request, std::string_view key) {
  const auto body = body_of(request);
  if (!body) return std::nullopt;
  std::string text = text_in(*body, key);
  return text.empty() ? std::nullopt : Hash(std::move(text));
}

// A program of one's own takes any JSON.
std::optional<Response> unless_json(const Request& request) {
  if (body_of(request)) return std::nullopt;
  return with_text(400, "the body is no JSON object\n");
}
Response plain_success(const Request& /*request*/) {
  return with_text(200, "");
}

// PagerDuty's Events API v2. The first one's address cannot be another (misfits.cc).
std::optional<Response> pagerduty_refusal(const Request& request) {
  if (has_texts(request, {"routing_key", "event_action", "dedup_key"})) return std::nullopt;
  return with_json(400, json::object{{"status", "invalid event"},
                                     {"message", "Event object is invalid"},
                                     {"errors", json::array{"a field is missing or blank"}}});
}
Hash pagerduty_hash(const Request& request) {
  return text_of_body(request, "dedup_key");
}
Response pagerduty_acceptance(const Request& request) {
  return with_json(202, json::object{{"status", "success"},
                                     {"message", "Event processed"},
                                     {"dedup_key", json::string(pagerduty_hash(request).value_or(""))}});
}

// Slack's incoming webhooks answer a word; its API, which apps use, JSON.
std::optional<Response> slack_refusal(const Request& request) {
  const auto body = body_of(request);
  if (!body) return with_text(400, "invalid_payload");
  const auto lacks = [&](std::string_view key) { return member(*body, key) == nullptr; };
  if (lacks("attachments") && lacks("text") && lacks("blocks")) {
    return with_text(400, "no_text");
  }
  return std::nullopt;
}
Response slack_acceptance(const Request& request) {
  if (http::find_header(request.headers, "Authorization") == nullptr) return with_text(200, "ok");
  return with_json(200, json::object{{"ok", true}, {"channel", "C0"}, {"ts", "1.1"}});
}

std::optional<Response> opsgenie_refusal(const Request& request) {
  if (request.path.find("/v2/alerts") != std::string::npos && body_of(request)) return std::nullopt;
  return with_json(422, json::object{{"message", "Request body is not processable."}, {"took", 0.001}});
}
Response opsgenie_acceptance(const Request& /*request*/) {
  return with_json(202, json::object{{"result", "Request will be processed"},
                                     {"took", 0.001},
                                     {"requestId", "00000000-0000-0000-0000-000000000000"}});
}
// In the body of a new alert; in the path of what is done to one.
Hash opsgenie_hash(const Request& request) {
  if (Hash alias = text_of_body(request, "alias")) return alias;
  constexpr std::string_view kBefore = "/v2/alerts/";
  const std::size_t at = request.path.find(kBefore);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t from = at + kBefore.size();
  return request.path.substr(from, request.path.find('/', from) - from);
}

// Behind a new alert that may be an old one: its message, its description (`update_alerts`).
bool opsgenie_goes_on(const Request& request) {
  return request.path.ends_with("/message") || request.path.ends_with("/description");
}

std::optional<Response> victorops_refusal(const Request& request) {
  if (has_texts(request, {"message_type", "entity_id"})) return std::nullopt;
  return with_json(400, json::object{{"result", "failure"}, {"message", "message_type is missing"}});
}
Hash victorops_hash(const Request& request) {
  return text_of_body(request, "entity_id");
}
Response victorops_acceptance(const Request& request) {
  return with_json(
      200, json::object{{"result", "success"}, {"entity_id", json::string(victorops_hash(request).value_or(""))}});
}

Response discord_acceptance(const Request& /*request*/) {
  return with_text(204, "");
}
Response teams_acceptance(const Request& /*request*/) {
  return with_text(200, "1");
}
Response workflow_acceptance(const Request& /*request*/) {
  return with_text(202, "");
}
Response word_acceptance(const Request& /*request*/) {
  return with_text(200, "ok");
}
Response telegram_acceptance(const Request& /*request*/) {
  return with_json(200, json::object{{"ok", true},
                                     {"result", json::object{{"message_id", 1},
                                                             {"date", 0},
                                                             {"chat", json::object{{"id", 1}, {"type", "private"}}}}}});
}
Response webex_acceptance(const Request& /*request*/) {
  return with_json(200, json::object{{"id", "recorded"}, {"roomType", "group"}});
}
Response rocketchat_acceptance(const Request& /*request*/) {
  return with_json(200, json::object{{"success", true}});
}
Response incidentio_acceptance(const Request& /*request*/) {
  return with_json(202, json::object{{"status", "success"}, {"message", "Event accepted for processing"}});
}

constexpr std::array kKinds = {
    RecordedKind{"webhook", "url", "", true, unless_json, plain_success, nullptr},
    RecordedKind{"pagerduty", "url", "", true, pagerduty_refusal, pagerduty_acceptance, pagerduty_hash},
    RecordedKind{"slack", "api_url", "", false, slack_refusal, slack_acceptance, nullptr},
    RecordedKind{"opsgenie", "api_url", "/", true, opsgenie_refusal, opsgenie_acceptance, opsgenie_hash,
                 opsgenie_goes_on},
    RecordedKind{"victorops", "api_url", "/", true, victorops_refusal, victorops_acceptance, victorops_hash},
    RecordedKind{"discord", "webhook_url", "", false, unless_json, discord_acceptance, nullptr},
    RecordedKind{"msteams", "webhook_url", "", false, unless_json, teams_acceptance, nullptr},
    RecordedKind{"msteamsv2", "webhook_url", "", false, unless_json, workflow_acceptance, nullptr},
    RecordedKind{"telegram", "api_url", "", true, unless_json, telegram_acceptance, nullptr},
    RecordedKind{"webex", "api_url", "", true, unless_json, webex_acceptance, nullptr},
    RecordedKind{"mattermost", "webhook_url", "", false, unless_json, word_acceptance, nullptr},
    RecordedKind{"rocketchat", "api_url", "", true, unless_json, rocketchat_acceptance, nullptr},
    RecordedKind{"incidentio", "url", "", true, unless_json, incidentio_acceptance, nullptr},
};

}  // namespace

std::span<const RecordedKind> recorded_kinds() {
  return kKinds;
}

const RecordedKind* find_recorded_kind(std::string_view kind) {
  const auto found = std::ranges::find(kKinds, kind, &RecordedKind::kind);
  return found == kKinds.end() ? nullptr : &*found;
}

}  // namespace firedrill::monitor
