// Where a real Alertmanager's receivers are in a run: a server of firedrill's own that keeps what it is sent and
// answers as the real services do, or as faults have it. It also takes what a real Prometheus posts to Alertmanagers,
// and hands it on to the real one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"
#include "fake_services/telemetry/telemetry_conditions.h"
#include "http/server.h"
#include "monitor/prometheus/alert_gate.h"
#include "monitor/prometheus/alertmanager_file.h"
#include "monitor/prometheus/prometheus_files.h"
#include "notify/config/config.h"

namespace firedrill::monitor {

// A request that a receiver was sent, by the wall's clock.
struct RecordedRequest {
  std::size_t receiver = 0;     // in Configuration::receivers
  std::size_t integration = 0;  // in the receiver
  SentAs as = SentAs::itself;
  Time at{};
  Time answered{};
  int status = 0;  // of the answer; 0: there was none, for the run had ended
  http::Request request;
  std::string rest;  // of the path, behind the receiver's address
};

// What Prometheus posted, by the wall's clock.
struct RecordedPost {
  Time at{};
  std::string body;
};

class RecordingEndpoints {
 public:
  // The configuration may be null: then nothing is notified. It must outlive the endpoints. The error says what this
  // machine does not give.
  static std::expected<std::unique_ptr<RecordingEndpoints>, std::string> start(
      const notify::Configuration* configuration);
  ~RecordingEndpoints();
  RecordingEndpoints(const RecordingEndpoints&) = delete;
  RecordingEndpoints& operator=(const RecordingEndpoints&) = delete;

  // Where the requests of receivers and the posts of alerts are to go. Others are refused: who may ask the programs for
  // their configurations, as anybody on the machine may, is told some addresses, and none of the keys.
  ReceivedAt received_at() const;
  PostedTo alerts() const;
  // The run begins, and its Alertmanager listens at this port; of a run without one nobody is told.
  void open(std::uint16_t alertmanager) { gate_.open(alertmanager); }
  // Another Prometheus takes the place of the one that has posted so far.
  void forget_alerts() { gate_.forget(); }

  // What befalls receivers from now on.
  void set_conditions(std::vector<fake_services::ReceiverConditions> conditions);
  // What has come and has been answered since it was asked for last, in order of their answers.
  std::vector<RecordedRequest> take_requests();
  std::vector<RecordedPost> take_posts();

 private:
  // What is known to Prometheus, and what is known to Alertmanager, alone.
  struct Keys {
    std::string alerts;
    std::string receivers;  // of their addresses
    std::string requests;   // of what they are sent
  };
  RecordingEndpoints(const notify::Configuration* configuration, Keys keys);
  std::string url_of(const Redirection& redirection, SentAs as) const;
  http::Response answer(const http::Request& request);
  http::Response take_post(const http::Request& request, std::string_view path);
  bool may_send(const RecordedRequest& recorded) const;
  void hide_key(RecordedRequest& recorded) const;
  http::Response take(RecordedRequest recorded);
  http::Response answer_for(const RecordedRequest& recorded, int status) const;
  // What faults make of a receiver's answers.
  fake_services::ReceiverConditions conditions_of(const std::string& receiver) const;

  const notify::Configuration* configuration_;
  Keys keys_;
  AlertGate gate_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable ended_;
  bool over_ = false;
  std::vector<fake_services::ReceiverConditions> conditions_;
  std::vector<RecordedRequest> requests_;
  std::vector<RecordedPost> posts_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace firedrill::monitor
