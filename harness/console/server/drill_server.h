// A drill for programs, on the loopback interface: the APIs of Prometheus and Alertmanager over the drill's own clock,
// and its commands; on another port, for another token, what runs the drill.
//
//     agent    /api/v1/…, /-/…           Prometheus        also below /prometheus
//              /api/v2/…                 Alertmanager      also below /alertmanager, with its /-/…
//              POST /drill/v1/command    {"line": "wait 5m"} → {"ok", "text", "data", "now", "over"}
//              GET  /drill/v1/state      {"now", "start", "end", "over"}
//     control  POST /control/v1/reset    {"seed", "variant"}, both optional
//              GET  /control/v1/truth, /control/v1/score
//              POST /control/v1/end
//
// The drill's time stands still while programs ask; commands move it. One request is worked on at a time, and who sends
// or takes slowly holds up nobody else: each connection has a thread.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "console/server/drill_host.h"

namespace firedrill::console {

class DrillServer {
 public:
  struct Options {
    std::uint16_t port = 0;          // 0: any free one
    std::uint16_t control_port = 0;  // the same
  };
  // Answers from now on. The host must outlive it, and is used by it alone until it is stopped. The error says which
  // port cannot be had and why.
  static std::expected<std::unique_ptr<DrillServer>, std::string> start(DrillHost& host, const Options& options);
  // Stops.
  ~DrillServer();
  DrillServer(const DrillServer&) = delete;
  DrillServer& operator=(const DrillServer&) = delete;

  std::uint16_t port() const;
  std::uint16_t control_port() const;
  const std::string& token() const;
  const std::string& control_token() const;
  // No request is under way, and none comes any more.
  void stop();
  // Whether who runs the drill has asked for its end. Any thread may ask.
  bool ended() const;

 private:
  struct State;
  explicit DrillServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace firedrill::console
