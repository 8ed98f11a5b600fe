#include "fake_services/logs/log_form.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

using enum LogCause;
using enum events::LogLevel;

constexpr std::array<std::string_view, kLogCauses> kNames{"refused",         "timeout",
                                                          "pool_timeout",    "circuit_open",
                                                          "reset",           "dns_error",
                                                          "tls_error",       "error",
                                                          "cache_miss",      "repeated",
                                                          "server_error",    "too_many_requests",
                                                          "client_error",    "slow",
                                                          "served",          "lag",
                                                          "exited",          "started",
                                                          "scrape_failed",   "sample_refused",
                                                          "target_gone",     "iteration_missed",
                                                          "send_failed",     "receiver_refused",
                                                          "receiver_timeout"};

// By LogCause; an empty message: nothing is written.
constexpr std::array<LogForm, kLogCauses> kUsual{{
    {refused, error, "call to {peer} failed: dial tcp {peer}:{port}: connect: connection refused"},
    {timeout, error, "call to {peer} failed: no response within {timeout}: context deadline exceeded"},
    {pool_timeout, error, "call to {peer} was not sent: no connection of the pool came free within {timeout}"},
    {circuit_open, warn, "call to {peer} was not sent: the circuit breaker is open"},
    {reset, error, "call to {peer} failed: read tcp {peer}:{port}: connection reset by peer"},
    {dns_error, error, "call to {peer} failed: lookup {peer}: the name server gave no address"},
    {tls_error, error, "call to {peer} failed: tls: the certificate has expired or is not valid yet"},
    {bad_answer, warn, "call to {peer} was answered {code}"},
    {cache_miss, info, ""},
    {repeated, warn, ""},
    {server_error, error, "{route} answered {code}: unexpected error in the handler"},
    {too_many_requests, warn, "{route} answered 429: over the rate limit"},
    {client_error, warn, "{route} answered {code}: request rejected"},
    {slow, warn, "{route} answered after {took}, slower than usual"},
    {served, info, "{route} answered {code}"},
    {lag, warn, "consumer lag grows: {waiting} messages wait, the oldest for {took}"},
    {exited, fatal, "process ends: unrecoverable error"},
    {started, info, "process started, version {version}"},
    {scrape_failed, warn, "scrape of {peer} failed: no response from {pod}"},
    {sample_refused, warn, ""},
    {target_gone, info, ""},
    {iteration_missed, warn, ""},
    {send_failed, error, "alerts were not sent: Post http://alertmanager:9093/api/v2/alerts: connection failed"},
    {receiver_refused, error, "notification was not delivered: the receiver answered with an error"},
    {receiver_timeout, error, "notification was not delivered: context deadline exceeded"},
}};
static_assert([] {
  for (std::size_t i = 0; i < kUsual.size(); ++i) {
    if (kUsual[i].cause != static_cast<LogCause>(i)) return false;
  }
  return true;
}());

// What services of the simulation mean by these codes (flow_model.h).
constexpr LogForm kBadGateway{server_error, error, "{route} answered 502: a dependency answered with an error"};
constexpr LogForm kUnavailable{server_error, error,
                               "{route} answered 503: a dependency is out of reach, or no worker is free"};
constexpr LogForm kGatewayTimeout{server_error, error, "{route} answered 504: a dependency did not answer in time"};

constexpr LogForm kRefusedScrape{scrape_failed, warn, "scrape of {peer} failed: {pod} refused or reset the connection"};

using Member = std::string_view LogWords::*;
struct Name {
  std::string_view name;
  Member member;
};
constexpr std::array kTexts{Name{"peer", &LogWords::peer},       Name{"service", &LogWords::service},
                            Name{"pod", &LogWords::pod},         Name{"route", &LogWords::route},
                            Name{"took", &LogWords::took},       Name{"timeout", &LogWords::timeout},
                            Name{"version", &LogWords::version}, Name{"mountpoint", &LogWords::mountpoint},
                            Name{"waiting", &LogWords::waiting}};

bool is_known(std::string_view name) {
  return name == "port" || name == "code" || std::ranges::find(kTexts, name, &Name::name) != kTexts.end();
}

void append(std::string_view name, const LogWords& words, std::string& out) {
  if (name == "port") {
    out += std::to_string(words.port);
  } else if (name == "code") {
    out += std::to_string(words.code);
  } else if (const auto* const it = std::ranges::find(kTexts, name, &Name::name); it != kTexts.end()) {
    out += words.*it->member;
  }
}

}  // namespace

std::string_view to_string(LogCause cause) {
  return kNames[static_cast<std::size_t>(cause)];
}

const LogForm* usual_form(LogCause cause, int code) {
  constexpr int kServiceUnavailable = 503;
  if (cause == server_error && code == 502) return &kBadGateway;
  if (cause == server_error && code == kServiceUnavailable) return &kUnavailable;
  if (cause == server_error && code == 504) return &kGatewayTimeout;
  const LogForm& form = kUsual[static_cast<std::size_t>(cause)];
  return form.message.empty() ? nullptr : &form;
}

const LogForm* refused_scrape_form() {
  return &kRefusedScrape;
}

std::string fill_in(std::string_view message, const LogWords& words) {
  std::string out;
  out.reserve(message.size() + 32);
  while (!message.empty()) {
    const std::size_t open = message.find('{');
    out += message.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = message.find('}', open);
    append(message.substr(open + 1, close - open - 1), words, out);
    message.remove_prefix(close + 1);
  }
  return out;
}

bool is_well_formed(std::string_view message) {
  while (true) {
    const std::size_t open = message.find_first_of("{}");
    if (open == std::string_view::npos) return true;
    const std::size_t close = message.find('}', open);
    if (message[open] == '}' || close == std::string_view::npos) return false;
    if (!is_known(message.substr(open + 1, close - open - 1))) return false;
    message.remove_prefix(close + 1);
  }
}

}  // namespace firedrill::fake_services
