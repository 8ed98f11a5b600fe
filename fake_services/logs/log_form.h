// What a service writes into its log of something that is counted, as a form with places to fill in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/log.h"

namespace firedrill::fake_services {

// What a line can be about. Each is counted by somebody: there are no lines of what has not happened.
enum class LogCause : std::size_t {
  // Attempts to call another service, by who called: as the label `outcome` has them.
  refused,
  timeout,
  pool_timeout,
  circuit_open,
  reset,
  dns_error,
  tls_error,
  bad_answer,  // the service called answered 5xx
  cache_miss,
  repeated,  // attempts after the first
  // Requests, by who answered them.
  server_error,       // 5xx
  too_many_requests,  // 429
  client_error,       // any other 4xx
  slow,               // beyond what is usual of the service
  served,             // all others
  lag,                // messages that came into a consumer's queue and were not taken out, while others wait for long
  // Processes.
  exited,   // by itself
  started,  // another one in its place
  // Prometheus, of a target or of itself; and its Alertmanager.
  scrape_failed,
  sample_refused,  // or stored at another time than the scrape's
  target_gone,
  iteration_missed,
  send_failed,
  receiver_refused,
  receiver_timeout,
};
inline constexpr std::size_t kLogCauses = 25;
// The word in the file: "refused"; of bad_answer "error".
std::string_view to_string(LogCause cause);

constexpr bool is_of_call(LogCause cause) {
  return cause <= LogCause::repeated;
}
// What Prometheus writes of one of its targets.
constexpr bool is_of_target(LogCause cause) {
  return cause == LogCause::scrape_failed || cause == LogCause::sample_refused || cause == LogCause::target_gone;
}
constexpr bool is_of_monitor(LogCause cause) {
  return cause >= LogCause::scrape_failed;
}

// One way to say it. In the message stand names in braces for what differs: {peer}, {port}, {service}, {pod}, {route},
// {code}, {took}, {timeout}, {version}, {mountpoint}, {waiting}.
struct LogForm {
  LogCause cause{};
  events::LogLevel level = events::LogLevel::error;
  std::string_view message;
};

// What is written where nothing more is known than what was counted; null: nothing, since it is usual.
const LogForm* usual_form(LogCause cause, int code = 0);
// The same of a scrape whose connection was refused or reset.
const LogForm* refused_scrape_form();

// Those that messages name.
struct LogWords {
  std::string_view peer{};
  std::string_view service{};
  std::string_view pod{};
  std::string_view route{};
  std::string_view took{};
  std::string_view timeout{};
  std::string_view version{};
  std::string_view mountpoint{};
  std::string_view waiting{};  // messages
  std::int64_t port = 0;
  int code = 0;
};
std::string fill_in(std::string_view message, const LogWords& words);
// Whether every name in braces is one of these.
bool is_well_formed(std::string_view message);

}  // namespace firedrill::fake_services
