#include "monitor/prometheus/recording_endpoints.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/text/format.h"
#include "http/loopback.h"
#include "monitor/prometheus/recorded_kinds.h"
#include "notify/stages/receivers.h"

namespace firedrill::monitor {
namespace {

constexpr http::ServerBounds kBounds{.body = std::size_t{16} << 20};
constexpr std::string_view kReceivers = "receivers";
constexpr std::string_view kAlerts = "alerts";
constexpr std::array<std::string_view, 3> kAs = {"itself", "told", "in-place"};
// What a webhook is answered where the integration beside it would try again, and where it would not.
constexpr std::string_view kAuthorization = "Authorization";
constexpr std::string_view kSecret = "<secret>";
constexpr int kTryAgain = 503;
constexpr int kGiveUp = 400;
constexpr int kRefusals = 400;

std::expected<std::string, std::string> make_token() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return std::unexpected("the system gives no random bytes");
  }
  std::string token;
  for (const unsigned char byte : bytes) token += format("{:02x}", byte);
  return token;
}

// The first part of a path, which is cut off it: "a" of "/a/b".
std::string_view next_part(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(end);
  return part;
}

std::optional<std::size_t> index_of(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

http::Response not_found() {
  return {.status = 404, .body = "not found\n"};
}

http::Response not_authorized() {
  return {.status = 401, .body = "not authorized\n"};
}

// "Bearer KEY", or whatever scheme a kind has.
bool shows_key(const http::Request& request, std::string_view key) {
  const std::string* shown = http::find_header(request.headers, kAuthorization);
  if (shown == nullptr || !shown->ends_with(key)) return false;
  const std::size_t before = shown->size() - key.size();
  return before > 0 && (*shown)[before - 1] == ' ';
}

}  // namespace

RecordingEndpoints::RecordingEndpoints(const notify::Configuration* configuration, Keys keys)
    : configuration_(configuration), keys_(std::move(keys)) {}

std::expected<std::unique_ptr<RecordingEndpoints>, std::string> RecordingEndpoints::start(
    const notify::Configuration* configuration) {
  Keys keys;
  for (std::string* key : {&keys.alerts, &keys.receivers, &keys.requests}) {
    auto token = make_token();
    if (!token) return std::unexpected(token.error());
    *key = *std::move(token);
  }
  std::unique_ptr<RecordingEndpoints> made(new RecordingEndpoints(configuration, std::move(keys)));
  auto server = http::Server::bind(0, kBounds,
                                   [here = made.get()](const http::Request& request) { return here->answer(request); });
  if (!server) return std::unexpected(server.error());
  made->server_ = *std::move(server);
  if (auto listens = made->server_->listen(); !listens) return std::unexpected(listens.error());
  return made;
}

RecordingEndpoints::~RecordingEndpoints() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  ended_.notify_all();
  server_.reset();
}

std::string RecordingEndpoints::url_of(const Redirection& redirection, SentAs as) const {
  const notify::Receiver& receiver = configuration_->receivers[redirection.receiver];
  const RecordedKind* kind =
      as == SentAs::itself ? find_recorded_kind(receiver.integrations[redirection.integration].kind) : nullptr;
  return format("http://{}/{}/{}/{}/{}/{}{}", http::address_of(server_->port()), kReceivers, keys_.receivers,
                redirection.receiver, redirection.integration, kAs[static_cast<std::size_t>(as)],
                kind == nullptr ? "" : kind->ending);
}

ReceivedAt RecordingEndpoints::received_at() const {
  return {[this](const Redirection& redirection, SentAs as) { return url_of(redirection, as); }, keys_.requests};
}

PostedTo RecordingEndpoints::alerts() const {
  return {server_->port(), format("/{}", kAlerts), keys_.alerts};
}

void RecordingEndpoints::set_conditions(std::vector<fake_services::ReceiverConditions> conditions) {
  const std::scoped_lock lock(mutex_);
  conditions_ = std::move(conditions);
}

std::vector<RecordedRequest> RecordingEndpoints::take_requests() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(requests_, {});
}

std::vector<RecordedPost> RecordingEndpoints::take_posts() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(posts_, {});
}

http::Response RecordingEndpoints::answer(const http::Request& request) {
  std::string_view path = request.path;
  const std::string_view what = next_part(path);
  if (what == kAlerts) return take_post(request, path);
  if (what != kReceivers || next_part(path) != keys_.receivers || configuration_ == nullptr) return not_found();
  const auto receiver = index_of(next_part(path));
  const auto integration = index_of(next_part(path));
  const auto as = std::ranges::find(kAs, next_part(path));
  if (!receiver || !integration || as == kAs.end() || *receiver >= configuration_->receivers.size() ||
      *integration >= configuration_->receivers[*receiver].integrations.size()) {
    return not_found();
  }
  RecordedRequest recorded{.receiver = *receiver,
                           .integration = *integration,
                           .as = static_cast<SentAs>(as - kAs.begin()),
                           .at = WallClock().now(),
                           .request = request,
                           .rest = std::string(path)};
  if (!may_send(recorded)) return not_authorized();
  hide_key(recorded);
  return take(std::move(recorded));
}

http::Response RecordingEndpoints::take_post(const http::Request& request, std::string_view path) {
  const Time at = WallClock().now();
  if (path != "/api/v2/alerts" || request.method != "POST") return not_found();
  if (!shows_key(request, keys_.alerts)) return not_authorized();
  {
    const std::scoped_lock lock(mutex_);
    posts_.push_back({at, request.body});
  }
  return {.status = gate_.pass(request.body, at), .body = ""};
}

// Where an address is a secret of Alertmanager's it is enough.
bool RecordingEndpoints::may_send(const RecordedRequest& recorded) const {
  const std::string& kind = configuration_->receivers[recorded.receiver].integrations[recorded.integration].kind;
  const RecordedKind* own = find_recorded_kind(kind);
  if (recorded.as == SentAs::itself && own == nullptr) return false;
  const bool needs_key = recorded.as != SentAs::itself || own->is_shown;
  return !needs_key || shows_key(recorded.request, keys_.requests);
}

// The record has the request as the real service would be sent it.
void RecordingEndpoints::hide_key(RecordedRequest& recorded) const {
  const bool is_own = recorded.as == SentAs::itself &&
                      is_authorized(configuration_->receivers[recorded.receiver].integrations[recorded.integration]);
  http::Headers& headers = recorded.request.headers;
  const auto has_key = [&](const http::Header& header) { return header.value.contains(keys_.requests); };
  if (!is_own) std::erase_if(headers, has_key);
  for (http::Header& header : headers) {
    const std::size_t at = header.value.find(keys_.requests);
    if (at != std::string::npos) header.value.replace(at, keys_.requests.size(), kSecret);
  }
}

fake_services::ReceiverConditions RecordingEndpoints::conditions_of(const std::string& receiver) const {
  fake_services::ReceiverConditions found;
  for (const fake_services::ReceiverConditions& each : conditions_) {
    if (!each.receiver.empty() && each.receiver != receiver) continue;
    if (each.status != 0) found.status = each.status;
    found.delay += each.delay;
  }
  return found;
}

http::Response RecordingEndpoints::take(RecordedRequest recorded) {
  std::unique_lock lock(mutex_);
  const fake_services::ReceiverConditions conditions = conditions_of(configuration_->receivers[recorded.receiver].name);
  if (conditions.delay > Duration(0)) ended_.wait_for(lock, conditions.delay, [this] { return over_; });
  http::Response response = answer_for(recorded, conditions.status);
  recorded.answered = WallClock().now();
  recorded.status = over_ ? 0 : response.status;
  // Of a webhook beside another integration the answer that this one gets counts.
  if (recorded.as != SentAs::itself && conditions.status != 0) recorded.status = conditions.status;
  requests_.push_back(std::move(recorded));
  return response;
}

http::Response RecordingEndpoints::answer_for(const RecordedRequest& recorded, int status) const {
  const notify::Integration& integration =
      configuration_->receivers[recorded.receiver].integrations[recorded.integration];
  if (status >= kRefusals) {
    if (recorded.as == SentAs::itself) return {.status = status, .body = "refused\n"};
    return {.status = notify::is_retried(integration, status) ? kTryAgain : kGiveUp, .body = "refused\n"};
  }
  const RecordedKind& kind = *find_recorded_kind(recorded.as == SentAs::itself ? integration.kind : "webhook");
  if (auto refused = kind.refusal(recorded.request)) return *refused;
  return kind.acceptance(recorded.request);
}

}  // namespace firedrill::monitor
